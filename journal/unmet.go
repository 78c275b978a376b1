package journal

import (
	"fmt"
	"strings"
)

// Unmet is the error that says which expectations were not met, and why.
type Unmet struct {
	Failures []Failure `json:"failures"`
	// NeverStruck are the names of the fault rules that must fire and never did.
	NeverStruck []string `json:"never_struck"`
}

// Failure is an expectation that was not met.
type Failure struct {
	Index    int      `json:"index"`    // which of the list it is, from 0
	Expected string   `json:"expected"` // in words
	Seen     int      `json:"seen"`     // how many requests there were
	Requests []string `json:"requests"` // the ids of the first of those
	// NearestMisses are requests that differ in the fewest points from what was expected,
	// where there were too few.
	NearestMisses []Miss `json:"nearest_misses"`
}

// Miss is a request that was nearly one of those that were expected.
type Miss struct {
	RequestID string       `json:"request_id"`
	Request   string       `json:"request"` // in words: "PutObject my-bucket/k by app: 200"
	Differs   []Difference `json:"differs"`
}

// Difference is a point in which a request is not as expected.
type Difference struct {
	What   string `json:"what"` // "status"
	Wanted string `json:"wanted"`
	Seen   string `json:"seen"`
}

// Error is all of it, a line for each failure, and one for each near miss.
func (u *Unmet) Error() string {
	var lines []string
	for i := range u.Failures {
		lines = append(lines, u.Failures[i].lines()...)
	}
	for _, name := range u.NeverStruck {
		lines = append(lines, fmt.Sprintf("the fault rule %q must fire and never struck", name))
	}
	return strings.Join(lines, "\n")
}

func (f *Failure) lines() []string {
	line := fmt.Sprintf("expectation %d: wanted %s, seen %d", f.Index+1, f.Expected, f.Seen)
	if len(f.Requests) > 0 {
		line += " (" + strings.Join(f.Requests, ", ") + ")"
	}
	lines := []string{line}
	for _, m := range f.NearestMisses {
		lines = append(lines, fmt.Sprintf("  near: %s (%s), where %s", m.Request, m.RequestID, m.differs()))
	}
	return lines
}

func (m *Miss) differs() string {
	points := make([]string, len(m.Differs))
	for i, d := range m.Differs {
		points[i] = fmt.Sprintf("%s is %q and not %q", d.What, d.Seen, d.Wanted)
	}
	return strings.Join(points, ", ")
}
