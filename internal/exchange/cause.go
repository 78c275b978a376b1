package exchange

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// causeOf is why a reply refuses, where no policy does; nil: it does not, or the decisions
// say it.
func causeOf(f *Frame, r *Reply) *journal.Cause {
	switch {
	case !r.Refusal():
		return nil
	case f.Unproved != nil:
		return f.unprovedCause()
	case f.Denied() != nil:
		return nil
	}
	return r.Cause
}

// unprovedCause is why the signer did not prove who it is; what to do about it is for the
// advice to say.
func (f *Frame) unprovedCause() *journal.Cause {
	e, ok := errors.AsType[*sigv4.Error](f.Unproved)
	if !ok {
		return nil
	}
	c := journal.Cause{Element: e.Argument, Wanted: e.Expected, Seen: e.Value}
	switch e.Reason {
	case sigv4.SignatureDoesNotMatch:
		c = journal.Cause{Text: f.Diagnosis.Text, Wanted: f.Diagnosis.Signed, Seen: f.Diagnosis.Arrived}
	case sigv4.HeadersNotSigned:
		c = notSigned(strings.Join(e.HeadersNotSigned, ", "))
	case sigv4.TimeSkewed, sigv4.NotYetValid:
		c = skewed(e)
	case sigv4.Expired:
		until := stamp(e.ExpiresAt)
		c = journal.Cause{Text: "the URL was good until " + until, Wanted: "before " + until, Seen: stamp(e.ServerTime)}
	case sigv4.AccessKeyUnknown:
		c.Text = f.unknownKey(e.AccessKeyID)
	case sigv4.TokenExpired:
		c = journal.Cause{Text: "the session of the access key " + e.AccessKeyID + " has expired"}
	case sigv4.TokenInvalid:
		c = journal.Cause{Text: "the session token is not the one of the access key " + e.AccessKeyID}
	case sigv4.ServiceWrong:
		c.Text = "signed for the service " + e.Value + ", sent to " + e.Expected
	default:
		c.Text = strings.TrimPrefix(e.Error(), "sigv4: ")
	}
	return cause.Bound(&c)
}

func notSigned(headers string) journal.Cause {
	return journal.Cause{
		Text:    "the request has " + headers + ", which its signature does not cover",
		Element: headers, Wanted: headers + " among the signed headers", Seen: "not signed",
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// skewed says how far a clock is off.
func skewed(e *sigv4.Error) journal.Cause {
	sent := e.Date
	if sent.IsZero() {
		sent, _ = time.Parse("20060102T150405Z", e.RequestTime)
	}
	c := journal.Cause{
		Text:   "the client's clock is wrong",
		Wanted: "a time within 15 minutes of " + stamp(e.ServerTime), Seen: cmp.Or(e.RequestTime, stamp(sent)),
	}
	if sent.IsZero() {
		return c
	}
	off := sent.Sub(e.ServerTime).Round(time.Second)
	if off < 0 {
		c.Text += ": it is " + (-off).String() + " behind the server's"
	} else {
		c.Text += ": it is " + off.String() + " ahead of the server's"
	}
	return c
}

// unknownKey says what is wrong with an access key.
func (f *Frame) unknownKey(id string) string {
	caller := f.InForce().Credential(id)
	switch {
	case caller == nil:
		return "nobody has the access key " + id
	case caller.Inactive:
		return "the access key " + id + " of " + caller.Name + " is not active"
	}
	return "the access key " + id + " of " + caller.Name + " is temporary, and its session token was not sent"
}
