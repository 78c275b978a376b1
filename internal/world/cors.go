package world

import (
	"slices"
	"strings"
)

// CORS is the rules by which a bucket lets pages of other origins use it. Of those that
// match a request the first counts.
type CORS struct {
	Rules []CORSRule
}

// CORSRule is whom a bucket lets do what (S3 API Reference, "CORSRule"). An origin and the
// name of a header may have one *, which stands for any text, the empty one too.
type CORSRule struct {
	ID             string
	AllowedOrigins []string // "https://app.example", as browsers write them
	AllowedMethods []string // of CORSMethods
	AllowedHeaders []string // that a preflight may ask for; in any case
	ExposeHeaders  []string // of answers, that a page may read
	MaxAgeSeconds  *int     // how long a browser remembers a preflight; nil: S3 does not say
}

// The bounds of a CORS configuration (S3 API Reference, "PutBucketCors" and "CORSRule").
const (
	maxCORSRules  = 100
	maxCORSRuleID = 255 // characters
)

// CORSMethods are those that a rule can allow.
func CORSMethods() []string { return []string{"GET", "PUT", "HEAD", "POST", "DELETE"} }

// Crossing is what a browser says of a request that a page of another origin makes: it is
// that request, or the preflight before it.
type Crossing struct {
	Origin string
	Method string
	// Headers are the names that a preflight asks for, in lower case.
	Headers []string
}

// Match is the rule that lets a request in, and its index; nil: none does. A nil CORS has none.
func (c *CORS) Match(x *Crossing) (rule *CORSRule, index int) {
	if c == nil {
		return nil, -1
	}
	for i := range c.Rules {
		if element, _, _ := c.Rules[i].Misses(x); element == "" {
			return &c.Rules[i], i
		}
	}
	return nil, -1
}

// Misses is the first element of the rule that keeps it from matching, what it has there,
// and what the request has; an empty element: the rule matches.
func (r *CORSRule) Misses(x *Crossing) (element, wanted, got string) {
	if _, ok := r.Origin(x.Origin); !ok {
		return "AllowedOrigin", strings.Join(r.AllowedOrigins, ", "), x.Origin
	}
	if !slices.Contains(r.AllowedMethods, x.Method) {
		return "AllowedMethod", strings.Join(r.AllowedMethods, ", "), x.Method
	}
	for _, name := range x.Headers {
		if !slices.ContainsFunc(r.AllowedHeaders, func(p string) bool { return wildly(strings.ToLower(p), name) }) {
			return "AllowedHeader", strings.Join(r.AllowedHeaders, ", "), name
		}
	}
	return "", "", ""
}

// Origin is what the rule's answers have as the allowed origin: * where the rule says
// just that, else the origin itself.
func (r *CORSRule) Origin(origin string) (shown string, ok bool) {
	for _, p := range r.AllowedOrigins {
		if p == "*" {
			return "*", true
		}
		if wildly(p, origin) {
			return origin, true
		}
	}
	return "", false
}

// wildly says whether a text is of a pattern with at most one *.
func wildly(pattern, text string) bool {
	front, back, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == text
	}
	return len(text) >= len(front)+len(back) && strings.HasPrefix(text, front) && strings.HasSuffix(text, back)
}

// Flaw is why no bucket can have the configuration; nil: one can (s3-errors.md 2.7).
func (c *CORS) Flaw() *Flaw {
	switch {
	case len(c.Rules) == 0:
		return malformed("a CORS configuration has at least one rule")
	case len(c.Rules) > maxCORSRules: // [unsure] of the words
		return &Flaw{Words: "The number of CORS rules should not exceed allowed limit of 100 rules."}
	}
	for i := range c.Rules {
		if flaw := c.Rules[i].flaw(); flaw != nil {
			return flaw
		}
	}
	return nil
}

func (r *CORSRule) flaw() *Flaw {
	switch {
	case len(r.AllowedOrigins) == 0:
		return malformed("a rule has at least one allowed origin")
	case len(r.AllowedMethods) == 0:
		return malformed("a rule has at least one allowed method")
	case len([]rune(r.ID)) > maxCORSRuleID: // [unsure] that it is no InvalidArgument
		return malformed("the id of a rule has at most 255 characters")
	case r.MaxAgeSeconds != nil && *r.MaxAgeSeconds < 0: // [unsure]
		return malformed("the max age of a rule is no negative number")
	}
	for _, m := range r.AllowedMethods {
		if !slices.Contains(CORSMethods(), m) {
			return &Flaw{Words: "Found unsupported HTTP method in CORS config. Unsupported method is " + m}
		}
	}
	for _, list := range []struct {
		element string
		texts   []string
	}{{"AllowedOrigin", r.AllowedOrigins}, {"AllowedHeader", r.AllowedHeaders}} {
		for _, text := range list.texts {
			if strings.Count(text, "*") > 1 {
				return &Flaw{Words: list.element + ` "` + text + `" can not have more than one wildcard.`}
			}
		}
	}
	for _, text := range r.ExposeHeaders {
		if strings.Contains(text, "*") {
			return &Flaw{Words: `ExposeHeader "` + text +
				`" contains wildcard. We currently do not support wildcard for ExposeHeader.`}
		}
	}
	return nil
}
