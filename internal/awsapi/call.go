package awsapi

import (
	"net/url"
	"reflect"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/authdetails"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

// Call is one request to a control API on its way through the house, an
// exchange.Call.
type Call struct {
	exchange.Frame

	Service *Service
	Action  *Action // nil: there is none of that name
	Name    string  // of the action, as it was asked for
	Body    []byte
	Path    string // escaped, after /~NAME
	// Account is what the request names in x-amz-account-id; empty: nothing.
	Account string

	// Bearer is whom the token of an unsigned call names; nil: it has none, or none that
	// can be read. Keys are those that the world's providers sign with.
	Bearer *world.WebIdentity
	Keys   *oidc.Keys

	// Events are the world's as CloudTrail has them, Details what was evaluated for its
	// refused calls.
	Events  *trail.Log
	Details *authdetails.Log
	// AuthorizationID is that of the call's refusal; empty: it has none.
	AuthorizationID string

	// instead are the refusals of questions that are not answered in IAM's words.
	instead map[string]error
	// barred is the refusal of a caller of the wrong kind.
	barred error
	form   url.Values // the parameters of a query API
	in     any
	// out is the answer of a call that was served.
	out any
	// early says that AWS does not have the action yet on the day of the world.
	early bool
	// Lacking says what of AWS's s3fault has not that the call asked for, for the journal; empty:
	// nothing.
	Lacking string
	// unread is why the body could not be read whole, so that nobody can prove it;
	// malformed why the parameters could not.
	unread, malformed error
}

// Region is the region that the call was signed for; that of the world where
// nobody signed.
func (c *Call) Region() string {
	if c.Presented != nil && c.Presented.Region != "" {
		return c.Presented.Region
	}
	return c.State().Region
}

// CallerAccount is the account of who calls; empty: nobody could be named.
func (c *Call) CallerAccount() string { return c.Asker().Account() }

// parameters are the call's as CloudTrail's records have them; nil where they could
// not be read.
func (c *Call) parameters() map[string]any {
	if c.in == nil || c.malformed != nil {
		return nil
	}
	return recorded(reflect.ValueOf(c.in).Elem())
}

// Asker is who calls.
func (c *Call) Asker() *asker.Asker {
	return &asker.Asker{
		State: c.InForce(), Uses: c.Moment.Uses, Now: c.Now, Caller: c.Caller, Principal: c.Principal, Presented: c.Presented,
		Bearer:   c.Bearer,
		SourceIP: c.SourceIP, UserAgent: c.Request.Header.Get("User-Agent"), Referer: c.Request.Header.Get("Referer"),
		Secure: c.Secure(), Region: c.Region(),
	}
}

// Key is a condition key that the call itself gives a question.
type Key struct {
	Name   string
	Values []string
}

// Question asks whether the caller may do action ("iam:GetUser") to resource, an
// ARN or "*". The resource belongs to the account in its ARN, else to the
// caller's.
func (c *Call) Question(action, resource string, keys ...Key) *authz.Request {
	return c.QuestionOf(accountOf(resource, c.CallerAccount()), action, resource, keys...)
}

// QuestionOf is Question about a resource of an account that its ARN does not name.
func (c *Call) QuestionOf(account, action, resource string, keys ...Key) *authz.Request {
	a := c.Asker()
	r := a.Question(action, resource, authz.Target{ResourceAccount: account, Unowned: account == ""})
	r.Context = a.Keys()
	a.SetOwner(r.Context, r.ResourceAccount)
	for _, k := range keys {
		r.Context.Set(k.Name, k.Values...)
	}
	return r
}

// Ask is the call's own permission on the resource, as its only question.
func (c *Call) Ask(resource string, keys ...Key) ([]*authz.Request, error) {
	return []*authz.Request{c.Question(c.Permission(), resource, keys...)}, nil
}

// AskOf is Ask about a resource of an account that its ARN does not name.
func (c *Call) AskOf(account, resource string, keys ...Key) ([]*authz.Request, error) {
	return []*authz.Request{c.QuestionOf(account, c.Permission(), resource, keys...)}, nil
}

// AskAll is the checks of a call that is about no resource.
func AskAll[In any](c *Call, _ *In) ([]*authz.Request, error) { return c.Ask("*") }

// Permission is what the call asks for first: "iam:CreateUser".
func (c *Call) Permission() string {
	if c.Action == nil {
		return c.Service.scope() + ":" + c.Name
	}
	return c.Service.scope() + ":" + c.Action.Permission
}

// RefuseAs makes a no to the question a refusal of the call's own. It returns the
// question.
func (c *Call) RefuseAs(q *authz.Request, refusal error) *authz.Request {
	if c.instead == nil {
		c.instead = map[string]error{}
	}
	c.instead[q.Action+" "+q.Resource] = refusal
	return q
}

// Bar makes every question a no to the caller, of whatever kind it is, and returns
// them. refusal is the service's.
func (c *Call) Bar(questions []*authz.Request, bar *authz.Bar, refusal error) []*authz.Request {
	c.barred = refusal
	for _, q := range questions {
		q.Barred = bar
	}
	return questions
}

// accountOf is the account in an ARN; otherwise where it names none.
func accountOf(resource, otherwise string) string {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) == 6 && world.IsAccountID(parts[4]) {
		return parts[4]
	}
	return otherwise
}

// Change makes the next State of the world from the one that the call was decided
// on; nil: it stays as it is. Error: store.ErrMoved where the world has moved since;
// the call is then decided again.
func (c *Call) Change(next func(*world.State) (*world.State, error)) error {
	state, refused := next(c.Moment.State)
	if refused != nil {
		return refused
	}
	return c.Commit(store.World{State: state})
}
