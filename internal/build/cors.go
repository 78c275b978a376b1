package build

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// cors is the rules of a bucket's CORS configuration; nil is left out.
var cors = facts.Checked(corsRules, func(c *world.CORS, n *tree.Node) error { return flawed(c.Flaw(), n) })

var corsRules = facts.Kind[*world.CORS]{
	Form: corsList.Form,
	Read: func(n *tree.Node) (*world.CORS, error) {
		rules, err := corsList.Read(n)
		return &world.CORS{Rules: rules}, err
	},
	Write: func(c *world.CORS) *tree.Node {
		if c == nil {
			return nil
		}
		return corsList.Write(c.Rules)
	},
}

var corsList = facts.Listed(facts.Record(facts.New("CORS rule",
	CORSRuleID, CORSOrigins, CORSMethods, CORSHeaders, CORSExposed, CORSMaxAge,
)))

// Whom a CORS rule lets do what.
var (
	CORSRuleID = facts.Field("id", facts.Text, func(r *world.CORSRule) *string { return &r.ID }).
			Says("the rule's own name")
	CORSExposed = facts.Field("expose_headers", facts.Texts,
		func(r *world.CORSRule) *[]string { return &r.ExposeHeaders }).
		Says("headers of answers that the page may read, like ETag")
	CORSMaxAge = facts.Field("max_age_seconds", seconds, func(r *world.CORSRule) **int { return &r.MaxAgeSeconds }).
			Says("how long a browser remembers a preflight")
	CORSOrigins = facts.Field("allowed_origins", facts.Texts,
		func(r *world.CORSRule) *[]string { return &r.AllowedOrigins }).
		Says("the origins of the pages, as browsers write them: https://app.example; each may have one *")
	CORSMethods = facts.Field("allowed_methods", facts.Texts,
		func(r *world.CORSRule) *[]string { return &r.AllowedMethods }).
		Says("what they may do: GET, PUT, HEAD, POST, DELETE")
	CORSHeaders = facts.Field("allowed_headers", facts.Texts,
		func(r *world.CORSRule) *[]string { return &r.AllowedHeaders }).
		Says("headers of requests that a preflight may ask for; each may have one *")
)

// seconds is a number of which 0 is told from none.
var seconds = orNil(facts.Kind[int]{
	Form: facts.Number.Form, Read: facts.Number.Read,
	Write: func(i int) *tree.Node { return tree.NewNumber(strconv.Itoa(i)) },
})

// flawed is the error at a node whose configuration no bucket can have; nil: one can.
func flawed(f *world.Flaw, at *tree.Node) error {
	if f == nil {
		return nil
	}
	return tree.Fail(at, "%s", f.Words)
}

// CORSWith is the rules of a CORS configuration (nil: there are none) and one more, as a
// patch has them.
func CORSWith(c *world.CORS, rule world.CORSRule) json.Marshaler {
	var rules []world.CORSRule
	if c != nil {
		rules = c.Rules
	}
	return corsList.Write(append(slices.Clone(rules), rule))
}
