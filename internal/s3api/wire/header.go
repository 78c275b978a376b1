package wire

import (
	"net/http"
	"sync"
)

// Get is h.Get for a name that stands in this program, in whatever case: net/http
// makes a new string each time of a name that is not in its own form.
func Get(h http.Header, name string) string {
	if values := h[canonical(name)]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// canonicalNames keeps the forms of the names that were asked for. Never ask for a name
// that a client made up: what is here stays.
var canonicalNames = struct {
	sync.RWMutex
	of map[string]string
}{of: map[string]string{}}

func canonical(name string) string {
	n := &canonicalNames
	n.RLock()
	form, ok := n.of[name]
	n.RUnlock()
	if ok {
		return form
	}
	form = http.CanonicalHeaderKey(name)
	n.Lock()
	n.of[name] = form
	n.Unlock()
	return form
}
