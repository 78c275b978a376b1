package finding

import (
	"fmt"
	"slices"
	"strings"
)

// Compare is how two lists of findings differ, a line each: "+lost-write my-bucket/a"; nil: they
// are the same, in kinds and keys. Keys that are not stable (nil: all are) have another name in
// every run, and are compared by their number.
func Compare(was, is []Finding, stable func(key string) bool) []string {
	before, now := lines(was, stable), lines(is, stable)
	var differ []string
	for _, line := range before {
		if !slices.Contains(now, line) {
			differ = append(differ, "-"+line)
		}
	}
	for _, line := range now {
		if !slices.Contains(before, line) {
			differ = append(differ, "+"+line)
		}
	}
	return differ
}

// lines are the findings by kind and keys, each kind once.
func lines(all []Finding, stable func(key string) bool) (told []string) {
	for _, of := range together(all, func(f Finding) string { return string(f.Kind) }) {
		var keys []string
		for _, f := range of {
			keys = append(keys, f.Keys...)
		}
		told = append(told, strings.TrimSpace(string(of[0].Kind)+" "+strings.Join(settledNames(tidy(keys), stable), " ")))
	}
	return told
}

// settledNames are the keys, those that change from run to run as a number.
func settledNames(keys []string, stable func(key string) bool) []string {
	if stable == nil {
		return keys
	}
	kept := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !stable(key) })
	if other := len(keys) - len(kept); other > 0 {
		kept = append(kept, fmt.Sprintf("(%s)", counted(other, "changing key")))
	}
	return kept
}
