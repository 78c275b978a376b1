// Package nearest finds the name that was probably meant, for error messages.
package nearest

import "strings"

// Name is the candidate that is fewest edits away from name, whatever the case;
// the first of several. It is empty when none is near enough to be what was
// meant: a third of the letters may differ.
func Name(name string, candidates []string) string {
	folded := []rune(strings.ToLower(name))
	if len(folded) == 0 || len(folded) > maxSuggestible {
		return ""
	}
	best, fewest := "", len(folded)/3+1
	for _, c := range candidates {
		if d := distance(folded, []rune(strings.ToLower(c)), fewest); d < fewest {
			best, fewest = c, d
		}
	}
	return best
}

// maxSuggestible bounds the work of a suggestion; no name in AWS is as long.
const maxSuggestible = 128

// Edits counts the letters that are to be put in, taken out, replaced, or swapped with
// their neighbours to make one text of the other. It gives up with limit where they are as many or more.
func Edits(a, b string, limit int) int { return distance([]rune(a), []rune(b), limit) }

// distance counts the insertions, deletions, replacements and swaps of neighbours between two names. It gives
// up with limit as soon as the distance cannot be less.
func distance(a, b []rune, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		least := next[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
			least = min(least, next[j+1])
		}
		if least >= limit {
			return limit
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
