package awsapi

import (
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/reason"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Checks are the questions that the call must be allowed; none where it needs no
// permission. They are put even where the signer is refused, so that every layer is
// heard. An error means that they cannot be put.
func (c *Call) Checks() ([]*authz.Request, error) {
	if c.unread != nil {
		return nil, c.unread
	}
	questions, err := c.questions()
	if c.unsigned() {
		return questions, err
	}
	if err != nil && c.Unproved == nil && c.Presented != nil {
		return nil, err
	}
	if c.Unproved == nil && c.Presented != nil {
		return questions, nil
	}
	if err != nil || len(questions) == 0 {
		questions = []*authz.Request{c.Question(c.Permission(), "*")}
	}
	for _, q := range questions {
		q.Authentication = &authz.Refusal{Detail: c.unprovedDetail(), BeforeRegion: true}
	}
	return questions, nil
}

func (c *Call) unprovedDetail() string {
	if c.Unproved == nil {
		return "the request is not signed"
	}
	return c.Unproved.Error()
}

func (c *Call) questions() ([]*authz.Request, error) {
	switch {
	case c.Action == nil && c.malformed == nil:
		return nil, c.Service.Protocol.words().unknown(c)
	case c.malformed != nil:
		return nil, c.malformed
	}
	return c.Action.checks(c, c.in)
}

// Refused is the answer to the first question that was answered with no; nil when
// the call is to be served.
func (c *Call) Refused() error {
	for i := range c.Decisions {
		if c.Decisions[i].Denied() {
			c.Decisions = exchange.Explain(c.Questions)
			refused := c.refusal(&c.Decisions[i])
			c.keepDetails()
			return refused
		}
	}
	return nil
}

func (c *Call) refusal(d *authz.Decision) error {
	if d.Cause == authz.Authentication {
		return c.notProved()
	}
	if own := c.instead[d.Action+" "+d.Resource]; own != nil {
		return own
	}
	if c.Service.Unexplained != nil {
		if plain := c.Service.Unexplained(c, d.Resource); plain != nil {
			return plain
		}
	}
	refused := c.Service.Protocol.words().denied.error()
	f, ok := d.Behind()
	switch {
	case ok && f.Barred():
		return c.barred
	case !ok || !c.Asker().Nameable():
		return refused
	}
	told := "User: " + c.Principal.ARN + " is not authorized to perform: " + d.Action + " " + c.reason(d, &f)
	refused.Message = strings.TrimSpace(refused.Message+" "+told) + c.traced()
	return refused
}

// reason is the end of the sentence, from the resource on.
func (c *Call) reason(d *authz.Decision, f *authz.Finding) string {
	answers := c.State().Answers
	if aboutKey(d) {
		return reason.OfKey(d, f, accountOf(d.Resource, "") != c.CallerAccount(), answers)
	}
	why := reason.Of(d.Action, f, answers)
	if told := c.told(d.Resource); told != "" {
		why = "on resource: " + told + " " + why
	}
	return strings.TrimSpace(why)
}

// told is how the refusal names a question's resource; empty: not at all.
func (c *Call) told(resource string) string {
	switch {
	case resource == "*" && !c.Service.TellsAll:
		return ""
	case c.Action == nil || c.Action.told == nil || resource == "*":
		return resource
	}
	return c.Action.told(c.in, resource)
}

// aboutKey says whether a KMS key was asked for, by its findings.
func aboutKey(d *authz.Decision) bool {
	for i := range d.Findings {
		if d.Findings[i].Part == authz.PartKeyPolicy {
			return true
		}
	}
	return false
}

// notProved is the answer to a signer who did not prove who it is.
func (c *Call) notProved() *Error {
	w := c.Service.Protocol.words()
	if c.Unproved == nil {
		return w.noToken.error()
	}
	switch sigv4.ReasonOf(c.Unproved) {
	case sigv4.AccessKeyUnknown, sigv4.TokenInvalid:
		return w.unknownKey.error()
	case sigv4.TokenExpired:
		return w.expiredToken.error()
	case sigv4.TimeSkewed, sigv4.Expired, sigv4.NotYetValid:
		return c.skewed(w.skewed.error())
	case sigv4.SignatureDoesNotMatch, sigv4.HeadersNotSigned, sigv4.ContentSHA256Differs:
		return w.signature.error()
	case sigv4.ServiceWrong:
		e := w.signature.error()
		e.Message = "Credential should be scoped to correct service: '" + c.Service.scope() + "'."
		return e
	}
	e := w.incomplete.error()
	e.Message = strings.TrimPrefix(c.Unproved.Error(), "sigv4: ")
	return e
}

const basicTime = "20060102T150405Z"

// skewed tells how far apart the two clocks are.
func (c *Call) skewed(e *Error) *Error {
	u, ok := errors.AsType[*sigv4.Error](c.Unproved)
	limit := "15 min."
	if !ok || u.RequestTime == "" || e.Message != "" {
		return e
	}
	sent, err := time.Parse(basicTime, u.RequestTime)
	switch {
	case err == nil && sent.After(u.ServerTime):
		e.Message = "Signature not yet current: " + u.RequestTime + " is still later than " + u.ServerTime.Add(sigv4.MaxSkew).Format(basicTime) + " (" + u.ServerTime.Format(basicTime) + " + " + limit + ")"
	default:
		e.Message = "Signature expired: " + u.RequestTime + " is now earlier than " + u.ServerTime.Add(-sigv4.MaxSkew).Format(basicTime) + " (" + u.ServerTime.Format(basicTime) + " - " + limit + ")"
	}
	return e
}

// Serve does what the call does, once it is allowed.
func (c *Call) Serve() (*exchange.Reply, error) {
	out, err := c.Action.serve(c, c.in)
	if err != nil {
		return nil, err
	}
	c.out = out
	return c.Service.Protocol.answer(c, out), nil
}

// nameForm is that of the names of actions.
var nameForm = pattern.New(`^[A-Za-z0-9]{1,128}$`)

// Fail is what the client reads of an error; one that is no refusal of the service's
// is its InternalFailure (IAM API Reference, "Common errors").
func (c *Call) Fail(err error) *exchange.Reply {
	e := internalFailure.error()
	errors.As(err, &e)
	if ruled, ok := errors.AsType[*fault.Refusal](err); ok {
		e = c.ruled(ruled)
	}
	a := c.Service.Protocol.failure(c, e)
	a.Code, a.Message, a.Cause = e.Code, e.Message, cause.Of(err)
	if c.Action == nil && c.malformed == nil && !c.early && nameForm.MatchString(c.Name) {
		a.Header.Set(exchange.LacksHeader, c.Service.Name+":"+c.Name)
	}
	return a
}

// Close has nothing to free.
func (c *Call) Close() {}

// parsed is how many times a body is held by a call that may be asked again: as it came, and as its
// parameters in two forms.
const parsed = 3

// Settle lets go of the world.
func (c *Call) Settle() int {
	c.Frame.Settle()
	c.Events, c.Details, c.out = nil, nil, nil
	return len(c.Body) * parsed
}

// Again is a settled call whose questions are put to another moment, with other parameters where a Query API has some.
func (c *Call) Again(m *store.Moment, how journal.Remake) exchange.Call {
	k := *c
	k.Moment = m
	if len(how.Query) == 0 || c.form == nil || c.Action == nil {
		return &k
	}
	k.form = maps.Clone(c.form)
	for name, value := range how.Query {
		if k.form.Del(name); value != "" {
			k.form.Set(name, value)
		}
	}
	k.readIn()
	return &k
}
