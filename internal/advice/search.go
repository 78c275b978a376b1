package advice

import (
	"slices"

	"github.com/s3fault/s3fault/internal/deeds"
	"github.com/s3fault/s3fault/journal"
)

// The bounds of a search. All single changes and all pairs are tried; of longer plans the
// best few of each length are gone on with.
const (
	maxChanges = 12  // more layers than this never stand in the way of one request
	maxTries   = 800 // of the request in other worlds
	breadth    = 8   // plans of two changes and more that are gone on with
	weighings  = 64  // plans of one length and tier that are put to the deeds
	ways       = 3   // proposals of a tier that are told
)

// search goes from refusal to refusal. What remedies write is for the world now.
type search struct {
	off    func() error // not nil: nobody waits for the advice any more
	of     Case
	now    *Outcome
	first  *Outcome // as the request was made, in its world
	tries  int
	net    *deeds.Net      // nil: nothing was weighed
	enough map[string]bool // by their essence: changes that do alone
	found  [tiers][]*plan  // what lets the request pass, the best first

	spellings int                // texts that were compared for a slip of the pen
	corrected corrected          // the newest of inValue
	byCallers func() []candidate // the request by somebody else, found out once
}

// look finds the plans that let the request pass, those of one change first.
func (s *search) look() {
	level := []*plan{{now: s.first}}
	for length := 1; length <= maxChanges && len(level) > 0; length++ {
		var next []*plan
		var solved [tiers][]*plan
		for _, p := range level {
			for _, child := range s.children(p, length) {
				if child.proved() {
					solved[child.tier] = append(solved[child.tier], child)
				} else {
					next = append(next, child)
				}
			}
		}
		for t := range solved {
			s.suffice(solved[t])
			s.keep(tier(t), solved[t])
		}
		if level = s.open(next, length); length > 1 {
			level = fewestLeft(level)
		}
	}
}

// children are the plans with one change more that do away with the first refusal that is
// left. A pair may begin with another one, for what comes second may be written otherwise
// then; and so may what lets the request pass.
func (s *search) children(p *plan, length int) []*plan {
	var all []*plan
	first, written := p.next(), map[string]bool{}
	for _, r := range standing(p.now) {
		for _, c := range s.written(p, &r) {
			what := essence(&c.Change)
			if c.told() || written[what] || s.enough[what] || !s.wanted(max(p.tier, c.tier()), length) {
				continue
			}
			written[what] = true
			next := s.step(p, &r, &c)
			if next == nil {
				continue
			}
			next.astray = p.astray || first == nil || r.refusal != first.refusal
			if next.proved() || !next.astray || length == 1 {
				all = append(all, next)
			}
		}
	}
	return all
}

// suffice notes the changes that let the request pass alone: no longer plan needs them.
func (s *search) suffice(all []*plan) {
	for _, p := range all {
		if len(p.changes) == 1 {
			s.enough[essence(&p.changes[0])] = true
		}
	}
}

// essence is what a change does, whatever it says.
func essence(c *journal.Change) string { return text(c.Patch) + text(c.Request) }

// written is what the remedies write for a refusal in the world that a plan has made.
func (s *search) written(p *plan, r *refused) []candidate {
	s.now = p.now
	return s.candidates(r.decision, r.finding)
}

// step tries one change more; nil: the world does not take it, or it is of no use.
func (s *search) step(p *plan, r *refused, c *candidate) *plan {
	if s.tries++; s.tries > maxTries || s.off() != nil {
		return nil
	}
	next := p.with(c)
	then, err := s.of.Decide(next.try)
	if err != nil || !c.reveals && r.stands(then) {
		return nil
	}
	next.now = then
	return next
}

// wanted says whether plans of the length are looked for in a tier, or in one above it:
// where no shorter one is, or where the shorter ones do something to others.
func (s *search) wanted(from tier, length int) bool {
	for t := from; t < tiers; t++ {
		best := s.found[t]
		if len(best) == 0 || len(best[0].changes) >= length || length <= 2 && t < removal && best[0].harms() {
			return true
		}
	}
	return false
}

// open are the plans that are worth one change more.
func (s *search) open(all []*plan, length int) []*plan {
	return slices.DeleteFunc(all, func(p *plan) bool { return !s.wanted(p.tier, length+1) })
}

// fewestLeft are those that have the fewest refusals before them.
func fewestLeft(all []*plan) []*plan {
	slices.SortStableFunc(all, func(a, b *plan) int { return len(standing(a.now)) - len(standing(b.now)) })
	return all[:min(len(all), breadth)]
}

// told goes on where nothing that can be tried lets the request pass: what the world
// needs is found for as many refusals as there can be, by changes of the tiers up to most,
// and the rest is said in words.
func (s *search) told(most tier) *plan {
	p := &plan{now: s.first}
	for range maxChanges {
		r := p.next()
		if r == nil {
			break
		}
		next := s.better(p, r, most)
		if next == nil {
			return p
		}
		p = next
	}
	return p
}

// better is the plan with the first change that does away with the refusal, or with a text.
func (s *search) better(p *plan, r *refused, most tier) *plan {
	all := s.written(p, r)
	for i := range all {
		if c := &all[i]; !c.told() && c.tier() <= most {
			if next := s.step(p, r, c); next != nil {
				return next
			}
		}
	}
	for i := range all {
		if all[i].told() {
			return p.setting(r.refusal, &all[i])
		}
	}
	return nil
}
