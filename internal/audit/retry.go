package audit

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/finding"
)

// modes are the retry modes by the letter of the business metrics in a user agent ("m/D,E"),
// in which the SDKs tell them apart.
var modes = map[string]string{"D": "legacy", "E": "standard", "F": "adaptive"}

// retryModes are those that the user agents of a report name, in order.
func retryModes(r *Report) (all []string) {
	seen := func(run *finding.Run) {
		for i := range run.Requests {
			if mode := retryMode(run.Requests[i].UserAgent); mode != "" && !slices.Contains(all, mode) {
				all = append(all, mode)
			}
		}
	}
	for _, run := range r.Baselines {
		if run != nil {
			seen(run)
		}
	}
	for i := range r.Results {
		seen(r.Results[i].Run)
	}
	slices.Sort(all)
	return all
}

// retryMode is the mode that a user agent names; empty: none.
func retryMode(agent string) (mode string) {
	for field := range strings.FieldsSeq(agent) {
		if named, ok := strings.CutPrefix(field, "cfg/retry-mode#"); ok {
			return named
		}
		letters, ok := strings.CutPrefix(field, "m/")
		if !ok {
			continue
		}
		for letter := range strings.SplitSeq(letters, ",") {
			if modes[letter] != "" {
				mode = modes[letter]
			}
		}
	}
	return mode
}
