package world_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/world"
)

func rule(origins, methods, headers string) world.CORSRule {
	split := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, " ")
	}
	return world.CORSRule{
		AllowedOrigins: split(origins), AllowedMethods: split(methods), AllowedHeaders: split(headers),
	}
}

// The first rule that matches counts (s3-errors.md 2.7; ceph/s3-tests,
// test_cors_origin_response).
func TestCORSMatch(t *testing.T) {
	c := &world.CORS{Rules: []world.CORSRule{
		rule("*suffix", "GET", ""), rule("start*end", "GET", ""), rule("prefix*", "GET", ""), rule("*.put", "PUT", ""),
		rule("https://app.example", "PUT POST", "x-amz-* Content-Type"), rule("", "HEAD", ""),
	}}
	c.Rules[5].AllowedOrigins = []string{""}
	for _, row := range []struct {
		origin, method, headers string
		rule                    int
	}{
		{"foo.suffix", "GET", "", 0}, {"suffix", "GET", "", 0}, {"foo.bar", "GET", "", -1}, {"foo.suffix.get", "GET", "", -1},
		{"startend", "GET", "", 1}, {"start1end", "GET", "", 1}, {"0start12end", "GET", "", -1}, {"prefix", "GET", "", 2},
		{"bla.prefix", "GET", "", -1}, {"foo.put", "GET", "", -1}, {"foo.put", "PUT", "", 3}, {"starend", "GET", "", -1},
		{"https://app.example", "PUT", "x-amz-acl content-type", 4}, {"https://app.example", "PUT", "authorization", -1},
		{"https://app.example", "DELETE", "", -1}, {"https://app.example/", "PUT", "", -1}, {"HTTPS://app.example", "PUT", "", -1},
		{"foo.suffix", "GET", "range", -1}, {"", "HEAD", "", 5}, {"foo.suffix", "get", "", -1},
	} {
		x := &world.Crossing{Origin: row.origin, Method: row.method, Headers: strings.Fields(row.headers)}
		if _, got := c.Match(x); got != row.rule {
			t.Errorf("%+v is let in by rule %d, want %d", row, got, row.rule)
		}
	}
	if _, got := (*world.CORS)(nil).Match(&world.Crossing{}); got != -1 {
		t.Errorf("no configuration lets in by rule %d", got)
	}
}

// Who says which rule is missed by what: origin first, then method, then headers.
func TestCORSMisses(t *testing.T) {
	r := rule("https://a", "GET", "x-one")
	for _, row := range []struct{ origin, method, header, element, wanted, got string }{
		{"https://b", "PUT", "x-two", "AllowedOrigin", "https://a", "https://b"},
		{"https://a", "PUT", "x-two", "AllowedMethod", "GET", "PUT"},
		{"https://a", "GET", "x-two", "AllowedHeader", "x-one", "x-two"},
		{"https://a", "GET", "x-one", "", "", ""},
	} {
		element, wanted, got := r.Misses(&world.Crossing{Origin: row.origin, Method: row.method, Headers: []string{row.header}})
		if element != row.element || wanted != row.wanted || got != row.got {
			t.Errorf("%+v misses by %s: %s, %s", row, element, wanted, got)
		}
	}
}

func ptr[V any](v V) *V { return &v }

// Which rule sends a request where.
func TestRoutingRules(t *testing.T) {
	w := &world.Website{IndexDocument: "index.html", RoutingRules: []world.RoutingRule{
		{Condition: &world.RoutingCondition{KeyPrefixEquals: ptr("docs/")}, Redirect: world.Redirect{ReplaceKeyPrefixWith: ptr("documents/")}},
		{Condition: &world.RoutingCondition{KeyPrefixEquals: ptr("old/"), HTTPErrorCodeReturnedEquals: 404}, Redirect: world.Redirect{ReplaceKeyWith: ptr("gone.html"), HTTPRedirectCode: 302}},
		{Condition: &world.RoutingCondition{HTTPErrorCodeReturnedEquals: 403}, Redirect: world.Redirect{HostName: "www.example.com"}},
	}}
	for _, row := range []struct {
		key    string
		status int
		to     string // empty: none
		code   int
	}{
		{"docs/a/b", 0, "documents/a/b", 301}, {"docs", 0, "", 0}, {"old/a", 0, "", 0}, {"old/a", 404, "gone.html", 302},
		{"new/a", 404, "", 0}, {"docs/a", 404, "", 0}, {"new/a", 403, "new/a", 301}, {"", 403, "", 301},
	} {
		r := w.Rule(row.key, row.status)
		if r == nil != (row.code == 0) {
			t.Errorf("%+v: a rule: %v", row, r != nil)
			continue
		}
		if r != nil && (r.Key(row.key) != row.to || r.Redirect.Status() != row.code) {
			t.Errorf("%+v is sent to %q with %d", row, r.Key(row.key), r.Redirect.Status())
		}
	}
}
