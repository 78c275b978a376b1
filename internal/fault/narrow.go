package fault

import (
	"fmt"

	"github.com/s3fault/s3fault/internal/tree"
)

// Asked is what somebody asks of an operation of S3 while nothing goes wrong.
type Asked struct {
	Operation string
	Requests  int   // how many
	In, Out   int64 // bytes of the longest body of a request, and of an answer
}

// Narrowed are the rules of a set as far as they can strike an operation, and about it alone:
// what is within a body is put within the longest that there is. none says why they have
// nothing to strike although they are about the operation. No rules and an empty none: they
// are not about it. Error: there is no such set or operation.
func (k Known) Narrowed(set string, a Asked) (rules []*Rule, none string, err error) {
	nowhere := tree.NewText("")
	all, err := k.set(set, nowhere)
	if err != nil {
		return nil, "", err
	}
	o, ok := k.Catalogue.find(a.Operation)
	if !ok {
		return nil, "", k.Catalogue.unknown(a.Operation, nowhere)
	}
	for _, r := range all {
		if !k.canStrike(r, o) {
			continue
		}
		narrow, why := r.narrowed(o, a)
		if why != "" {
			none = why
			continue
		}
		rules = append(rules, narrow)
	}
	if len(rules) > 0 {
		none = ""
	}
	return rules, none, nil
}

// find is S3's operation of that name.
func (in *Catalogue) find(name string) (Operation, bool) {
	for _, o := range in.Operations {
		if o.Service == "" && o.Name == name {
			return o, true
		}
	}
	return Operation{}, false
}

// canStrike says whether a rule is about the operation, and its effects are something that
// the operation can have.
func (k Known) canStrike(r *Rule, o Operation) bool {
	if _, ok := r.stageFor(o); !ok || !r.Match.operation(o) {
		return false
	}
	for _, s := range r.Steps {
		if c, ok := s.Effect.(Checking); ok && c.Check(o, k.Catalogue, tree.NewText("")) != nil {
			return false
		}
	}
	return true
}

func (r *Rule) narrowed(o Operation, a Asked) (narrow *Rule, none string) {
	narrow = r.as(r.Name)
	narrow.Match.Operations = []string{o.Name}
	narrow.Match.operations = []pattern{patternOf(o.Name)}
	narrow.Steps = make([]Step, len(r.Steps))
	longest, of := a.body(r, o)
	for i, s := range r.Steps {
		if s.inBody() && longest == 0 {
			return nil, fmt.Sprintf("its %s have no body", of)
		}
		if t, ok := s.Effect.(*throttle); ok && t.spares(a.Requests) {
			return nil, fmt.Sprintf("so many requests as there are, %d, are let through", a.Requests)
		}
		narrow.Steps[i] = s.within(longest)
	}
	return narrow, ""
}

// body is the longest in which the rule strikes, and whose it is; it strikes in none: 0.
func (a Asked) body(r *Rule, o Operation) (longest int64, of string) {
	switch s, _ := r.stageFor(o); s {
	case RequestBody:
		return a.In, "requests"
	case ResponseBody:
		return a.Out, "answers"
	}
	return 0, ""
}

// inBody says that the step is somewhere within a body.
func (s Step) inBody() bool {
	_, is := s.Effect.(placing)
	return is || s.AfterBytes != nil
}

// placing is an effect at some place of a body.
type placing interface {
	// placed is the effect at a place in a body of that length.
	placed(length int64) Effect
}

func (s Step) within(length int64) Step {
	if e, ok := s.Effect.(placing); ok {
		s.Effect = e.placed(length)
	}
	if s.AfterBytes != nil {
		at := inside(*s.AfterBytes, length)
		s.AfterBytes = &at
	}
	return s
}

// inside is the place, or, where a body does not reach so far, its middle.
func inside(at, length int64) int64 {
	if at < length {
		return at
	}
	return length / 2
}

func (e *truncating) placed(length int64) Effect {
	c := *e
	c.bytes = inside(e.bytes, length)
	return &c
}

func (e *corruption) placed(length int64) Effect { return &corruption{At: inside(e.At, length)} }

// spares says that so many requests never are too many.
func (t *throttle) spares(requests int) bool { return float64(requests) <= t.burst() }

// SetNames are the names of all sets.
func (k Known) SetNames() []string { return keysOf(k.Sets) }
