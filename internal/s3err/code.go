// Package s3err is the catalogue of S3's refusals: code, HTTP status and words
// of each, and the one writer of <Error>. The facts are those of s3-errors.md, in
// docs/facts, and of AWS's S3 API reference, "Error responses"; where a
// recording of the wire and the reference disagree, the recording wins.
package s3err

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
)

// Code is one entry of the catalogue. There is no way to make another than to
// add a row to the catalogue, but for Foreign, so every code that S3 clients see has a
// status and words. The zero Code counts as InternalError.
type Code struct{ *entry }

type entry struct {
	name    string
	status  int
	message string
	reason  string // empty: that of the status
	close   bool
}

// all holds the catalogue in the order of its rows.
var all []Code

// code adds a row to the catalogue.
func code(name string, status int, message string) Code {
	c := Code{&entry{name: name, status: status, message: message}}
	all = append(all, c)
	return c
}

// closing marks a code after which S3 closes the connection, as its
// recordings show ("Connection: close").
func (c Code) closing() Code {
	c.close = true
	return c
}

// phrased gives a code a reason phrase of its own, which some clients show instead of
// the code.
func (c Code) phrased(reason string) Code {
	c.reason = reason
	return c
}

// row is the code's entry, also for the zero Code.
func (c Code) row() *entry {
	if c.entry == nil {
		return InternalError.entry
	}
	return c.entry
}

// Foreign is a code that the catalogue does not have, with a status and words of its
// own: a fault rule tells it.
func Foreign(name string, status int, message string) Code {
	return Code{&entry{name: name, status: status, message: message}}
}

// String is the code as it stands in <Code>: "NoSuchKey".
func (c Code) String() string { return c.row().name }

// Status is the HTTP status that S3 gives with the code.
func (c Code) Status() int { return c.row().status }

// Reason is the reason phrase that stands behind the status: "Slow Down".
func (c Code) Reason() string { return cmp.Or(c.row().reason, http.StatusText(c.Status())) }

// Message is what S3 says with the code when it has nothing more particular to
// say; WithMessage replaces it.
func (c Code) Message() string { return c.row().message }

// Codes lists the whole catalogue, in its own order.
func Codes() []Code { return slices.Clone(all) }

var byName = sync.OnceValue(func() map[string]Code {
	m := make(map[string]Code, len(all))
	for _, c := range all {
		m[c.name] = c
	}
	return m
})

// Lookup finds a code by its name, for scenario files and fault rules, which
// name codes as text.
func Lookup(name string) (Code, bool) {
	c, ok := byName()[name]
	return c, ok
}
