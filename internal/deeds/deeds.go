// Package deeds finds out what somebody can do in one world and could not in another.
// A deed is something that somebody might do: who, which action, to which resource, under
// which circumstances. Deeds come from two nets: a grid of all who might ask, the actions
// that matter and representative resources; and witnesses, which meet all elements of a
// statement that was added, changed or removed. Each is put to both worlds as a question,
// and a question is made as S3 makes it of a request. It knows no HTTP.
package deeds

import (
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// Subject is what deeds are looked for about; what is left empty is the whole world.
type Subject struct {
	Buckets []string // by name
	Keys    []string // KMS keys, by ARN
}

// Found is a deed that is possible in one world alone.
type Found struct {
	journal.Deed
	// Principal is the aws:PrincipalArn of who does it, or a service's name; empty: nobody
	// that has one.
	Principal string
}

// Difference is what two worlds decide otherwise.
type Difference struct {
	Opened []Found // possible after and not before; By says what allows it
	Closed []Found // possible before and not after; By says what refuses it
	// Asked is how many deeds were held against each other. Where who asks, what of and the
	// network are the very same in both worlds, one answer is that of both.
	Asked int
}

// Net is the deeds about one world, with what is decided of them there. The answers are
// remembered, so that a world can be compared with many. It is not for use by several
// goroutines at once.
type Net struct {
	now     time.Time
	subject Subject
	before  *court
	catalogue
	grid    []deed
	answers map[deed]bool // of the world before
	read    map[string][]*statement
	// alwaysAsks: a test holds what is not asked twice against the answers.
	alwaysAsks bool
	// supposes: those of other accounts whom a statement names are asked about with other policies too.
	supposes bool
	// cast is the net as it was cast, which this one is thrown anew from; nil: it is that.
	cast *Net
}

// Cast makes the net about a world, at its time now.
func Cast(before *store.Moment, now time.Time, about Subject) *Net {
	n := &Net{now: now, subject: about, answers: map[deed]bool{}, read: map[string][]*statement{}}
	n.catalogue = newCatalogue(before, about)
	n.ways = waysOf(before.State, n.statementsOf(before.State))
	n.grid = n.spread()
	n.before = n.court(before)
	return n
}

// Compare puts the deeds to another world. What is possible in one of the yardsticks as
// well, worlds that are as they should be, is not opened; what is refused by one of them is
// not closed.
func (n *Net) Compare(after *store.Moment, yardsticks ...*store.Moment) Difference {
	n = n.anew()
	n.supposes = true
	n.admit(after)
	c := n.comparison(after, yardsticks)
	for _, d := range n.grid {
		c.hold(d)
	}
	for _, d := range n.witnesses(n.before.m, after) {
		c.hold(d)
	}
	for _, y := range yardsticks {
		for _, d := range n.witnesses(y, after) {
			c.hold(d)
		}
	}
	return c.difference()
}

// anew is the net as it was cast, with the answers that are known: whom it meets in one
// comparison takes no room for witnesses from the next.
func (n *Net) anew() *Net {
	f := *n
	f.cast, f.answers = n, map[deed]bool{}
	f.people, f.acts, f.things = slices.Clip(n.people), slices.Clip(n.acts), slices.Clip(n.things)
	f.ways, f.variants, f.sources = slices.Clip(n.ways), slices.Clip(n.variants), slices.Clip(n.sources)
	f.index, f.applys = maps.Clone(n.index), maps.Clone(n.applys)
	f.before = f.court(n.before.m)
	return &f
}

// knows says whether a deed is made of what the net has.
func (n *Net) knows(d deed) bool {
	return d.person < len(n.people) && d.act < len(n.acts) && d.thing < len(n.things) &&
		int(d.way) < len(n.ways) && int(d.variant) < len(n.variants)
}

// admit takes in who and what a world has that the world before had not.
func (n *Net) admit(after *store.Moment) {
	people, things := len(n.people), len(n.things)
	for _, p := range newcomers(after.State) {
		n.person(p)
	}
	for _, t := range thingsOf(after, n.subject) {
		n.thing(t)
	}
	n.grantees(after)
	n.changed(after)
	if len(n.people) > people || len(n.things) > things {
		n.grid = n.spread()
	}
}

func (n *Net) court(m *store.Moment) *court { return newCourt(&n.catalogue, m, n.now) }
