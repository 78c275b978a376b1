package advice

import (
	"cmp"
	"slices"

	"github.com/s3fault/s3fault/journal"
)

// toldBeside are the kinds that are told whatever they open.
var toldBeside = map[string]bool{byValue: true, byPrincipal: true, byTags: true}

// keep takes the best plan of those of one length and tier: the first that does nothing to
// others, for what was written first is the simplest; and else the one that opens least. Told
// beside it are other ways to make the request, the value by which a guard lets others
// pass, and the tags that a grant asks for, whatever they open.
func (s *search) keep(t tier, all []*plan) {
	if all = all[:min(len(all), weighings)]; t == removal {
		all = all[:min(len(all), 1)] // whatever it opens, it is told last
	}
	best := -1
	if t < removal {
		best = slices.IndexFunc(all, s.harmless)
	}
	for i, p := range all {
		if best < 0 || i == best || t == inRequest || toldBeside[p.kind] && p.kind != all[best].kind {
			if t == inRequest && slices.ContainsFunc(s.found[t], p.varies) {
				continue
			}
			s.weigh(p)
			s.found[t] = append(s.found[t], p)
		}
	}
	slices.SortStableFunc(s.found[t], before)
	s.found[t] = s.found[t][:min(len(s.found[t]), ways)]
}

// before says which of two plans is told first: what does nothing to others, then by
// class, then the one of fewer changes, then the one that opens less. What removes a
// guardrail is told last.
func before(a, b *plan) int {
	return cmp.Or(
		cmp.Compare(truth(a.tier == removal), truth(b.tier == removal)),
		cmp.Compare(truth(a.harms()), truth(b.harms())),
		cmp.Compare(a.tier, b.tier),
		cmp.Compare(len(a.changes), len(b.changes)),
		cmp.Compare(len(a.opened)+len(a.closed), len(b.opened)+len(b.closed)),
	)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// others is how many proposals are told beside the first.
const others = 5

// advise searches, and tells what was found.
func (s *search) advise() *journal.Advice {
	if !s.first.Denied() {
		return &journal.Advice{Proposal: journal.Proposal{Changes: []journal.Change{}, Proved: true}}
	}
	s.look()
	var all []*plan
	for t := range removal {
		all = append(all, s.found[t]...)
	}
	slices.SortStableFunc(all, before)
	switch {
	case len(all) == 0:
		p := s.told(inGuard)
		s.weigh(p)
		all = append(all, p)
	case all[0].harms() && slices.ContainsFunc(s.first.Questions, nobody): // nothing is opened to everybody where signing would do
		all = append([]*plan{s.told(inRequest)}, all...)
	}
	last := s.found[removal]
	all = all[:min(len(all), 1+others-min(len(last), 1))]
	if len(last) > 0 {
		all = append(all, last[0])
	}
	return advised(all)
}

func advised(all []*plan) *journal.Advice {
	a := &journal.Advice{Proposal: all[0].proposal()}
	for _, p := range all[1:] {
		a.Others = append(a.Others, p.proposal())
	}
	return a
}

// opens is how many of the deeds that a proposal opens are told.
const opens = 10

func (p *plan) proposal() journal.Proposal {
	all := slices.Concat(p.opened, p.meant)
	out := journal.Proposal{
		Class: journal.Classes()[min(p.tier, inGuard)], Changes: p.changes, Patch: p.try.Patch, Proved: p.proved(),
		Opens: all[:min(len(all), opens)], Opened: len(all), Asked: p.asked,
	}
	if out.Changes == nil {
		out.Class, out.Changes = "", []journal.Change{}
	}
	return out
}
