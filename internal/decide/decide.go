// Package decide answers authorization cases: JSON objects that hold a request and the policies around it, without a
// world. The shape of a case and of an answer is that of `s3fault decide` (interface.md "decide").
package decide

import "github.com/s3fault/s3fault/authz"

// Answer is what a case is answered with: a decision or, where Error is not empty, why there is none.
type Answer struct {
	ID       string // JSON, as in the case; "" where it has none
	Decision authz.Verdict
	DeniedBy []authz.Layer // every layer that stands in the way
	Findings []authz.Finding
	Error    string // with the field that is at fault
}

// Decider answers cases. It remembers the policies that it has compiled, within bounds, and may be used by several
// goroutines.
type Decider struct {
	compiled policyCache
}

// New returns a Decider.
func New() *Decider { return &Decider{} }

// Decide answers the case in one JSON object. It never fails: what is wrong with a case is said in the answer.
func (d *Decider) Decide(doc []byte) Answer {
	id, request, err := d.read(doc)
	if err != nil {
		return Answer{ID: id, Error: err.Error()}
	}
	decision := authz.Evaluate(request)
	return Answer{ID: id, Decision: decision.Verdict, DeniedBy: decision.DeniedBy, Findings: decision.Findings}
}
