package advice

import "github.com/s3fault/s3fault/authz"

// refusal is one no, of one layer, to one question.
type refusal struct {
	action, resource string
	layer            authz.Layer
	part             string
	policy           string
	statement        int
}

// refused is a refusal with what was said.
type refused struct {
	refusal
	decision *authz.Decision
	finding  *authz.Finding
}

// standing are the refusals of an outcome, in the order in which they are reported.
func standing(o *Outcome) []refused {
	var all []refused
	for i := range o.Decisions {
		d := &o.Decisions[i]
		for _, f := range refusals(d) {
			all = append(all, refused{named(d, f), d, f})
		}
	}
	return all
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

// stands says whether the refusal is among those of the outcome.
func (r refusal) stands(o *Outcome) bool {
	for _, left := range standing(o) {
		if left.refusal == r {
			return true
		}
	}
	return false
}

// Denied says whether one of the questions is answered with no.
func (o *Outcome) Denied() bool {
	for i := range o.Decisions {
		if o.Decisions[i].Denied() {
			return true
		}
	}
	return false
}
