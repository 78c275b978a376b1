package deeds

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// deed is one of a net, by the places of its parts in the catalogue.
type deed struct {
	person, act, thing int
	way, variant       int
	draft              draft
}

// circumstance is a condition key in another value than the world gives it; without values
// it is absent.
type circumstance struct {
	key    string
	values []string
}

// catalogue is what the deeds of a net are made from. It grows with the witnesses; what is
// there stays where it is.
type catalogue struct {
	people   []person
	acts     []act
	things   []thing
	ways     []way
	variants [][]circumstance // the first is none

	endpoints map[string]*world.VPCEndpoint // of the world before
	sources   []string                      // ARNs of resources that services act for

	index  map[string]int // of people, acts, things and variants, by their names
	applys map[applied]bool
}

func newCatalogue(m *store.Moment, about Subject) catalogue {
	c := catalogue{
		endpoints: m.State.Endpoints, variants: [][]circumstance{nil},
		index: map[string]int{}, applys: map[applied]bool{},
	}
	for _, p := range peopleOf(m.State) {
		c.person(p)
	}
	for _, name := range slices.Sorted(maps.Keys(m.State.Callers)) {
		c.source(m.State.Callers[name].SourceARN)
	}
	for i := range acts {
		c.act(acts[i])
	}
	for _, t := range thingsOf(m, about) {
		c.thing(t)
	}
	return c
}

func (c *catalogue) person(p person) int { return intern(c.index, "p\x00"+p.name, &c.people, p) }
func (c *catalogue) act(a act) int       { return intern(c.index, "a\x00"+a.name, &c.acts, a) }
func (c *catalogue) thing(t thing) int   { return intern(c.index, "t\x00"+t.arn, &c.things, t) }

func (c *catalogue) variant(over []circumstance) int {
	if len(over) == 0 {
		return 0
	}
	name := "v"
	for _, o := range over {
		name += "\x00" + o.key
		for _, v := range o.values {
			name += "\x01" + v
		}
	}
	return intern(c.index, name, &c.variants, over)
}

// intern is the place of a part with that name, which is added where it is new.
func intern[T any](index map[string]int, name string, all *[]T, one T) int {
	if i, known := index[name]; known {
		return i
	}
	i := len(*all)
	index[name] = i
	*all = append(*all, one)
	return i
}
