package audit

import (
	"slices"

	"github.com/s3fault/s3fault/internal/finding"
)

// FailOn are the findings that fail an audit unless others are named.
var FailOn = []finding.Kind{finding.LostWrite, finding.WrongBytes, finding.BadRead, finding.Hang}

// Judged is a finding, and what it does to the audit.
type Judged struct {
	finding.Finding
	Accepted bool `json:"accepted,omitempty"` // it was known
	Fails    bool `json:"fails,omitempty"`    // it is one of those that fail an audit, and was not
}

// Judgement is a report held against what is known and what fails.
type Judgement struct {
	*Report
	Judged [][]Judged // of each result of the report
	// Stale is what was accepted and was not found any more.
	Stale []string
}

// Judge holds a report against the findings that are known and those that fail it. known may be nil.
func Judge(r *Report, known *Known, failOn []finding.Kind) *Judgement {
	j := &Judgement{Report: r}
	met := map[*acceptance]bool{}
	for i := range r.Results {
		var all []Judged
		for _, f := range r.Results[i].Findings {
			a := known.of(r.Results[i].Name(), f)
			met[a] = true
			all = append(all, Judged{f, a != nil, a == nil && slices.Contains(failOn, f.Kind)})
		}
		j.Judged = append(j.Judged, all)
	}
	j.Stale = known.notMet(met)
	return j
}

// Failed says whether any finding fails the audit.
func (j *Judgement) Failed() bool {
	return slices.ContainsFunc(j.Judged, func(all []Judged) bool {
		return slices.ContainsFunc(all, func(f Judged) bool { return f.Fails })
	})
}

// Counts is how many cases have a finding of each kind, Good among them.
func (j *Judgement) Counts() map[finding.Kind]int {
	counts := map[finding.Kind]int{}
	for _, all := range j.Judged {
		var seen []finding.Kind
		for _, f := range all {
			if !slices.Contains(seen, f.Kind) {
				seen = append(seen, f.Kind)
				counts[f.Kind]++
			}
		}
	}
	return counts
}

// Name is the case's.
func (r *Result) Name() string { return r.Run.Case.Name }
