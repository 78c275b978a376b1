package finding

import (
	"cmp"
	"slices"
	"time"

	"github.com/s3fault/s3fault/journal"
)

// chain is requests that ask the same, each after the one before it had failed: attempts of a
// client, and what the program around it does again.
type chain struct {
	row []*journal.Entry
	// crew is how many may have made them, each for itself: a program that asks the same eight
	// times at once when nothing goes wrong may have done so here too, one just behind the other.
	crew int
}

// surely is how many of n attempts one of the crew has made at the least.
func (c chain) surely(n int) int { return (n + c.crew - 1) / c.crew }

func (c chain) first() *journal.Entry { return c.row[0] }

// Attempts is the most attempts that were made of one request, whether by the client or by the
// program around it, as far as that is sure.
func (r *Run) Attempts() int {
	most := 0
	for _, c := range look(r).tries() {
		most = max(most, c.surely(len(c.row)))
	}
	return most
}

// chained are the chains of a run. Calls that ask the same side by side are a chain each: what
// the program does again cannot be told there.
func (v *view) chained() (all []chain) {
	for _, c := range v.calls {
		asked := askedBy(c.First())
		group, crew := v.same[asked], max(1, v.known.crew(asked))
		switch {
		case len(group) == 0:
			all = append(all, c.chain(1))
		case v.beside[asked]:
			all = append(all, c.chain(max(crew, len(group))))
		case group[0] == c:
			all = append(all, inRow(group, crew)...)
		}
	}
	return all
}

// chain is the call's own. The client's id tells that it is one call's, else a crew may have made it.
func (c *Call) chain(crew int) chain {
	if c.First().Invocation != "" {
		crew = 1
	}
	return chain{slices.Clone(c.Attempts), crew}
}

// tries are the chains, and beside those that are of several calls each call by itself, where its
// id tells it.
func (v *view) tries() []chain {
	all := slices.Clone(v.chains)
	for _, c := range v.calls {
		if c.First().Invocation != "" && len(c.Attempts) > 1 {
			all = append(all, c.chain(1))
		}
	}
	return all
}

// inRow are the chains of calls one after the other, of which a crew may have made them.
func inRow(group []*Call, crew int) (all []chain) {
	for i, c := range group {
		if i > 0 && fails(group[i-1].Last()) {
			before := &all[len(all)-1]
			before.row, before.crew = append(before.row, c.Attempts...), crew
			continue
		}
		all = append(all, c.chain(crew))
	}
	return all
}

// sideBySide says that two of the calls were under way at a time.
func sideBySide(group []*Call) bool {
	var until time.Time
	for _, c := range group {
		if c.Unsure || c.First().Time.Before(until) {
			return true
		}
		if end := over(c.Last()); end.After(until) {
			until = end
		}
	}
	return false
}

// longest is the longest of some chains.
func longest(all []chain) chain {
	return slices.MaxFunc(all, func(a, b chain) int { return cmp.Compare(len(a.row), len(b.row)) })
}
