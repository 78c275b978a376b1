package exchange

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
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

// unprovedCause is why the signer did not prove who it is, and what to do about it.
func (f *Frame) unprovedCause() *journal.Cause {
	e, ok := errors.AsType[*sigv4.Error](f.Unproved)
	if !ok {
		return nil
	}
	c := journal.Cause{Element: e.Argument, Wanted: e.Expected, Seen: e.Value}
	cures := func(texts ...string) {
		for _, text := range texts {
			cure := cause.Cure(text)
			cure.Layer = authz.Authentication
			c.Cures = append(c.Cures, cure)
		}
	}
	switch e.Reason {
	case sigv4.SignatureDoesNotMatch:
		c = journal.Cause{Text: f.Diagnosis.Text, Wanted: f.Diagnosis.Arrived, Seen: f.Diagnosis.Signed}
		cures(f.Diagnosis.Cure)
	case sigv4.HeadersNotSigned:
		c = notSigned(strings.Join(e.HeadersNotSigned, ", "))
		cures("sign "+c.Element+" too, or do not send it.", "of a presigned URL: give "+c.Element+
			" to whoever presigns, so that it stands in X-Amz-SignedHeaders.")
	case sigv4.TimeSkewed, sigv4.NotYetValid:
		c = skewed(e)
		cures("set the client's clock, and sign anew: S3 takes what is signed within 15 minutes of its own time.")
	case sigv4.Expired:
		until := stamp(e.ExpiresAt)
		c = journal.Cause{Text: "the URL was good until " + until, Wanted: "before " + until, Seen: stamp(e.ServerTime)}
		cures("make the URL anew, or let it be good for longer: X-Amz-Expires is at most a week, " +
			"and no URL outlives the session that signed it.")
	case sigv4.AccessKeyUnknown:
		c.Text = f.unknownKey(e.AccessKeyID)
		cures("use an access key that is there and active, a temporary one with its session token (AWS_SESSION_TOKEN).")
	case sigv4.TokenExpired:
		c = journal.Cause{Text: "the session of the access key " + e.AccessKeyID + " has expired"}
		cures("refresh the session: take new credentials from STS, or let the SDK's credential provider do it.")
	case sigv4.TokenInvalid:
		c = journal.Cause{Text: "the session token is not the one of the access key " + e.AccessKeyID}
		cures("send access key, secret and session token of one and the same session.")
	case sigv4.ServiceWrong:
		c.Text = "signed for the service " + e.Value + ", sent to " + e.Expected
		cures("sign for the service " + e.Expected + ".")
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
