package store

import (
	"maps"
	"slices"
)

// chain is the versions of one key, at least one, oldest first.
type chain struct {
	of       *branch // that of the bucket that may change it; others copy it first
	versions []*Object
	// ids finds the versions of a long chain; nil: it never was long.
	ids map[string]*Object
}

// longChain is how many versions are looked through one by one at most.
const longChain = 32

func (c *chain) latest() *Object { return c.versions[len(c.versions)-1] }

// find is where the version is, -1 where it is not. The search begins with the
// newest, which is asked for most.
func (c *chain) find(version string) int {
	if c.ids != nil {
		o, ok := c.ids[version]
		if !ok {
			return -1
		}
		return c.index(o)
	}
	for i, o := range slices.Backward(c.versions) {
		if o.Version == version {
			return i
		}
	}
	return -1
}

// index is where a record is that the chain has.
func (c *chain) index(o *Object) int {
	i := len(c.versions) - 1
	for c.versions[i].Revision != o.Revision {
		i--
	}
	return i
}

// copied is the same chain for the bucket of another branch.
func (c *chain) copied(of *branch) *chain {
	return &chain{of: of, versions: slices.Clone(c.versions), ids: maps.Clone(c.ids)}
}

// add puts a version on top.
func (c *chain) add(o *Object) {
	c.versions = append(c.versions, o)
	switch {
	case c.ids != nil:
		c.ids[o.Version] = o
	case len(c.versions) > longChain:
		c.ids = make(map[string]*Object, 2*longChain)
		for _, o := range c.versions {
			c.ids[o.Version] = o
		}
	}
}

// replace puts another record of the same version at its place.
func (c *chain) replace(i int, o *Object) {
	c.versions[i] = o
	if c.ids != nil {
		c.ids[o.Version] = o
	}
}

// cut takes a version out.
func (c *chain) cut(i int) {
	delete(c.ids, c.versions[i].Version)
	c.versions = slices.Delete(c.versions, i, i+1)
}
