package deeds

import (
	"cmp"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// comparison holds deeds of a net against another world.
type comparison struct {
	net        *Net
	after      *court
	yardsticks []*court
	seen       map[deed]bool
	opened     map[plainly]deed
	closed     map[plainly]deed
	same       sameness
	asked      int
}

// plainly is a deed without its circumstances: of those that differ in nothing else, one
// is told.
type plainly struct {
	person, act, thing int
	draft              draft
}

func (n *Net) comparison(after *store.Moment, yardsticks []*store.Moment) *comparison {
	c := &comparison{
		net: n, after: n.court(after), seen: make(map[deed]bool, 2*len(n.grid)),
		opened: map[plainly]deed{}, closed: map[plainly]deed{},
	}
	c.same = n.sameness(n.before, c.after)
	for _, y := range yardsticks {
		c.yardsticks = append(c.yardsticks, n.court(y))
	}
	return c
}

// hold puts one deed to both worlds.
func (c *comparison) hold(d deed) {
	if c.seen[d] {
		return
	}
	c.seen[d] = true
	c.asked++
	if c.same.decides(d) && !c.net.alwaysAsks {
		return
	}
	before, after := c.net.possibleBefore(d), c.after.possible(d)
	switch {
	case after && !before && !c.anyYardstick(d, true):
		c.keep(c.opened, d)
	case before && !after && !c.net.people[d.person].supposed && !c.anyYardstick(d, false):
		c.keep(c.closed, d)
	}
}

// keep notes a deed, of several in other circumstances alone the first.
func (c *comparison) keep(in map[plainly]deed, d deed) {
	p := plainly{d.person, d.act, d.thing, d.draft}
	if _, known := in[p]; !known {
		in[p] = d
	}
}

// anyYardstick says whether one of them answers so.
func (c *comparison) anyYardstick(d deed, possible bool) bool {
	return slices.ContainsFunc(c.yardsticks, func(y *court) bool { return y.possible(d) == possible })
}

// possibleBefore is the answer of the world before, asked once.
func (n *Net) possibleBefore(d deed) bool {
	if n.cast != nil && n.cast.knows(d) {
		return n.cast.possibleBefore(d)
	}
	answer, known := n.answers[d]
	if !known {
		answer = n.before.possible(d)
		n.answers[d] = answer
	}
	return answer
}

func (c *comparison) difference() Difference {
	return Difference{
		Opened: c.told(c.opened, c.net.before, c.after),
		Closed: c.told(c.closed, c.after, c.net.before),
		Asked:  c.asked,
	}
}

// told are the deeds as others read them: first those of strangers, and of one person
// first those by which he can give himself the rest.
func (c *comparison) told(deeds map[plainly]deed, refuses, allows *court) []Found {
	sorted := slices.SortedFunc(maps.Values(deeds), func(a, b deed) int {
		return cmp.Or(
			cmp.Compare(a.person, b.person), -compareTruth(c.net.acts[a.act].grants, c.net.acts[b.act].grants),
			cmp.Compare(a.thing, b.thing), cmp.Compare(a.act, b.act), cmp.Compare(a.draft, b.draft))
	})
	all := make([]Found, 0, len(sorted))
	for _, d := range sorted {
		plain := plainly{d.person, d.act, d.thing, nothing}
		if _, told := deeds[plain]; told && d.draft == sealed {
			continue
		}
		f := c.net.found(d)
		f.By = by(d, refuses, allows, allows == c.after)
		all = append(all, f)
	}
	return all
}

func compareTruth(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// found is a deed without what allows it.
func (n *Net) found(d deed) Found {
	p, act, with := &n.people[d.person], &n.acts[d.act], map[string][]string{}
	for _, c := range append(n.over(d), d.draft.told()...) {
		with[c.key] = c.values
	}
	if len(with) == 0 {
		with = nil
	}
	return Found{
		Deed: journal.Deed{
			As: p.name, Action: act.name, Resource: n.things[d.thing].arn, With: with, Grants: act.grants,
		},
		Principal: p.arn,
	}
}
