package wire

import (
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
)

// Header looks a header up by its name; empty: the request does not have it.
type Header func(name string) string

// Setter gives an answer a header of one value, by its name as net/http keeps it.
type Setter func(name, value string)

// Get is h.Get for a name that stands in this program, in whatever case: net/http
// makes a new string each time of a name that is not in its own form.
func Get(h http.Header, name string) string {
	if values := h[canonical(name)]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// Lengths are those of the names of a request's headers. Of the headers that are asked for most
// were not sent, which these say sooner than a map does.
type Lengths uint64

// longest stands for all names that are as long or longer.
const longest = 63

// LengthsOf are those of the names in h.
func LengthsOf(h http.Header) (l Lengths) {
	for name := range h {
		l |= 1 << min(len(name), longest)
	}
	return l
}

// Has says whether a name is as long as that one.
func (l Lengths) Has(name string) bool { return l>>min(len(name), longest)&1 != 0 }

// canonicalNames keeps the forms of the names that were asked for; it is copied for each that is
// new. Never ask for a name that a client made up: what is here stays.
var (
	canonicalNames atomic.Pointer[map[string]string]
	newName        sync.Mutex
)

func canonical(name string) string {
	if known := canonicalNames.Load(); known != nil {
		if form, ok := (*known)[name]; ok {
			return form
		}
	}
	newName.Lock()
	defer newName.Unlock()
	more := map[string]string{name: http.CanonicalHeaderKey(name)}
	if known := canonicalNames.Load(); known != nil {
		maps.Copy(more, *known)
	}
	canonicalNames.Store(&more)
	return more[name]
}
