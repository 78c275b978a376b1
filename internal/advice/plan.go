package advice

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/journal"
)

// tier is a class of proposals; that of those that remove a guardrail comes last.
type tier int

// The tiers.
const (
	inRequest tier = iota
	inValue
	inGrant
	inGuard
	removal
	tiers
)

func (c *candidate) tier() tier {
	if c.Removes {
		return removal
	}
	return tier(slices.Index(journal.Classes(), c.Class))
}

// plan is changes one after the other, and what they come to.
type plan struct {
	changes []journal.Change
	kind    string // of the last guard that gives way, for who wants more than one way
	tier    tier
	try     Try
	// facts is the part of the try's patch that changes what others meet: all but that of
	// changes of the request, which are of its own circumstances.
	facts  journal.Patch
	now    *Outcome
	astray bool             // it did not begin with the first refusal
	aside  map[refusal]bool // what only the program can do something about, and how is not known

	// opened and closed are deeds beyond the request's own, meant the requester's other sessions, and what of his a
	// corrected value plainly means.
	opened, closed, meant []journal.Deed
	asked                 int
	weighed               bool
}

// with is the plan with one change more, which is not tried yet.
func (p *plan) with(c *candidate) *plan {
	next := &plan{
		changes: append(slices.Clone(p.changes), c.Change), kind: p.kind, tier: max(p.tier, c.tier()),
		try:   Try{Patch: join(p.try.Patch, c.Patch), Request: remade(p.try.Request, c.Request)},
		facts: p.facts, now: p.now, aside: p.aside,
	}
	if c.kind != "" {
		next.kind = c.kind
	}
	if c.Class != journal.OfRequest {
		next.facts = join(p.facts, c.Patch)
	}
	return next
}

// setting is the plan with a change that cannot be tried, after which a refusal is left
// aside.
func (p *plan) setting(r refusal, c *candidate) *plan {
	next := p.with(c)
	next.aside = maps.Clone(p.aside)
	if next.aside == nil {
		next.aside = map[refusal]bool{}
	}
	next.aside[r] = true
	return next
}

// next is the first refusal that is left; nil: there is none.
func (p *plan) next() *refused {
	for _, r := range standing(p.now) {
		if !p.aside[r.refusal] {
			return &r
		}
	}
	return nil
}

// harms says whether the plan does something to others.
func (p *plan) harms() bool { return len(p.opened)+len(p.closed) > 0 }

func (p *plan) proved() bool { return len(p.aside) == 0 && !p.now.Denied() }

// varies says that the plan changes what another one changes, to other values: an address beside another that is let
// through.
func (p *plan) varies(other *plan) bool {
	return len(p.changes) == len(other.changes) && text(outline(p.try.Patch)) == text(outline(other.try.Patch)) &&
		text(p.try.Request) == text(other.try.Request)
}

// outline is what a patch changes, without the values.
func outline(p journal.Patch) journal.Patch {
	out := make(journal.Patch, len(p))
	for k, v := range p {
		if below, ok := v.(journal.Patch); ok {
			out[k] = outline(below)
			continue
		}
		out[k] = nil
	}
	return out
}

// join lays one patch over another.
func join(under, over journal.Patch) journal.Patch {
	out := make(journal.Patch, len(under)+len(over))
	maps.Copy(out, under)
	for k, v := range over {
		below, both := out[k].(journal.Patch)
		if above, ok := v.(journal.Patch); ok && both {
			v = join(below, above)
		}
		out[k] = v
	}
	return out
}

// remade is a request that is made in yet another way; what over says counts.
func remade(under journal.Remake, over *journal.Remake) journal.Remake {
	if over == nil {
		return under
	}
	out := *over
	out.Headers, out.Query = joined(under.Headers, over.Headers), joined(under.Query, over.Query)
	for _, f := range []struct{ to, from *string }{
		{&out.Bucket, &under.Bucket}, {&out.Key, &under.Key}, {&out.Caller, &under.Caller}, {&out.Region, &under.Region},
		{&out.AuthType, &under.AuthType}, {&out.Algorithm, &under.Algorithm}, {&out.Body, &under.Body},
	} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	out.Signed, out.Omitted = out.Signed || under.Signed, out.Omitted || under.Omitted
	return out
}

func joined(under, over map[string]string) map[string]string {
	if len(under)+len(over) == 0 {
		return nil
	}
	out := make(map[string]string, len(under)+len(over))
	maps.Copy(out, under)
	maps.Copy(out, over)
	return out
}
