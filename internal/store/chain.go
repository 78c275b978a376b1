package store

import (
	"maps"
	"slices"
)

// chain is the versions of one key, at least one. It is a value: what changes it returns
// another. Most keys have one version, which is all that they take room for.
type chain struct {
	latest *Object
	more   *versions // all of them; nil: latest is the only one
}

// versions are those of a key that has several, oldest first.
type versions struct {
	of   *branch // that of the bucket that may change them; others copy them first
	list []*Object
	// ids finds the versions of a long chain; nil: it never was long.
	ids map[string]*Object
}

// longChain is how many versions are looked through one by one at most.
const longChain = 32

func (c chain) len() int {
	if c.more == nil {
		return 1
	}
	return len(c.more.list)
}

// at is a version by its place, of which the oldest has 0.
func (c chain) at(i int) *Object {
	if c.more == nil {
		return c.latest
	}
	return c.more.list[i]
}

// all is the versions for whoever asks, oldest first.
func (c chain) all() []*Object {
	if c.more == nil {
		return []*Object{c.latest}
	}
	return slices.Clone(c.more.list)
}

// find is where the version is, -1 where it is not.
func (c chain) find(version string) int {
	switch {
	case c.more != nil:
		return c.more.find(version)
	case c.latest.Version == version:
		return 0
	}
	return -1
}

// version is the version with that id; nil: there is none, or the chain has none at all.
func (c chain) version(id string) *Object {
	if c.latest == nil {
		return nil
	}
	if i := c.find(id); i >= 0 {
		return c.at(i)
	}
	return nil
}

// add puts a version on top. of is the branch of who changes the chain.
func (c chain) add(o *Object, of *branch) chain {
	if c.latest == nil {
		return chain{latest: o}
	}
	v := c.own(of)
	v.add(o)
	return v.chain()
}

// replace puts another record of the same version at its place.
func (c chain) replace(i int, o *Object, of *branch) chain {
	if c.more == nil {
		return chain{latest: o}
	}
	v := c.own(of)
	v.replace(i, o)
	return v.chain()
}

// cut takes a version out; of the only one nothing is left.
func (c chain) cut(i int, of *branch) chain {
	if c.more == nil {
		return chain{}
	}
	v := c.own(of)
	v.cut(i)
	return v.chain()
}

// own is the versions, to be changed.
func (c chain) own(of *branch) *versions {
	switch {
	case c.more == nil:
		return &versions{of: of, list: []*Object{c.latest}}
	case c.more.of != of: // a copy of the bucket may have them
		return &versions{of: of, list: slices.Clone(c.more.list), ids: maps.Clone(c.more.ids)}
	}
	return c.more
}

func (v *versions) chain() chain {
	latest := v.list[len(v.list)-1]
	if len(v.list) == 1 {
		return chain{latest: latest}
	}
	return chain{latest, v}
}

// find begins with the newest, which is asked for most.
func (v *versions) find(version string) int {
	if v.ids != nil {
		o, ok := v.ids[version]
		if !ok {
			return -1
		}
		return v.index(o)
	}
	for i, o := range slices.Backward(v.list) {
		if o.Version == version {
			return i
		}
	}
	return -1
}

// index is where a record is that is among them.
func (v *versions) index(o *Object) int {
	i := len(v.list) - 1
	for v.list[i].Revision != o.Revision {
		i--
	}
	return i
}

func (v *versions) add(o *Object) {
	v.list = append(v.list, o)
	switch {
	case v.ids != nil:
		v.ids[o.Version] = o
	case len(v.list) > longChain:
		v.ids = make(map[string]*Object, 2*longChain)
		for _, o := range v.list {
			v.ids[o.Version] = o
		}
	}
}

func (v *versions) replace(i int, o *Object) {
	v.list[i] = o
	if v.ids != nil {
		v.ids[o.Version] = o
	}
}

func (v *versions) cut(i int) {
	delete(v.ids, v.list[i].Version)
	v.list = slices.Delete(v.list, i, i+1)
}
