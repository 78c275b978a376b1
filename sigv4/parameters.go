package sigv4

import (
	"slices"
	"strings"
)

// parameters is the raw query, read without a map: few requests have more than
// a handful, and each is asked for once.
type parameters struct {
	raw string
}

// pair is the next name and value, both as sent; empty pairs are passed over.
func (q *parameters) pair(rest string) (name, value, after string, ok bool) {
	for rest != "" {
		var piece string
		piece, rest, _ = strings.Cut(rest, "&")
		if piece == "" {
			continue
		}
		name, value, _ = strings.Cut(piece, "=")
		return name, value, rest, true
	}
	return "", "", "", false
}

// get is the decoded value of the first parameter of that exact name.
func (q *parameters) get(name string) (string, bool) {
	return q.find(func(n string) bool { return n == name })
}

// fold is get for names that stand for headers, whose case does not matter.
func (q *parameters) fold(name string) (string, bool) {
	return q.find(func(n string) bool { return strings.EqualFold(n, name) })
}

func (q *parameters) find(match func(string) bool) (string, bool) {
	for rest := q.raw; ; {
		n, v, after, ok := q.pair(rest)
		if !ok {
			return "", false
		}
		if match(unescape(n)) {
			return unescape(v), true
		}
		rest = after
	}
}

// repeated is the first of the names that is there twice; empty: none is. It takes at
// most 64 names.
func (q *parameters) repeated(names []string) string {
	var seen uint64
	for rest := q.raw; ; {
		name, _, after, ok := q.pair(rest)
		if !ok {
			return ""
		}
		rest = after
		i := slices.Index(names, unescape(name))
		if i < 0 {
			continue
		}
		if seen&(1<<i) != 0 {
			return names[i]
		}
		seen |= 1 << i
	}
}

func (q *parameters) has(name string) bool {
	_, ok := q.get(name)
	return ok
}
