package world

import (
	"fmt"
	"strings"
)

// Website is how a bucket is served at its website endpoint (S3 API Reference,
// "WebsiteConfiguration").
type Website struct {
	IndexDocument string // what is put behind a key that ends in / or is empty; empty: RedirectAll is set
	ErrorDocument string // the key of what is shown with a 4XX; empty: S3's own page is
	RedirectAll   *RedirectAll
	RoutingRules  []RoutingRule // of those that match a request the first counts
}

// RedirectAll is where every request is sent to.
type RedirectAll struct {
	HostName string
	Protocol string // http or https; empty: that of the request
}

// RoutingRule sends requests elsewhere.
type RoutingRule struct {
	Condition *RoutingCondition // nil: all of them
	Redirect  Redirect
}

// RoutingCondition is which requests a rule is about: those that meet all of it.
type RoutingCondition struct {
	KeyPrefixEquals             *string // nil: any key
	HTTPErrorCodeReturnedEquals int     // 4XX or 5XX; 0: whatever is answered, and nobody looks
}

// Redirect is where a request is sent to; what is left out is that of the request.
type Redirect struct {
	HostName             string
	Protocol             string // http or https
	ReplaceKeyPrefixWith *string
	ReplaceKeyWith       *string
	HTTPRedirectCode     int // 0: 301
}

// The bounds and words of a website's configuration (S3 API Reference, "PutBucketWebsite").
const (
	maxRoutingRules = 50
	protocolWords   = "Invalid protocol, protocol can be http or https. If not defined the protocol will be " +
		"selected automatically."
	movedPermanently = 301
)

// Flaw is why no bucket can have the configuration; nil: one can. The order of what is
// looked at is [unsure].
func (w *Website) Flaw() *Flaw {
	switch {
	case w.RedirectAll != nil && (w.IndexDocument != "" || w.ErrorDocument != "" || w.RoutingRules != nil):
		return &Flaw{Words: "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
			Argument: "RedirectAllRequestsTo", Value: "not null"}
	case w.RedirectAll != nil:
		return w.RedirectAll.flaw()
	case w.IndexDocument == "":
		return &Flaw{Words: "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
			Argument: "IndexDocument", Value: "null"}
	case strings.Contains(w.IndexDocument, "/"):
		return BadIndexDocument(w.IndexDocument)
	case w.RoutingRules != nil && len(w.RoutingRules) == 0:
		return malformed("routing rules are one or more, or left out")
	case len(w.RoutingRules) > maxRoutingRules:
		return &Flaw{Words: fmt.Sprintf("%d routing rules provided, the number of routing rules in a website "+
			"configuration is limited to 50.", len(w.RoutingRules))}
	}
	for i := range w.RoutingRules {
		if flaw := w.RoutingRules[i].flaw(); flaw != nil {
			return flaw
		}
	}
	return nil
}

// BadIndexDocument is the flaw of a suffix that no index document has.
func BadIndexDocument(suffix string) *Flaw {
	return &Flaw{Words: "The IndexDocument Suffix is not well formed", Argument: "IndexDocument", Value: suffix}
}

func (r *RedirectAll) flaw() *Flaw {
	switch {
	case r.HostName == "":
		return &Flaw{Words: `A host name must be provided to redirect all requests (e.g. "example.com").`}
	case !isProtocol(r.Protocol):
		return &Flaw{Words: protocolWords}
	}
	return nil
}

func (r *RoutingRule) flaw() *Flaw {
	if c := r.Condition; c != nil {
		switch code := c.HTTPErrorCodeReturnedEquals; {
		case c.KeyPrefixEquals == nil && code == 0:
			return &Flaw{Words: "Condition cannot be empty. To redirect all requests without a condition, the condition " +
				"element shouldn't be present."}
		case code != 0 && (code < 400 || code > 599):
			return &Flaw{Words: fmt.Sprintf("The provided HTTP error code (%d) is not valid. Valid codes are 4XX or 5XX.",
				code)}
		}
	}
	switch to := &r.Redirect; {
	case to.ReplaceKeyPrefixWith != nil && to.ReplaceKeyWith != nil:
		return &Flaw{Words: "You can only define ReplaceKeyPrefix or ReplaceKey but not both."}
	case !isProtocol(to.Protocol):
		return &Flaw{Words: protocolWords}
	case to.HTTPRedirectCode != 0 && (to.HTTPRedirectCode <= 300 || to.HTTPRedirectCode > 399):
		return &Flaw{Words: fmt.Sprintf("The provided HTTP redirect code (%d) is not valid. Valid codes are 3XX except 300.",
			to.HTTPRedirectCode)}
	}
	return nil
}

func isProtocol(text string) bool { return text == "" || text == "http" || text == "https" }

// Rule is the first rule for a key: before it is looked for (status 0) one that asks for no
// error, else one for that status; nil: there is none.
func (w *Website) Rule(key string, status int) *RoutingRule {
	for i := range w.RoutingRules {
		if r := &w.RoutingRules[i]; r.matches(key, status) {
			return r
		}
	}
	return nil
}

func (r *RoutingRule) matches(key string, status int) bool {
	c := r.Condition
	if c == nil {
		return status == 0
	}
	return c.HTTPErrorCodeReturnedEquals == status &&
		(c.KeyPrefixEquals == nil || strings.HasPrefix(key, *c.KeyPrefixEquals))
}

// Key is the key that a request for one is sent to.
func (r *RoutingRule) Key(key string) string {
	switch to := &r.Redirect; {
	case to.ReplaceKeyWith != nil:
		return *to.ReplaceKeyWith
	case to.ReplaceKeyPrefixWith != nil:
		prefix := ""
		if c := r.Condition; c != nil && c.KeyPrefixEquals != nil {
			prefix = *c.KeyPrefixEquals
		}
		return *to.ReplaceKeyPrefixWith + strings.TrimPrefix(key, prefix)
	}
	return key
}

// Status is that of the redirect.
func (r *Redirect) Status() int {
	if r.HTTPRedirectCode == 0 {
		return movedPermanently
	}
	return r.HTTPRedirectCode
}
