package advice

import (
	"slices"

	"github.com/s3fault/s3fault/journal"
)

// Smallest is what the smallest plan of a class comes to.
type Smallest struct{ Changes, Opened, Closed int }

// Exhaustive tries every single change that the remedies can write, for whichever refusal,
// and every pair of changes, in either order. It says, for each class, the fewest changes
// and then the fewest deeds that they open or close.
func Exhaustive(c Case) (map[journal.Class]Smallest, error) {
	now, err := c.Decide(Try{})
	if err != nil {
		return nil, err
	}
	s := &search{off: func() error { return nil }, of: c, now: now, first: now, enough: map[string]bool{}}
	root := &plan{now: now}
	singles := s.every(root)
	var pairs []*plan
	for _, p := range singles {
		if p.proved() {
			s.enough[essence(&p.changes[0])] = true
		}
	}
	for _, p := range singles {
		if !p.proved() {
			pairs = append(pairs, s.every(p)...)
			pairs = append(pairs, s.beside(p, singles)...)
		}
	}
	return s.smallest(singles, pairs), nil
}

// every is the plan with each change more that the remedies write for any refusal before it.
func (s *search) every(p *plan) []*plan {
	var all []*plan
	for _, r := range standing(p.now) {
		for _, c := range s.written(p, &r) {
			if next := s.tried(p.with(&c)); next != nil && !c.told() {
				all = append(all, next)
			}
		}
	}
	return all
}

// beside is the plan with each of the other single changes, as they were written.
func (s *search) beside(p *plan, singles []*plan) []*plan {
	var all []*plan
	for _, other := range singles {
		if c := (candidate{Change: other.changes[0], kind: other.kind}); other != p && text(c.Patch) != text(p.try.Patch) {
			if next := s.tried(p.with(&c)); next != nil {
				all = append(all, next)
			}
		}
	}
	return all
}

func (s *search) tried(p *plan) *plan {
	then, err := s.of.Decide(p.try)
	if err != nil {
		return nil
	}
	p.now = then
	return p
}

func (s *search) smallest(levels ...[]*plan) map[journal.Class]Smallest {
	best := map[journal.Class]Smallest{}
	for t := range removal {
		for _, level := range levels {
			solved := slices.DeleteFunc(slices.Clone(level), func(p *plan) bool {
				return p.tier != t || !p.proved() || len(p.changes) > 1 && slices.ContainsFunc(p.changes,
					func(c journal.Change) bool {
						return s.enough[essence(&c)]
					})
			})
			if len(solved) > 0 {
				best[journal.Classes()[t]] = s.least(solved)
				break
			}
		}
	}
	return best
}

// least is what the plan comes to, of several of one length, that does least to others.
func (s *search) least(all []*plan) Smallest {
	for _, p := range all {
		if s.harmless(p) {
			return Smallest{Changes: len(p.changes)}
		}
	}
	for _, p := range all {
		s.weigh(p)
	}
	p := slices.MinFunc(all, before)
	return Smallest{len(p.changes), len(p.opened), len(p.closed)}
}

// Harm is how many deeds of others a proposal of a class opens: what the requester may do
// by a corrected value is meant.
func Harm(p journal.Proposal) int {
	if p.Class == journal.OfValue {
		return 0
	}
	return p.Opened
}

// Hoisted is the parameter of a URL that stands for a header.
var Hoisted = hoisted
