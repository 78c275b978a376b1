package deeds

import "github.com/s3fault/s3fault/internal/store"

// CompareAll is Compare with every question put to both worlds.
func (n *Net) CompareAll(after *store.Moment, yardsticks ...*store.Moment) Difference {
	n.alwaysAsks = true
	defer func() { n.alwaysAsks = false }()
	return n.Compare(after, yardsticks...)
}
