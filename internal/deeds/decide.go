package deeds

import (
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// possible says whether somebody can do it in the world.
func (c *court) possible(d deed) bool {
	q := c.question(d)
	if q == nil || !isAllowed(q) {
		return false
	}
	if d.draft != sealed {
		return true
	}
	q = c.keyQuestion(d)
	return q == nil || isAllowed(q)
}

func isAllowed(q *authz.Request) bool { return authz.Allows(q) }

// decision is possible with what every layer said; without findings where nobody asks. Of a
// deed with two questions it is that of the first that is refused.
func (c *court) decision(d deed) authz.Decision {
	q := c.question(d)
	if q == nil {
		return authz.Decision{}
	}
	if d.draft == sealed && isAllowed(q) {
		if key := c.keyQuestion(d); key != nil {
			q = key
		}
	}
	return authz.Evaluate(q)
}

// by is what allows a deed in one world, where another refuses it: the statement that is
// new there, or the one that is gone. Of a deed that was closed (opened is false) it is
// what refuses it.
func by(d deed, refuses, allows *court, opened bool) *journal.By {
	no, yes := refuses.decision(d), allows.decision(d)
	way := no.InTheWay()
	if opened && no.Action == yes.Action {
		if f := newAllow(&no, &yes); f != nil {
			return byOf(f)
		}
	}
	if len(way) > 0 {
		return byOf(way[0])
	}
	return nil
}

// newAllow is a finding that allows and did not before; of several that of a layer which was
// in the way. nil: what was in the way is gone, and nothing new allows.
func newAllow(no, yes *authz.Decision) *authz.Finding {
	var found *authz.Finding
	for i := range yes.Findings {
		f := &yes.Findings[i]
		if f.Effect != authz.Allow || f.Statement == nil && f.Layer != authz.ACLs || allowedBefore(no, f) {
			continue
		}
		if found == nil || stoodInTheWay(no, f) {
			found = f
		}
	}
	return found
}

// allowedBefore says that the layer said the same before, or that what it refused then is
// told by what is gone.
func allowedBefore(no *authz.Decision, f *authz.Finding) bool {
	for i := range no.Findings {
		if b := &no.Findings[i]; b.Layer == f.Layer && (b.Part == f.Part || f.Layer != authz.KMS) {
			return b.Effect == authz.ExplicitDeny || b.Effect == authz.Allow && *byOf(b) == *byOf(f) && b.Detail == f.Detail
		}
	}
	return false
}

func stoodInTheWay(no *authz.Decision, f *authz.Finding) bool {
	for _, b := range no.InTheWay() {
		if b.Layer == f.Layer && b.Part == f.Part {
			return true
		}
	}
	return false
}

// byOf names a finding's statement, or the setting that speaks.
func byOf(f *authz.Finding) *journal.By {
	b := &journal.By{Layer: f.Layer, Policy: f.Policy}
	switch {
	case f.Statement != nil && f.Statement.Sid != "":
		b.Statement = f.Statement.Sid
	case f.Statement != nil:
		b.Statement = strconv.Itoa(f.Statement.Index)
	case b.Policy == "":
		b.Policy = f.Part
	}
	return b
}
