// Package advice says what would let a refused request pass: the fewest changes
// of the world, or of the program. It proposes; what a change does is found out by
// putting the request's questions to a copy of the world that has it.
package advice

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Outcome is how a world answers the questions of the refused request.
type Outcome struct {
	Moment    *store.Moment
	Caller    *world.Caller // nil: nobody that the world knows
	Questions []*authz.Request
	Decisions []authz.Decision // an answer to each question
	Made      Made
}

// Made is how the request was made.
type Made struct {
	HTTP      *http.Request    // its line and headers; nil: nobody says
	Body      []byte           // the document that it sends, where that is at hand
	Presented *sigv4.Presented // nil: it was not signed
	Unproved  error            // why its signer did not prove who it is
	Diagnosis sigv4.Diagnosis  // what a signature that did not match was made for
}

// Case is a refused request that can be put to other worlds.
type Case interface {
	// Decide puts it to the world as a try has it; the zero Try is the request as it was
	// made, in its world. What Outcome.Moment holds is good until the Case is closed. Errors:
	// those of the patch; the request cannot be put.
	Decide(Try) (*Outcome, error)
}

// Try is a request, made in another way, in a world with other facts.
type Try struct {
	Patch   journal.Patch
	Request journal.Remake
}

// maxChanges bounds the search: more layers than this never stand in the way of
// one request.
const maxChanges = 12

// On looks for the changes. Errors: those of the world as it is.
func On(c Case) (*journal.Advice, error) {
	now, err := c.Decide(Try{})
	if err != nil {
		return nil, err
	}
	none := &journal.Advice{Proposal: journal.Proposal{Changes: []journal.Change{}, Patch: journal.Patch{}}}
	s := &search{of: c, now: now, advice: none, set: map[refusal]bool{}}
	for range maxChanges {
		r, ok := s.next()
		if !ok {
			break
		}
		if err := s.satisfy(r); err != nil {
			return nil, err
		}
	}
	s.advice.Proved = !s.denied()
	return s.advice, nil
}

// search goes from refusal to refusal.
type search struct {
	of     Case
	now    *Outcome // with the changes so far
	advice *journal.Advice
	set    map[refusal]bool // aside: no change of the world satisfies them
}

// refusal is one no, of one layer, to one question.
type refusal struct {
	action, resource string
	layer            authz.Layer
	part             string
	policy           string
	statement        int
}

// next is the first refusal that is left, in the order in which they are
// reported.
func (s *search) next() (refusal, bool) {
	for i := range s.now.Decisions {
		d := &s.now.Decisions[i]
		for _, f := range refusals(d) {
			if r := named(d, f); !s.set[r] {
				return r, true
			}
		}
	}
	return refusal{}, false
}

// refusals are the findings that stand in the way, the cause first. Of a masked
// decision it is the one that is behind the mask.
func refusals(d *authz.Decision) []*authz.Finding {
	all := d.InTheWay()
	for i, f := range all {
		if behind, ok := d.Behind(); ok && f.Layer == authz.Masking {
			all[i] = &behind
		}
	}
	return all
}

func named(d *authz.Decision, f *authz.Finding) refusal {
	r := refusal{action: d.Action, resource: d.Resource, layer: f.Layer, part: f.Part, policy: f.Policy, statement: -1}
	if f.Statement != nil {
		r.statement = f.Statement.Index
	}
	return r
}

func (s *search) denied() bool {
	for i := range s.now.Decisions {
		if s.now.Decisions[i].Denied() {
			return true
		}
	}
	return false
}

// satisfy takes the first change that does away with the refusal. Where none does,
// it is set aside, and what the program can do about it is said.
func (s *search) satisfy(r refusal) error {
	d, f := s.find(r)
	all := s.candidates(d, f)
	for _, change := range all {
		if change.told() {
			continue
		}
		joined := join(s.advice.Patch, change.Patch)
		then, err := s.of.Decide(Try{Patch: joined})
		if err != nil {
			continue // the world does not take it
		}
		if change.reveals || gone(r, then) {
			s.now, s.advice.Patch = then, joined
			s.advice.Changes = append(s.advice.Changes, change.Change)
			return nil
		}
	}
	s.set[r] = true
	for _, change := range all {
		if change.told() {
			s.advice.Changes = append(s.advice.Changes, change.Change)
			break
		}
	}
	// The last try left another world behind.
	now, err := s.of.Decide(Try{Patch: s.advice.Patch})
	s.now = now
	return err
}

// question is the one that a decision of the outcome answers; nil: the decision is of none.
func (s *search) question(d *authz.Decision) *authz.Request {
	for i := range s.now.Questions {
		if &s.now.Decisions[i] == d {
			return s.now.Questions[i]
		}
	}
	return nil
}

func (s *search) find(r refusal) (*authz.Decision, *authz.Finding) {
	for i := range s.now.Decisions {
		d := &s.now.Decisions[i]
		for _, f := range refusals(d) {
			if named(d, f) == r {
				return d, f
			}
		}
	}
	return &authz.Decision{}, &authz.Finding{}
}

// gone says whether the refusal is not among those of the outcome.
func gone(r refusal, then *Outcome) bool {
	for i := range then.Decisions {
		d := &then.Decisions[i]
		for _, f := range refusals(d) {
			if named(d, f) == r {
				return false
			}
		}
	}
	return true
}

// join lays one patch over another.
func join(under, over journal.Patch) journal.Patch {
	out := make(journal.Patch, len(under)+len(over))
	for k, v := range under {
		out[k] = v
	}
	for k, v := range over {
		below, both := out[k].(journal.Patch)
		if above, ok := v.(journal.Patch); ok && both {
			v = join(below, above)
		}
		out[k] = v
	}
	return out
}

// at is a patch that puts a value at a path.
func at(value any, path build.Path) journal.Patch {
	for i := len(path) - 1; i >= 0; i-- {
		value = journal.Patch{path[i]: value}
	}
	return value.(journal.Patch)
}
