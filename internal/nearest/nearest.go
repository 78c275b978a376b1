// Package nearest finds the name that was probably meant, for error messages.
package nearest

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Name is the candidate that is fewest edits away from name, whatever the case;
// the first of several. It is empty when none is near enough to be worth
// naming: more than a third of the letters differ.
func Name(name string, candidates []string) string {
	folded := strings.ToLower(name)
	best, fewest := "", len([]rune(name))/3+1
	for _, c := range candidates {
		if far(len(c), len(name), fewest) {
			continue
		}
		if d := levenshtein.ComputeDistance(folded, strings.ToLower(c)); d < fewest {
			best, fewest = c, d
		}
	}
	return best
}

// far says that two lengths in bytes differ too much for the distance to be
// worth computing.
func far(a, b, limit int) bool { return a-b >= 4*limit || b-a >= 4*limit }
