package deeds

import "github.com/s3fault/s3fault/internal/store"

// Harms says whether another world opens or closes a deed other than those that may be
// opened, and on how many deeds a no stands. It asks no more than it needs for a yes:
// first the witnesses, which are about what differs.
func (n *Net) Harms(after *store.Moment, may func(Found) bool) (asked int, harms bool) {
	n.admit(after)
	c := n.comparison(after, nil)
	for _, deeds := range [][]deed{n.witnesses(n.before.m, after), n.grid} {
		for _, d := range deeds {
			opened := len(c.opened)
			c.hold(d)
			if len(c.closed) > 0 || len(c.opened) > opened && !may(n.found(d)) {
				return c.asked, true
			}
		}
	}
	return c.asked, false
}
