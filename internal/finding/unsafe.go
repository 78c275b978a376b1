package finding

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/journal"
)

// unsafeRetry tells of writes whose answer was lost, and that were made again as if they had not
// been done.
func unsafeRetry(v *view) []Finding {
	return append(v.takenForFailure(), v.writtenTwice()...)
}

// takenForFailure are the writes of which another attempt met what the lost one had done, and the
// program failed for it.
func (v *view) takenForFailure() []Finding {
	if v.Ending.Well() || v.Ending.TimedOut {
		return nil
	}
	var found [][]*journal.Entry
	for _, group := range v.groups() {
		done, met := v.met(group)
		if met != nil && v.asWanted(done) {
			found = append(found, []*journal.Entry{done, met})
		}
	}
	var all []Finding
	for _, of := range together(found, func(c []*journal.Entry) string { return name(c[0]) + told(c[1]) }) {
		f := Finding{Text: fmt.Sprintf("the answer to a %s was lost, another attempt had %s, and the program failed though "+
			"what it wanted was done", name(of[0][0]), told(of[0][1]))}
		for _, c := range of {
			f.Keys, f.Requests = append(f.Keys, on(c[0])), append(f.Requests, ids(c)...)
		}
		f.Keys = tidy(f.Keys)
		all = append(all, f)
	}
	return all
}

// groups are the calls that ask the same, as one, in the order in which they began.
func (v *view) groups() (all [][]*Call) {
	for _, c := range v.calls {
		if group := v.same[askedBy(c.First())]; len(group) > 0 && group[0] == c {
			all = append(all, group)
		}
	}
	return all
}

// met is a write that was done and whose answer was lost, and a later attempt that was refused for
// what it had done; nil: there is no such.
func (v *view) met(group []*Call) (done, met *journal.Entry) {
	var all []*journal.Entry
	for _, c := range group {
		all = append(all, c.Attempts...)
	}
	for _, e := range all {
		switch {
		case roleOf(e) == reads:
			return nil, nil
		case done == nil && lost(e):
			done = e
		case done != nil && e.Time.After(done.Time) && meetsItself(e) && !v.known.usual(e):
			return done, e
		}
	}
	return nil, nil
}

// meetsItself says that a refusal is what a request gets which was done before.
func meetsItself(e *journal.Entry) bool {
	if e.Fault != nil && e.Fault.Answered || e.Denied() != nil {
		return false
	}
	switch e.Status {
	case http.StatusPreconditionFailed:
		return true
	case http.StatusNotFound:
		return e.Code != "NoSuchBucket" || e.Operation == "DeleteBucket"
	case http.StatusConflict:
		return e.Code == "BucketAlreadyOwnedByYou" || e.Code == "BucketAlreadyExists"
	}
	return false
}

// asWanted says that what there is at the end is what the write wanted.
func (v *view) asWanted(e *journal.Entry) bool {
	is := v.after[on(e)]
	switch roleOf(e) {
	case deletes:
		return is == nil
	case writes, completes:
		if is == nil {
			return false
		}
		equal, tells := is.holds(claims(e))
		return equal || !tells
	}
	return true // of other things there is no record; it was done
}

// writtenTwice are writes whose answer was lost, and whose bytes the program put under another key
// beside them: there are more objects than when nothing goes wrong, and more of those bytes.
func (v *view) writtenTwice() (all []Finding) {
	if !v.known.there || len(v.after) <= v.known.most(func(one *baseline) int { return len(one.objects) }) {
		return nil
	}
	for _, c := range v.calls {
		i := slices.IndexFunc(c.Attempts, lost)
		if i < 0 || !settles(c.Attempts[i]) || v.after[on(c.Attempts[i])] == nil {
			continue
		}
		first := c.Attempts[i]
		if second := v.copyOf(first); second != nil {
			all = append(all, Finding{
				Keys: tidy([]string{on(first), on(second)}), Requests: ids([]*journal.Entry{first, second}),
				Text: fmt.Sprintf("the answer to a %s was lost, and the same was written again under another key", name(first)),
			})
		}
	}
	return all
}

// copyOf is a later write of the same bytes under another key, of which there are then more than
// when nothing goes wrong; nil: there is none.
func (v *view) copyOf(first *journal.Entry) *journal.Entry {
	is := v.after[on(first)]
	if is.Size == 0 || count(v.after, is) <= v.known.most(func(one *baseline) int { return count(one.objects, is) }) {
		return nil
	}
	for _, e := range v.arrived {
		other := v.after[on(e)]
		if e.Time.After(first.Time) && settles(e) && committed(e) && other != nil && other != is && other.same(is) {
			return e
		}
	}
	return nil
}

func count(objects map[string]*Object, like *Object) (n int) {
	for _, o := range objects {
		if o.same(like) {
			n++
		}
	}
	return n
}
