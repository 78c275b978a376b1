// Package wire is what S3 writes in requests and answers, read and written without any
// knowledge of a world: queries, headers, documents, names.
package wire

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Query is a request's query as it was sent: in order, with repeated names, and
// with the difference between ?policy and ?policy= kept. The zero Query is empty.
type Query struct {
	params []Param
}

// Param is one name or name=value of a query, decoded.
type Param struct {
	Name, Value string
	Bare        bool // no = was sent
}

// ParseQuery reads a raw query. It reports false when a %XX is broken; S3
// answers InvalidURI then.
func ParseQuery(raw string) (Query, bool) {
	var q Query
	for raw != "" {
		var part string
		part, raw, _ = strings.Cut(raw, "&")
		if part == "" {
			continue
		}
		name, value, valued := strings.Cut(part, "=")
		n, ok := Unescape(name)
		if !ok {
			return Query{}, false
		}
		v, ok := Unescape(value)
		if !ok {
			return Query{}, false
		}
		q.params = append(q.params, Param{Name: n, Value: v, Bare: !valued})
	}
	return q, true
}

// Lookup is the first value sent under the name, and whether there is one. Names
// are compared exactly, as S3 does.
func (q Query) Lookup(name string) (string, bool) {
	for i := range q.params {
		if q.params[i].Name == name {
			return q.params[i].Value, true
		}
	}
	return "", false
}

// Get is the first value sent under the name, or empty.
func (q Query) Get(name string) string {
	v, _ := q.Lookup(name)
	return v
}

// Has says whether the name was sent, with or without a value.
func (q Query) Has(name string) bool {
	_, ok := q.Lookup(name)
	return ok
}

// Len is the number of parameters sent.
func (q Query) Len() int { return len(q.params) }

// With is the query with other values for some parameters, by their names; an empty
// value leaves the parameter out.
func (q Query) With(values map[string]string) Query {
	if len(values) == 0 {
		return q
	}
	var with Query
	for _, p := range q.params {
		if _, other := values[p.Name]; !other {
			with.params = append(with.params, p)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if value := values[name]; value != "" {
			with.params = append(with.params, Param{Name: name, Value: value})
		}
	}
	return with
}

// All iterates over the parameters in the order sent.
func (q Query) All() iter.Seq[Param] {
	return func(yield func(Param) bool) {
		for _, p := range q.params {
			if !yield(p) {
				return
			}
		}
	}
}

// Amz is the value of a parameter x-amz-..., whose case does not matter:
// presigned URLs carry headers as query parameters (S3 User Guide, "Query string
// authentication"; the JavaScript SDK moves every x-amz- header there).
func (q Query) Amz(name string) string {
	for i := range q.params {
		if strings.EqualFold(q.params[i].Name, name) {
			return q.params[i].Value
		}
	}
	return ""
}

// Unescape decodes %XX and, as S3 does everywhere, the + that stands for a space;
// false for a broken %XX.
func Unescape(s string) (string, bool) {
	if !strings.ContainsAny(s, "%+") {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] != '%':
			b = append(b, s[i])
		case i+2 >= len(s):
			return "", false
		default:
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi < 0 || lo < 0 {
				return "", false
			}
			b = append(b, byte(hi<<4|lo))
			i += 2
		}
	}
	return string(b), true
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
