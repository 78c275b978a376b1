package build

import (
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// website is a bucket's website configuration; nil is left out.
var website = facts.Checked(facts.RecordIf(facts.New("website",
	facts.Field("index_document", facts.Text, func(w *world.Website) *string { return &w.IndexDocument }).
		Says("what is put behind a key that ends in / or is empty: index.html"),
	facts.Field("error_document", facts.Text, func(w *world.Website) *string { return &w.ErrorDocument }).
		Says("the key of what is shown where a request fails", "S3's own page"),
	facts.Field("redirect_all_requests_to", facts.RecordIf(redirectAll),
		func(w *world.Website) **world.RedirectAll { return &w.RedirectAll }).
		Says("where every request is sent to; then there is nothing else"),
	facts.Field("routing_rules", facts.List(facts.Record(routingRule)),
		func(w *world.Website) *[]world.RoutingRule { return &w.RoutingRules }).
		Says("which requests are sent elsewhere; the first that matches counts"),
)), func(w *world.Website, n *tree.Node) error { return flawed(w.Flaw(), n) })

var redirectAll = facts.New("redirect of all requests",
	facts.Field("host_name", facts.Text, func(r *world.RedirectAll) *string { return &r.HostName }).
		Says("the host"),
	facts.Field("protocol", facts.Text, func(r *world.RedirectAll) *string { return &r.Protocol }).
		Says("http or https", "that of the request"),
)

var routingRule = facts.New("routing rule",
	facts.Field("condition", facts.RecordIf(routingCondition),
		func(r *world.RoutingRule) **world.RoutingCondition { return &r.Condition }).
		Says("which requests it is about", "all of them"),
	facts.Field("redirect", facts.Record(redirect), func(r *world.RoutingRule) *world.Redirect { return &r.Redirect }).
		Says("where they are sent to; what is left out is that of the request"),
)

var routingCondition = facts.New("routing condition",
	facts.Field("key_prefix_equals", facts.Optional,
		func(c *world.RoutingCondition) **string { return &c.KeyPrefixEquals }).
		Says("what the key begins with"),
	facts.Field("http_error_code_returned_equals", facts.Number,
		func(c *world.RoutingCondition) *int { return &c.HTTPErrorCodeReturnedEquals }).
		Says("the status with which the request fails, 4XX or 5XX", "the key is not looked for at all"),
)

var redirect = facts.New("website redirect",
	facts.Field("host_name", facts.Text, func(r *world.Redirect) *string { return &r.HostName }).
		Says("the host", "that of the request"),
	facts.Field("protocol", facts.Text, func(r *world.Redirect) *string { return &r.Protocol }).
		Says("http or https", "that of the request"),
	facts.Field("replace_key_prefix_with", facts.Optional,
		func(r *world.Redirect) **string { return &r.ReplaceKeyPrefixWith }).
		Says("what stands in the place of the condition's prefix"),
	facts.Field("replace_key_with", facts.Optional, func(r *world.Redirect) **string { return &r.ReplaceKeyWith }).
		Says("what stands in the place of the whole key"),
	facts.Field("http_redirect_code", facts.Number, func(r *world.Redirect) *int { return &r.HTTPRedirectCode }).
		Says("the status of the answer, 3XX but 300", "301"),
)
