package deeds

import "github.com/s3fault/s3fault/internal/store"

// May says whether a deed that another world opens, or closes, is one that may be.
type May func(d Found, opened bool) bool

// Harms says whether another world opens or closes a deed other than those that may be,
// and on how many deeds a no stands. It asks no more than it needs for a yes:
// first the witnesses, which are about what differs.
func (n *Net) Harms(after *store.Moment, may May) (asked int, harms bool) {
	n = n.anew()
	n.admit(after)
	c := n.comparison(after, nil)
	for _, deeds := range [][]deed{n.witnesses(n.before.m, after), n.grid} {
		for _, d := range deeds {
			if c.harm(d, may) {
				return c.asked, true
			}
		}
	}
	return c.asked, false
}

// First is Compare that ends with as many deeds as are asked for, of which those that may be are none.
func (n *Net) First(most int, after *store.Moment, may May) Difference {
	n = n.anew()
	n.admit(after)
	c := n.comparison(after, nil)
	for _, deeds := range [][]deed{n.grid, n.witnesses(n.before.m, after)} {
		for _, d := range deeds {
			if c.harm(d, may) {
				most--
			}
			if most <= 0 {
				return c.difference()
			}
		}
	}
	return c.difference()
}

// harm puts one deed to both worlds, and says whether they differ in one that may not be.
func (c *comparison) harm(d deed, may May) bool {
	opened, closed := len(c.opened), len(c.closed)
	c.hold(d)
	opened, closed = len(c.opened)-opened, len(c.closed)-closed
	return opened+closed > 0 && !may(c.net.found(d), opened > 0)
}
