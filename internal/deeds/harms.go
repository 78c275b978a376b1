package deeds

import "github.com/s3fault/s3fault/internal/store"

// Harms says whether another world opens or closes a deed other than those that may be,
// and on how many deeds a no stands. It asks no more than it needs for a yes:
// first the witnesses, which are about what differs.
func (n *Net) Harms(after *store.Moment, may func(d Found, opened bool) bool) (asked int, harms bool) {
	n = n.anew()
	n.admit(after)
	c := n.comparison(after, nil)
	for _, deeds := range [][]deed{n.witnesses(n.before.m, after), n.grid} {
		for _, d := range deeds {
			opened, closed := len(c.opened), len(c.closed)
			c.hold(d)
			if opened = len(c.opened) - opened; opened+len(c.closed)-closed > 0 && !may(n.found(d), opened > 0) {
				return c.asked, true
			}
		}
	}
	return c.asked, false
}

// First is Compare that ends with as many deeds as are asked for.
func (n *Net) First(most int, after *store.Moment) Difference {
	n = n.anew()
	n.admit(after)
	c := n.comparison(after, nil)
	for _, deeds := range [][]deed{n.grid, n.witnesses(n.before.m, after)} {
		for _, d := range deeds {
			if c.hold(d); len(c.opened)+len(c.closed) >= most {
				return c.difference()
			}
		}
	}
	return c.difference()
}
