package sigv4

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
)

// scratch holds the buffers of one canonicalisation.
type scratch struct {
	canonical []byte
	toSign    []byte
	parts     []byte // encoded names and values of the query
	pairs     []queryPair
	names     []string
}

// queryPair points at a name and a value in scratch.parts.
type queryPair struct{ name, value, end int }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// release keeps the buffers for the next request, unless a huge one has blown
// them up.
func (s *scratch) release() {
	if cap(s.canonical)+cap(s.parts) > 64<<10 {
		return
	}
	clear(s.names[:cap(s.names)])
	scratches.Put(s)
}

// form is how a request is made canonical: what Diagnose varies.
type form struct {
	path    func(dst []byte, path string) []byte
	rawSort bool   // the query goes in as sent
	changed string // a signed header that has another value, or
	leftOut bool   // is none
	value   string
	payload string // last line
}

func (p *Presented) form(payload string) form {
	f := form{path: appendPathTwice, payload: payload}
	if isS3(p.Service) {
		f.path = appendPathOnce
	}
	return f
}

// appendCanonical writes the canonical request (S3 API Reference, "Signature
// Calculations for the Authorization Header", task 1).
func (s *scratch) appendCanonical(m *message, p *Presented, f form) {
	b := append(s.canonical[:0], m.method...)
	b = append(b, '\n')
	b = f.path(b, m.path)
	b = append(b, '\n')
	if f.rawSort {
		b = append(b, m.query...)
	} else {
		b = s.appendQuery(b, m.query)
	}
	b = append(b, '\n')
	names := s.sortedNames(p.SignedHeaders)
	for _, name := range names {
		switch {
		case name != f.changed:
			b = appendHeader(b, m, p, name)
		case !f.leftOut:
			b = append(append(append(append(b, name...), ':'), f.value...), '\n')
		}
	}
	b = append(b, '\n')
	start := len(b)
	for _, name := range names {
		if f.leftOut && name == f.changed {
			continue
		}
		if len(b) > start {
			b = append(b, ';')
		}
		b = append(b, name...)
	}
	b = append(b, '\n')
	s.canonical = append(b, f.payload...)
}

// sortedNames are the signed headers in the order of the canonical form, which
// is the order in which every signer lists them.
func (s *scratch) sortedNames(names []string) []string {
	if slices.IsSorted(names) {
		return names
	}
	s.names = append(s.names[:0], names...)
	slices.Sort(s.names)
	return s.names
}

// appendHeader writes one canonical header. A presigned URL may carry a signed
// x-amz- header as a parameter instead (the older JavaScript SDKs do).
func appendHeader(b []byte, m *message, p *Presented, name string) []byte {
	b = append(b, name...)
	b = append(b, ':')
	values := m.values(name)
	if values == nil && p.Location == Query && strings.HasPrefix(name, "x-amz-") {
		q := parameters{raw: m.query}
		if v, ok := q.fold(name); ok {
			return append(appendTrimmed(b, v), '\n')
		}
	}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendTrimmed(b, v)
	}
	return append(b, '\n')
}

// appendTrimmed drops the blanks around a value and folds runs of spaces in it
// into one.
func appendTrimmed(b []byte, v string) []byte {
	v = strings.Trim(v, " \t")
	for {
		i := strings.Index(v, "  ")
		if i < 0 {
			return append(b, v...)
		}
		b = append(b, v[:i+1]...)
		v = strings.TrimLeft(v[i:], " ")
	}
}

// appendQuery writes the canonical query: encoded, then sorted by name and
// value, without the signature itself.
func (s *scratch) appendQuery(b []byte, raw string) []byte {
	if raw == "" {
		return b
	}
	s.parts, s.pairs = s.parts[:0], s.pairs[:0]
	q := parameters{raw: raw}
	for rest := raw; ; {
		name, value, after, ok := q.pair(rest)
		if !ok {
			break
		}
		rest = after
		if name == "X-Amz-Signature" {
			continue
		}
		p := queryPair{name: len(s.parts)}
		s.parts = appendQueryPart(s.parts, name)
		p.value = len(s.parts)
		s.parts = appendQueryPart(s.parts, value)
		p.end = len(s.parts)
		s.pairs = append(s.pairs, p)
	}
	slices.SortFunc(s.pairs, s.comparePairs)
	for i, p := range s.pairs {
		if i > 0 {
			b = append(b, '&')
		}
		b = append(b, s.parts[p.name:p.value]...)
		b = append(b, '=')
		b = append(b, s.parts[p.value:p.end]...)
	}
	return b
}

func (s *scratch) comparePairs(a, b queryPair) int {
	if c := bytes.Compare(s.parts[a.name:a.value], s.parts[b.name:b.value]); c != 0 {
		return c
	}
	return bytes.Compare(s.parts[a.value:a.end], s.parts[b.value:b.end])
}

// appendStringToSign writes task 2 over the canonical request.
func (s *scratch) appendStringToSign(p *Presented) {
	b := append(s.toSign[:0], AlgorithmV4...)
	b = append(b, '\n')
	b = append(b, p.stamp...)
	b = append(b, '\n')
	b = append(b, p.scope()...)
	b = append(b, '\n')
	sum := sha256.Sum256(s.canonical)
	s.toSign = hex.AppendEncode(b, sum[:])
}
