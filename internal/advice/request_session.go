package advice

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// later is a request that is made once its time has come; what is over does not come again.
func (s *program) later(q *authz.Request, w wish) (journal.Change, bool) {
	from, err := time.Parse(time.RFC3339, w.value)
	if now := timeOf(q); err != nil || now.IsZero() || !from.After(now) {
		return journal.Change{}, false
	}
	return s.wait(from.UTC().Format(time.RFC3339), ""), true
}

// timeOf is when a question is asked, to the second; the zero time: it does not say.
func timeOf(q *authz.Request) time.Time {
	v, _ := q.Context.Get("aws:CurrentTime")
	if len(v) != 1 {
		return time.Time{}
	}
	at, _ := time.Parse(time.RFC3339, v[0])
	return at
}

// wait is the request once the clock says that; why is what happens then.
func (s *program) wait(until, why string) journal.Change {
	clock := journal.Patch{"now": until}
	if c := s.state().Clock; c.Frozen.IsZero() && c.Rate() != 1 {
		clock["rate"] = nil // one that stands has none
	}
	return journal.Change{
		Text:    "wait until " + until + why + "; here, clock: {now: " + until + "}",
		Patch:   at(clock, build.ClockAt()),
		Request: &journal.Remake{Signed: true},
	}
}

// arriving is the request once everything has arrived that was changed of late; none: all has.
func (s *program) arriving() []candidate {
	m, p := s.now.Moment, s.state().Propagation
	if m.InForce(s.now.Now) == m.State {
		return nil
	}
	slowest := max(p.Principals, p.AccessKeys, p.IAMPolicies, p.BucketPolicies, p.KMSKeys)
	until := s.now.Now.Add(slowest + time.Second)
	return []candidate{{Change: s.wait(stamp(until), ", when what was changed just now has arrived everywhere")}}
}

// renewed cannot be tried: when a session was made is no fact that can be changed.
func (s *program) renewed(_ *authz.Request, w wish) (journal.Change, bool) {
	c := s.now.Caller
	if w.absent || c == nil || !c.Temporary() {
		return journal.Change{}, false
	}
	return journal.Change{
		Text: "make a new session, and use its credentials: this one's were issued at " +
			c.Issued.UTC().Format(time.RFC3339),
	}, true
}

// withMFA is a request by a session that was made with multi-factor authentication.
func (s *program) withMFA(_ *authz.Request, w wish) (journal.Change, bool) {
	c := s.now.Caller
	if c == nil || w.absent || w.value == "false" {
		return journal.Change{}, false
	}
	text := "make the call with a session that was made with MFA (sts get-session-token, or sts assume-role, with " +
		"--serial-number and --token-code)"
	return journal.Change{
		Text: text + "; here, callers: {" + c.Name + ": {mfa: true}}", Patch: at(true,
			build.CallerAt(c.Name).At(build.MFA)),
	}, true
}

func (s *program) signedAnew(q *authz.Request, w wish) (journal.Change, bool) {
	age, ok := q.Context.Get("s3:signatureAge")
	switch {
	case w.absent:
		return s.signedIn(q, wish{value: "REST-HEADER"})
	case !ok:
		return s.signedIn(q, wish{value: "REST-QUERY-STRING"})
	}
	what := "request"
	if s.presigned() {
		what = "URL"
	}
	return journal.Change{
		Text:    "sign the " + what + " anew: its signature is " + age[0] + " ms old",
		Request: &journal.Remake{Signed: true},
	}, true
}

// signings are the ways to sign, in words.
var signings = map[string]string{
	"REST-HEADER":       "sign the request in its Authorization header",
	"REST-QUERY-STRING": "sign the request in its URL (presign it)",
	"POST":              "send the object with a signed form (POST)",
	sigv4.AlgorithmV4:   "sign it with Signature Version 4 (" + sigv4.AlgorithmV4 + ")",
	sigv4.AlgorithmV2:   "sign it with Signature Version 2",
}

func (s *program) signedIn(q *authz.Request, w wish) (journal.Change, bool) {
	text, ok := signings[w.value]
	if q.Principal == nil || s.now.Made.Presented == nil {
		ok = false
	}
	c := journal.Change{Text: text, Request: &journal.Remake{Signed: true, AuthType: w.value}}
	if w.value == "POST" {
		c.Request = nil // it is another request
	}
	return c, ok && !w.absent
}

func (s *program) signedWith(_ *authz.Request, w wish) (journal.Change, bool) {
	text, ok := signings[w.value]
	if s.now.Made.Presented == nil {
		ok = false
	}
	return journal.Change{Text: text, Request: &journal.Remake{Signed: true, Algorithm: w.value}}, ok && !w.absent
}

// retained is an upload with a retention: its mode, and until when, which go together.
func (s *program) retained(q *authz.Request, w wish) (journal.Change, bool) {
	const mode, until = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"
	if w.absent {
		return s.without(s.sending(mode, ""), until), s.sent(mode) != ""
	}
	now, _ := q.Context.Get("aws:CurrentTime")
	from, err := time.Parse(time.RFC3339, first(now))
	if err != nil {
		return journal.Change{}, false
	}
	as, last := cmp.Or(s.sent(mode), authz.Governance), cmp.Or(s.sent(until), stamp(from.AddDate(0, 0, 1)))
	switch strings.ToLower(w.key) {
	case "s3:object-lock-mode":
		as = w.value
	case "s3:object-lock-retain-until-date":
		last = w.value
	default:
		days, err := strconv.Atoi(w.value)
		if err != nil || days < 1 {
			return journal.Change{}, false
		}
		last = stamp(from.AddDate(0, 0, days))
	}
	return s.also(s.sending(mode, as), until, last), true
}
