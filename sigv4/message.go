package sigv4

import (
	"net/http"
	"strconv"
	"strings"
)

// message is a request as it stood on the wire, as far as signatures see it.
// net/http takes some of that out of the header and into fields; this puts it
// back within reach without copying.
type message struct {
	method string
	path   string // escaped as sent
	query  string // as sent, without the question mark
	host   string
	header http.Header

	line             [1]string // that values returns of what has no lines in the header
	length           int64
	transferEncoding []string
}

func messageOf(r *http.Request) message {
	m := message{
		method: r.Method, host: r.Host, header: r.Header,
		length: r.ContentLength, transferEncoding: r.TransferEncoding,
	}
	if m.method == "" {
		m.method = http.MethodGet
	}
	if m.host == "" && r.URL != nil {
		m.host = r.URL.Host
	}
	m.path, m.query = target(r)
	return m
}

// target is the path and query of the request as sent. A server's request has
// them in RequestURI, untouched by any handler on the way; in absolute form
// when the client takes us for a proxy.
func target(r *http.Request) (path, query string) {
	if r.RequestURI == "" {
		if r.URL == nil {
			return "/", ""
		}
		return rooted(r.URL.EscapedPath()), r.URL.RawQuery
	}
	path, query, _ = strings.Cut(r.RequestURI, "?")
	if !strings.HasPrefix(path, "/") {
		if _, rest, ok := strings.Cut(path, "://"); ok {
			_, after, found := strings.Cut(rest, "/")
			path = ""
			if found {
				path = "/" + after
			}
		}
	}
	return rooted(path), query
}

func rooted(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// values are the lines of a header, by its name in lower case.
func (m *message) values(name string) []string {
	switch name {
	case "host":
		m.line[0] = m.host
		return m.line[:]
	case "content-length":
		if v := headerValues(m.header, name); v != nil {
			return v
		}
		if m.length >= 0 {
			return []string{strconv.FormatInt(m.length, 10)}
		}
		return nil
	case "transfer-encoding":
		if m.transferEncoding != nil {
			return m.transferEncoding
		}
	}
	return headerValues(m.header, name)
}

// headerValues looks a lower-case name up. Outgoing requests may hold keys
// that nobody made canonical; those are found too.
func headerValues(h http.Header, name string) []string {
	var canonical [64]byte
	if len(name) <= len(canonical) {
		n := copy(canonical[:], name)
		for i := range n {
			if c := canonical[i]; c >= 'a' && c <= 'z' && (i == 0 || canonical[i-1] == '-') {
				canonical[i] = c - ('a' - 'A')
			}
		}
		if v, ok := h[string(canonical[:n])]; ok {
			return v
		}
	}
	for key, v := range h {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}

// header is a header by its canonical name. If it was sent twice, it is both values
// joined by a comma, as HTTP has it, which is no good date, token or hash.
func header(h http.Header, name string) string {
	if v := h[name]; len(v) == 1 {
		return v[0]
	}
	return strings.Join(h[name], ",")
}
