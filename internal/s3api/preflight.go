package s3api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// The headers by which browsers and S3 speak of other origins (Fetch, "CORS protocol").
const (
	originHeader     = "Origin"
	requestedMethod  = "Access-Control-Request-Method"
	requestedHeaders = "Access-Control-Request-Headers"
)

// preflighting is what a question about a preflight asks: it is no permission, and has the
// name that CloudTrail gives the event.
const preflighting = "PreflightRequest"

// preflight is the row of the question that a browser puts before a request of a page of
// another origin. Nobody signs it.
func preflight(m match) *Operation {
	return (&Operation{Name: "Preflight", Data: true, action: preflighting, match: m, begin: beginPreflight}).
		as(columns{event: preflighting, makes: true, unsigned: true})
}

// crossing is what a request says of the page that makes it; nil: it has no Origin. A
// request that names another method, or headers, as a preflight does, is taken at its word
// (s3-errors.md 2.7).
func crossing(r *http.Request) *world.Crossing {
	origin, ok := r.Header[originHeader]
	if !ok {
		return nil
	}
	x := &world.Crossing{Origin: origin[0], Method: r.Method}
	if m := r.Header.Get(requestedMethod); m != "" {
		x.Method = m
	}
	for _, list := range r.Header.Values(requestedHeaders) {
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
				x.Headers = append(x.Headers, name)
			}
		}
	}
	return x
}

// asking is one attempt to answer a preflight.
type asking struct{ refused *s3err.Error }

// beginPreflight asks the bucket's CORS configuration, and nobody else: a preflight
// carries no credentials.
func beginPreflight(c *Call) (doing, []*authz.Request, error) {
	x := crossing(c.Request)
	if x == nil {
		return nil, nil, s3err.New(s3err.BadRequest).WithMessage(
			"Insufficient information. Origin request header needed.")
	}
	b := c.InForce().Buckets[c.Bucket]
	q := c.asker().Question(preflighting, c.Resource(), authz.Target{Unowned: true})
	q.Context, q.Free = contextOf(c, "", nil), true
	q.CORS = &authz.Crossing{Origin: x.Origin, Method: x.Method, Headers: x.Headers, Refused: true}
	a := &asking{}
	switch {
	case c.Bucket == "": // [unsure]
		a.forbid(c, onService, s3err.AccessForbidden.Message())
		q.CORS.Detail = "only buckets have a CORS configuration"
	case b == nil:
		a.forbid(c, onBucket, "CORSResponse: Bucket not found")
		q.CORS.Detail = "there is no bucket " + c.Bucket
	case b.CORS == nil:
		a.forbid(c, onBucket, s3err.AccessForbidden.Message())
		q.ResourceAccount, q.Unowned = b.Owner, false
		q.CORS.Detail = "the bucket " + b.Name + " has no CORS configuration"
	case !slices.Contains(world.CORSMethods(), c.Request.Header.Get(requestedMethod)):
		return nil, nil, unknownMethod(c.Request.Header)
	default:
		a.forbid(c, c.Op.match.on, notLetIn)
		q.ResourceAccount, q.Unowned = b.Owner, false
		judge(q.CORS, b, x)
	}
	return a, []*authz.Request{q}, nil
}

// unknownMethod refuses a preflight for what no rule can allow ([unsure]: ceph/s3-tests has
// the status, test_cors_origin_response).
func unknownMethod(h http.Header) error {
	method := "null"
	if h.Get(requestedMethod) != "" {
		method = h.Get(requestedMethod)
	}
	return s3err.New(s3err.BadRequest).WithMessage("Invalid Access-Control-Request-Method: " + method)
}

const notLetIn = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, " +
	"request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the " +
	"resource's CORS spec."

// forbid makes S3's answer where the page is not let in.
func (a *asking) forbid(c *Call, on target, message string) {
	method := c.Request.Method
	if m := c.Request.Header.Get(requestedMethod); m != "" {
		method = m
	}
	a.refused = s3err.New(s3err.AccessForbidden, s3err.E("Method", method), s3err.E("ResourceType", on.String())).
		WithMessage(message)
}

// judge says what the bucket's rules say of a request.
func judge(q *authz.Crossing, b *world.Bucket, x *world.Crossing) {
	what := fmt.Sprintf("a page of %q make a %s request", x.Origin, x.Method)
	if len(x.Headers) > 0 {
		what += " with " + strings.Join(x.Headers, ", ")
	}
	if rule, i := b.CORS.Match(x); rule != nil {
		q.Refused, q.Detail = false, "rule "+ruleName(rule, i)+" lets "+what
		return
	}
	q.Detail = "no rule lets " + what
	for i := range b.CORS.Rules {
		r := &b.CORS.Rules[i]
		element, wanted, got := r.Misses(x)
		q.Misses = append(q.Misses, authz.Miss{
			Policy: "CORS", Statement: authz.Statement{Index: i, Sid: r.ID}, Element: element, Wanted: wanted, Got: got,
		})
	}
}

func ruleName(r *world.CORSRule, i int) string {
	if r.ID != "" {
		return strconv.Quote(r.ID)
	}
	return strconv.Itoa(i)
}

// serve lets the page in; how, say the headers that all answers have.
func (*asking) serve(*Call) (*Reply, error) { return done(http.StatusOK), nil }

// corsRefused is S3's answer to a page that it does not let in.
func (r refusing) corsRefused() *s3err.Error {
	if a, ok := r.doing.(*asking); ok {
		return a.refused
	}
	return s3err.New(s3err.AccessForbidden)
}

// share tells the browser what the bucket lets a page of another origin do and read. It is
// told with every answer, whatever it says, of a request that a rule matches.
func (c *Call) share(h http.Header) {
	if _, crosses := c.Request.Header[originHeader]; !crosses || c.Moment == nil {
		return
	}
	b := c.InForce().Buckets[c.Bucket]
	if b == nil || b.CORS == nil {
		return
	}
	x := crossing(c.Request)
	rule, _ := b.CORS.Match(x)
	if rule == nil {
		return
	}
	shown, _ := rule.Origin(x.Origin)
	h.Set("Access-Control-Allow-Origin", shown)
	h.Set("Access-Control-Allow-Methods", strings.Join(rule.AllowedMethods, ", "))
	if len(x.Headers) > 0 {
		h.Set("Access-Control-Allow-Headers", strings.Join(x.Headers, ", "))
	}
	if len(rule.ExposeHeaders) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(rule.ExposeHeaders, ", "))
	}
	if rule.MaxAgeSeconds != nil {
		h.Set("Access-Control-Max-Age", strconv.Itoa(*rule.MaxAgeSeconds))
	}
	if shown != "*" {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	h.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
}
