package fault

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Request is what rules look at of a request.
type Request struct {
	Operation           Operation
	Bucket, Key, Upload string
	Part                int    // 0: it names none
	Caller              string // as the request claims it; Anonymous; empty: a key that nobody has
	HTTP                *http.Request
	Now                 time.Time // when it arrived, by the world's clock
}

// Anonymous is the caller of a request that names no key.
const Anonymous = "anonymous"

// Match says which requests a rule is about: those that have all that is given. The zero
// Match is every request to S3.
type Match struct {
	Operations  []string // empty: S3's; names, globs and classes, of a control API behind its name and a colon
	Bucket, Key Glob     // empty: any
	Caller      string
	Method      string
	Header      map[string]Glob // by name, however that is spelled
	Part        Span
	Range       bool // ranged reads alone
	Attempt     int  // as the SDK counts it, from 1; 0: any

	operations []pattern
	headers    []headed
}

// Span is a range of part numbers, both ends in it; zero: any, or none.
type Span struct{ From, To int }

// headed is a header that has to be there.
type headed struct {
	name string // as net/http spells it
	glob Glob
}

// fits holds all but the operation against a request.
func (m *Match) fits(r *Request) bool {
	return (m.Bucket == "" || m.Bucket.Match(r.Bucket)) &&
		(m.Key == "" || r.Key != "" && m.Key.Match(r.Key)) &&
		(m.Caller == "" || m.Caller == r.Caller) &&
		(m.Method == "" || m.Method == r.HTTP.Method) &&
		(m.Part == Span{} || m.Part.From <= r.Part && r.Part <= m.Part.To) &&
		(!m.Range || r.HTTP.Header["Range"] != nil) &&
		(m.Attempt == 0 || m.Attempt == Attempt(r.HTTP.Header)) &&
		m.header(r.HTTP.Header)
}

func (m *Match) operation(o Operation) bool {
	if len(m.operations) == 0 {
		return o.Service == ""
	}
	for i := range m.operations {
		if m.operations[i].fits(o) {
			return true
		}
	}
	return false
}

func (m *Match) header(h http.Header) bool {
	for _, want := range m.headers {
		values := h[want.name]
		if len(values) == 0 || !want.glob.Match(values[0]) {
			return false
		}
	}
	return true
}

// Attempt is the number of the attempt, from 1, as SDKs tell it: "attempt=2; max=3".
// 0: the request does not tell.
func Attempt(h http.Header) int {
	values := h["Amz-Sdk-Request"]
	if len(values) == 0 {
		return 0
	}
	for field := range strings.SplitSeq(values[0], ";") {
		if digits, ok := strings.CutPrefix(strings.TrimSpace(field), "attempt="); ok {
			if n, err := strconv.Atoi(digits); err == nil && n > 0 {
				return n
			}
		}
	}
	return 0
}

// pattern is one of the operations that a rule names.
type pattern struct {
	service, name Glob
	class         Class // 0: it names none
}

func patternOf(text string) pattern {
	if class, ok := classes[text]; ok {
		return pattern{class: class}
	}
	if text == Credentials {
		return pattern{service: Credentials, name: "*"}
	}
	if service, name, ok := strings.Cut(text, ":"); ok {
		return pattern{service: Glob(service), name: Glob(name)}
	}
	return pattern{name: Glob(text)}
}

func (p pattern) fits(o Operation) bool {
	if p.class != 0 {
		return o.Service == "" && o.Class.Has(p.class)
	}
	if o.Service == Credentials && p.service != Credentials {
		return false // a * is for the control APIs
	}
	return p.service.Match(o.Service) && p.name.Match(o.Name)
}

// names says whether the pattern is one operation's name.
func (p pattern) names() bool { return p.class == 0 && p.service.plain() && p.name.plain() }
