// Package nearest finds the name that was probably meant, for error messages.
package nearest

import "strings"

// Name is the candidate that is fewest edits away from name, whatever the case;
// the first of several. Where none is near enough to be what was meant, which is when more than a third of
// the letters differ, it is one of which a part is, but for one letter: the words that it begins with, or any
// word of it. It is empty where there is none.
func Name(name string, candidates []string) string {
	folded := []rune(strings.ToLower(name))
	if len(folded) == 0 || len(folded) > maxSuggestible {
		return ""
	}
	if best := fewest(folded, len(folded)/3, candidates, whole); best != "" || len(folded) < shortestPart {
		return best
	}
	if best := fewest(folded, 1, candidates, beginnings); best != "" {
		return best
	}
	return fewest(folded, 1, candidates, words)
}

// shortestPart is how long a name must be to be taken for a part of another.
const shortestPart = 4

// fewest is the first of the candidates of which a part is fewest edits away from a name, at most that many.
func fewest(folded []rune, most int, candidates []string, parts func(string) []string) string {
	best, fewest := "", most+1
	for _, c := range candidates {
		for _, part := range parts(strings.ToLower(c)) {
			if d := distance(folded, []rune(part), fewest); d < fewest {
				best, fewest = c, d
			}
		}
	}
	return best
}

func whole(name string) []string { return []string{name} }

// beginnings are what a name of several words begins with: of a-b-c that is a and a-b.
func beginnings(name string) []string {
	var all []string
	for i, r := range name {
		if isBetween(r) {
			all = append(all, name[:i])
		}
	}
	return all
}

func words(name string) []string { return strings.FieldsFunc(name, isBetween) }

func isBetween(r rune) bool { return r == '_' || r == '-' }

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
