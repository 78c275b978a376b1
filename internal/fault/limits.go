package fault

import (
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// Limits is how many requests are taken before the others are told to slow down. The zero
// Limits is any number.
type Limits struct{ Prefix PrefixLimits }

// PrefixLimits is what one prefix takes, in requests a second: S3's documented rates are
// 5,500 reads and 3,500 writes. 0: any number. Depth is how many segments of a key are its
// prefix; 0: one.
type PrefixLimits struct{ Reads, Writes, Depth int }

// LimitsFacts are the limits as a scenario file has them.
var LimitsFacts = facts.Record(facts.New("list of limits",
	facts.Field("prefix", prefixLimits, func(l *Limits) *PrefixLimits { return &l.Prefix }).
		Says("how many requests for one prefix are taken"),
)).Unless(func(l Limits) bool { return l == Limits{} })

var prefixLimits = facts.Record(facts.New("prefix's limits",
	facts.Field("reads", perSecond, func(l *PrefixLimits) *int { return &l.Reads }).
		Says("the reads that are taken a second", "any number"),
	facts.Field("writes", perSecond, func(l *PrefixLimits) *int { return &l.Writes }).
		Says("the writes that are taken a second", "any number"),
	facts.Field("depth", depths, func(l *PrefixLimits) *int { return &l.Depth }).
		Says("how many segments of a key are its prefix", "1"),
).Rule(func(n *tree.Node) error {
	if n.Get("reads") == nil && n.Get("writes") == nil {
		return tree.Fail(n, "limits of a prefix are of its reads, its writes, or both")
	}
	return nil
})).Unless(func(l PrefixLimits) bool { return l == PrefixLimits{} })

// rules are the limits as rules, which strike behind all of the world's own.
func (l Limits) rules() (all []*Rule) {
	for _, of := range []struct {
		class string
		rate  int
	}{{"reads", l.Prefix.Reads}, {"writes", l.Prefix.Writes}} {
		if of.rate == 0 {
			continue
		}
		all = append(all, &Rule{
			Name:  "limits.prefix." + of.class,
			Match: Match{Operations: []string{of.class}, operations: []pattern{patternOf(of.class)}},
			Stage: Arrival,
			Steps: []Step{{Effect: &throttle{Rate: of.rate, Per: perPrefix, Depth: l.Prefix.Depth}}},
		})
	}
	return all
}
