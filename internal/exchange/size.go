package exchange

import (
	"net/http"
	"reflect"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// sizes are how many bytes things take, as far as they are the same for all. Those of a whole record
// are about what its call has of its own: the URL, what signs it, why that does not hold.
var sizes = struct{ text, record, entry, whole, sample, question, decision, finding, compared, miss int }{
	text:     sizeOf[string](),
	record:   sizeOf[Record]() + ofRing,
	entry:    sizeOf[journal.Entry](),
	whole:    sizeOf[Record]() + ofRing + sizeOf[journal.Entry]() + ofCall,
	sample:   sizeOf[sample](),
	question: sizeOf[authz.Request](),
	decision: sizeOf[authz.Decision](),
	finding:  sizeOf[authz.Finding](),
	compared: sizeOf[policy.Comparison](),
	miss:     sizeOf[authz.Miss](),
}

const (
	ofRing = 80 // for its place in a journal, and to be found by its id
	ofCall = 3 << 10
	// ofCondition is for a condition key: its name, and mostly one value.
	ofCondition = 48
)

func sizeOf[T any]() int { return int(reflect.TypeFor[T]().Size()) }

func headerBytes(h http.Header) int {
	n := 0
	for name, values := range h {
		n += 3*sizes.text + len(name)
		for _, v := range values {
			n += sizes.text + len(v)
		}
	}
	return n
}

// questionBytes is what questions take. The texts of their conditions are the request's and the world's.
func questionBytes(all []*authz.Request) int {
	n := len(all) * sizes.question
	for _, q := range all {
		n += len(q.Resource) + q.Context.Len()*ofCondition
	}
	return n
}

// decisionBytes is what decisions with their findings take. Names of policies are the world's.
func decisionBytes(all []authz.Decision) int {
	n := len(all) * sizes.decision
	for i := range all {
		n += len(all[i].Resource)
		for j := range all[i].Findings {
			f := &all[i].Findings[j]
			n += sizes.finding + len(f.Detail) + len(f.Compared)*sizes.compared + len(f.Misses)*sizes.miss
			for k := range f.Misses {
				n += len(f.Misses[k].Wanted) + len(f.Misses[k].Got)
			}
		}
	}
	return n
}

// oddBytes is what an entry holds on to that is no text of every request.
func oddBytes(e *journal.Entry) int {
	n := len(e.Panic) + len(e.Lacks) + len(e.Diagnosis) + len(e.AuthorizationID)
	for _, w := range e.Warnings {
		n += sizes.text + len(w)
	}
	for key, code := range e.Refused {
		n += 3*sizes.text + len(key) + len(code)
	}
	if e.Cause != nil {
		n += sizeOf[journal.Cause]() + len(e.Cause.Text) + len(e.Cause.Wanted) + len(e.Cause.Seen)
	}
	return n + len(e.Faults)*sizeOf[journal.Fault]()
}
