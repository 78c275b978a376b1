package fault

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// MatchRows are the facts of a match as those of an S that holds one, for who looks for
// requests as rules do. What they read is to be Completed.
func MatchRows[S any](part func(S) *Match) []facts.Row[S] { return facts.Rows(match, part) }

// Complete holds a match against what there is, and makes it ready. n is the mapping that it
// was read from. Error: *tree.Error, with the place.
func (k Known) Complete(m *Match, n *tree.Node) error {
	if err := m.ready(n); err != nil || len(m.operations) == 0 {
		return err
	}
	_, err := k.Catalogue.matched(&Rule{Match: *m}, tree.NewMapping().Add("match", n))
	return err
}

// Criterion is one of the things that a match asks for: what it is, in words, and whether
// a request has it.
type Criterion struct {
	What, Wanted string
	Fits         func(*Request) bool
	Seen         func(*Request) string
}

// Criteria are all that the match asks for. It has been completed.
func (m *Match) Criteria() []Criterion {
	var all []Criterion
	add := func(given bool, c Criterion) {
		if given {
			all = append(all, c)
		}
	}
	add(len(m.operations) > 0, Criterion{"operation", strings.Join(m.Operations, ", "),
		func(r *Request) bool { return m.operation(r.Operation) },
		func(r *Request) string { return r.Operation.String() }})
	add(m.Bucket != "", m.Bucket.criterion("bucket", func(r *Request) string { return r.Bucket }))
	add(m.Key != "", m.Key.criterion("key", func(r *Request) string { return r.Key }))
	add(m.Caller != "", same("caller", m.Caller, func(r *Request) string { return r.Caller }))
	add(m.Method != "", same("method", m.Method, func(r *Request) string { return r.HTTP.Method }))
	add(m.Part != Span{}, Criterion{"part", m.Part.String(),
		func(r *Request) bool { return m.Part.From <= r.Part && r.Part <= m.Part.To },
		func(r *Request) string { return strconv.Itoa(r.Part) }})
	add(m.Range, Criterion{"range", "true",
		func(r *Request) bool { return r.HTTP.Header["Range"] != nil },
		func(r *Request) string { return r.HTTP.Header.Get("Range") }})
	add(m.Attempt != 0, same("attempt", strconv.Itoa(m.Attempt),
		func(r *Request) string { return strconv.Itoa(Attempt(r.HTTP.Header)) }))
	return append(all, m.headerCriteria()...)
}

func (m *Match) headerCriteria() (all []Criterion) {
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		c := m.Header[name].criterion("header "+name, func(r *Request) string { return r.HTTP.Header.Get(name) })
		matches := c.Fits
		c.Fits = func(r *Request) bool { return len(r.HTTP.Header.Values(name)) > 0 && matches(r) }
		all = append(all, c)
	}
	return all
}

// String is the span as it is written: 3, 2-5.
func (s Span) String() string {
	if s.From == s.To {
		return strconv.Itoa(s.From)
	}
	return strconv.Itoa(s.From) + "-" + strconv.Itoa(s.To)
}

// same is the criterion that a request has just this.
func same(what, wanted string, seen func(*Request) string) Criterion {
	return Criterion{what, wanted, func(r *Request) bool { return seen(r) == wanted }, seen}
}

// criterion is that a request has what the glob matches, which is never nothing.
func (g Glob) criterion(what string, seen func(*Request) string) Criterion {
	fits := func(r *Request) bool { text := seen(r); return text != "" && g.Match(text) }
	return Criterion{what, string(g), fits, seen}
}
