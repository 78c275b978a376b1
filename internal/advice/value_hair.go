package advice

import (
	"slices"
	"strings"
)

// hair is a way in which a value is wrong by a hair: what it should have been for the value that was
// seen, and why; false: it is not wrong in this way.
type hair func(w *wrong, written, seen string) (meant mend, ok bool)

// mend is what a value should have been.
type mend struct {
	value  string
	why    string
	beside bool // the value that was there stays
}

// inList corrects a list of values by the first hair that fits, each value that it fits in turn.
func (w *wrong) inList(st statement, element string, written []string, seen string, hairs []hair,
	put func([]string) statement) []mending {
	var all []mending
	for i, v := range written {
		for _, h := range hairs {
			m, ok := h(w, v, seen)
			if !ok || m.value == v {
				continue
			}
			with := slices.Clone(written)
			if with[i] = m.value; m.beside {
				with = slices.Insert(with, i, v)
			}
			if slices.Contains(written, m.value) {
				continue // it is among them: something else is wrong
			}
			all = append(all, mending{put(with), []fix{{
				element: element, wanted: v, seen: seen, corrected: m.value, beside: m.beside, why: m.why,
			}}})
			break
		}
	}
	return all
}

// respelled is a pattern in which one stretch of plain text is put right, so that it lets the value
// through; false: no stretch of it is a slip away from one that would. What is written may not be the
// name of something that is there.
func (w *wrong) respelled(written, seen string) (mend, bool) {
	if w.names(written, seen) {
		return mend{}, false
	}
	return w.respelledIn(written, seen)
}

func (w *wrong) respelledIn(written, seen string) (mend, bool) {
	stretches := atoms(written)
	for i, a := range stretches {
		if a == "" || isAtom(a) || len(a) > maxStretch {
			continue
		}
		if good, ok := w.spelling(stretches, i, seen); ok {
			return mend{value: good, why: difference(written, good)}, true
		}
	}
	return mend{}, false
}

// The bounds of what is compared for a slip of the pen.
const (
	maxStretch   = 256    // letters of a stretch: nobody writes longer ones by hand
	maxSpellings = 100000 // texts that one search compares with stretches
)

// spelling is the pattern with another text in the place of one stretch, with which it lets the value
// through.
func (w *wrong) spelling(stretches []string, i int, seen string) (string, bool) {
	before, after := strings.Join(stretches[:i], ""), strings.Join(stretches[i+1:], "")
	last := len(seen)
	if before == "" {
		last = 0
	}
	for from := 0; from <= last; from++ {
		for _, n := range lengths(len(stretches[i])) {
			if n < 0 || from+n > len(seen) || after == "" && from+n != len(seen) {
				continue
			}
			if w.spellings++; w.spellings > maxSpellings {
				return "", false
			}
			text := seen[from : from+n]
			if strings.HasSuffix(stretches[i], "/") && after != "" && !strings.HasSuffix(text, "/") {
				continue // what is below a folder stays below one
			}
			if good := before + literal(text) + after; slip(stretches[i], text) && w.lets(good, seen) {
				return good, true
			}
		}
	}
	return "", false
}

// lengths are those of texts that may be slips of one of n letters, the nearest first.
func lengths(n int) []int { return []int{n, n + 1, n - 1, n + 2, n - 2, n + 3, n - 3, n + 4, n - 4} }

// literal is a text in which no letter stands for others.
func literal(text string) string {
	return strings.NewReplacer("${", "${$}{", "*", "${*}", "?", "${?}").Replace(text)
}

// lets says whether a pattern lets a value through.
func (w *wrong) lets(pattern, value string) bool {
	c := clause{compiled: compiled(w.version, "StringLike", probe, pattern)}
	if c.compiled == nil {
		return false
	}
	ctx := w.q.Context.Clone()
	ctx.Set(probe, value)
	return c.holds(ctx)
}

// probe is a condition key that no request has.
const probe = "s3fault:probe"

// atoms cuts a pattern into stretches of plain text and what stands for others: *, ? and variables.
func atoms(pattern string) []string {
	var all []string
	plain := ""
	for i := 0; i < len(pattern); {
		n := 0
		switch {
		case pattern[i] == '*', pattern[i] == '?':
			n = 1
		case strings.HasPrefix(pattern[i:], "${"):
			n = strings.IndexByte(pattern[i:], '}') + 1
		}
		if n == 0 {
			plain += pattern[i : i+1]
			i++
			continue
		}
		all = append(all, plain, pattern[i:i+n])
		plain = ""
		i += n
	}
	return append(all, plain)
}

func isAtom(a string) bool { return a == "*" || a == "?" || strings.HasPrefix(a, "${") }

// difference says in words how two values differ.
func difference(written, good string) string {
	switch {
	case strings.EqualFold(written, good):
		return "as capitals and small letters are told apart"
	case strings.ReplaceAll(written, " ", "") == strings.ReplaceAll(good, " ", ""):
		return "without the blank"
	case strings.EqualFold(unseparated(written), unseparated(good)) && strings.Count(written,
		":") != strings.Count(good, ":"):
		return "with the right number of colons"
	case strings.EqualFold(unseparated(written), unseparated(good)) && strings.Count(written,
		"/") != strings.Count(good, "/"):
		return "with the right number of slashes"
	case digits(written) != digits(good):
		return "as the account's number is"
	}
	return "as it is spelt"
}
