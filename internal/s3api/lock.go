package s3api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

const (
	lockMode    = "x-amz-object-lock-mode"
	lockUntil   = "x-amz-object-lock-retain-until-date"
	lockHold    = "x-amz-object-lock-legal-hold"
	lockBypass  = "x-amz-bypass-governance-retention"
	bypassRight = "s3:BypassGovernanceRetention"
	holdOn      = "ON"
	holdOff     = "OFF"
)

// lockOf is what Object Lock holds against the deletion of a version; nil: nothing.
func (c *Call) lockOf(o *store.Object) *authz.Lock {
	if o == nil {
		return nil
	}
	l := c.retentionLock(o)
	if l == nil && o.LegalHold {
		l = &authz.Lock{Bypass: c.bypasses()}
	}
	if l != nil {
		l.LegalHold = o.LegalHold
	}
	return l
}

// retentionLock is lockOf without the legal hold, which a change of the retention
// does not touch.
func (c *Call) retentionLock(o *store.Object) *authz.Lock {
	if !o.Retention.Active(c.Now) {
		return nil
	}
	return &authz.Lock{
		Mode: o.Retention.Mode, Until: o.Retention.Ends(c.Now).UTC().Format(time.RFC3339),
		EventHold: o.Retention.EventHold.On(), Bypass: c.bypasses(),
	}
}

// bypasses says that the request asks to bypass GOVERNANCE retention.
func (c *Call) bypasses() bool { return strings.EqualFold(c.header(lockBypass), "true") }

// bypassQuestion asks for the right to use the header that bypasses, which the
// caller must have whether the version is locked or not (S3 API Reference,
// "DeleteObject"; that it counts without a lock too is [unsure]).
func (c *Call) bypassQuestion(key string) []*authz.Request {
	if b := c.State().Buckets[c.Bucket]; b == nil || b.ObjectLock == nil || !c.bypasses() {
		return nil
	}
	return []*authz.Request{c.question(bypassRight, c.bucketARN()+"/"+key)}
}

// refuseBypass refuses the right to bypass a lock where there is none (recorded).
func (c *Call) refuseBypass(b *world.Bucket) error {
	if b.ObjectLock != nil || c.header(lockBypass) == "" {
		return nil
	}
	return lockRefused(lockBypass, lockBypass+" is only applicable to Object Lock enabled buckets.")
}

// guard adds to a question what Object Lock holds against a write, and says whether the
// call may only act as long as what is there stays.
//
// A version that is named gives way. What is written on top of a key leaves what is
// below it alone, unless the world answers as the article; a null version under a
// lock does not give way to another.
func (c *Call) guard(r *authz.Request, w overwriting) bool {
	b := c.State().Buckets[c.Bucket]
	switch {
	case w.version != "":
		r.Lock = c.lockOf(w.object)
		return r.Lock != nil
	case !c.Op.puts():
		return false
	case b.ObjectLock != nil && c.State().Answers.Has(world.LockedObjectRefused):
		r.Lock = c.lockOf(w.object)
		return true
	case b.Versioning == world.VersioningSuspended:
		if r.Lock = c.lockOf(c.version(c.Bucket, w.key, store.NullVersion)); r.Lock != nil {
			r.Lock.Bypass = false
		}
	}
	return false
}

// lockTerms is what a request sets of a lock, as it was sent.
type lockTerms struct {
	mode, until, hold string
	event             eventTerms
}

// retains says that the terms are of a retention, or of an event hold, which is part of
// one.
func (t lockTerms) retains() bool { return t.mode != "" || t.until != "" || t.event != (eventTerms{}) }

// lockHeaders are the terms that the headers of a request set.
func (c *Call) lockHeaders() lockTerms {
	return lockTerms{c.header(lockMode), c.header(lockUntil), c.header(lockHold), c.eventHeaders()}
}

// conditions are the keys by which policies see the terms.
func (t lockTerms) conditions(now time.Time) []condition {
	if t == (lockTerms{}) {
		return nil
	}
	var found []condition
	for _, k := range []condition{
		{"s3:object-lock-mode", []string{t.mode}}, {"s3:object-lock-retain-until-date", []string{t.until}},
		{"s3:object-lock-legal-hold", []string{t.hold}},
	} {
		if k.values[0] != "" {
			found = append(found, k)
		}
	}
	return slices.Concat(found, retentionDays(t.until, now), t.event.conditions())
}

// lockQuestions are those about the lock that a new object is to have.
func (c *Call) lockQuestions() []*authz.Request {
	var questions []*authz.Request
	t := c.lockHeaders()
	if t.retains() {
		questions = append(questions, c.question("s3:PutObjectRetention", c.objectARN()))
	}
	if t.hold != "" {
		questions = append(questions, c.question("s3:PutObjectLegalHold", c.objectARN()))
	}
	return questions
}

// lockNew gives a new object the lock that the headers set, or else the bucket's
// default retention (s3-errors.md 2.5).
func (c *Call) lockNew(o *store.Facts, b *world.Bucket) error {
	t := c.lockHeaders()
	own, err := c.lockInHeaders(t)
	switch {
	case err != nil:
		return err
	case b.ObjectLock == nil && t != (lockTerms{}):
		return bucketHasNoLock()
	}
	o.LegalHold, o.HoldReleased = t.hold == holdOn, t.hold == holdOff
	o.Retention, err = t.retentionOfNew(own, store.DefaultRetention(b.ObjectLock, c.Now))
	return err
}

// lockInHeaders reads the terms of the headers, which S3 does before it looks whether
// the bucket has Object Lock (recorded).
func (c *Call) lockInHeaders(t lockTerms) (store.Retention, error) {
	switch {
	case t == (lockTerms{}):
		return store.Retention{}, nil
	case c.Presented == nil || c.Presented.Scheme != sigv4.V4: // recorded of anonymous requests, [unsure] of Version 2
		return store.Retention{}, lockRefused("Authorization", "Put Object requests with Object Lock parameters require AWS Signature Version 4")
	case t.hold != "" && t.hold != holdOn && t.hold != holdOff:
		return store.Retention{}, s3err.Argument("Legal Hold must be either of 'ON' or 'OFF'", lockHold, t.hold)
	}
	return c.retentionOf(t)
}

func bucketHasNoLock() error {
	return s3err.New(s3err.InvalidRequest).WithMessage("Bucket is missing Object Lock Configuration")
}

// retentionOf reads the retention of the headers; a zero one: they set none, or only
// keep an event hold away.
func (c *Call) retentionOf(t lockTerms) (store.Retention, error) {
	hold, err := t.event.read(eventInHeaders)
	switch {
	case err != nil:
		return store.Retention{}, err
	case t.mode == "" && t.until == "" && !hold.On():
		return store.Retention{}, nil
	case t.mode == "" && hold.On():
		return store.Retention{}, bothNeeded(lockEvent, lockMode, lockMode)
	case t.mode == "":
		return store.Retention{}, bothNeeded(lockUntil, lockMode, lockMode)
	case t.until == "" && !hold.On():
		return store.Retention{}, bothNeeded(lockUntil, lockMode, lockUntil)
	case t.mode != authz.Governance && t.mode != authz.Compliance:
		return store.Retention{}, s3err.Argument("Unknown wormMode directive.", lockMode, t.mode)
	}
	until, err := c.dateOf(t.until)
	return store.Retention{Mode: t.mode, Until: until, EventHold: hold, HoldReleased: t.event.status == holdOff}, err
}

func bothNeeded(one, other, missing string) error {
	return lockRefused(missing, one+" and "+other+" must both be supplied")
}

// lockRefused tells the name of what is wrong, or missing, and not its value.
func lockRefused(name, message string) error {
	return s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", name)).WithMessage(message)
}

// dateOf reads the date of the headers, if there is one.
func (c *Call) dateOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	until, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return until, s3err.Argument("The retain until date must be provided in ISO 8601 format", lockUntil, text)
	case !until.After(c.Now):
		return until, s3err.Argument("The retain until date must be in the future!", lockUntil, text)
	}
	return until.UTC(), nil
}

// digestedLock refuses an upload that is to be locked and says nothing by which its
// bytes could be checked (s3-errors.md 2.7).
func digestedLock(o *store.Facts, k checksum.Claim) error {
	locked := o.Retention.Mode != "" || o.LegalHold || o.HoldReleased
	if !locked || k.MD5 != nil || k.Algorithm != nil {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters")
}

// tellLock tells of an object's lock to those who may read it (S3 API Reference,
// "GetObject").
func (c *Call) tellLock(h http.Header, o *store.Object) {
	if o.Retention.Mode != "" && permits(c.objectQuestion("s3:GetObjectRetention", c.objectARN(), o)) {
		h.Set(lockMode, o.Retention.Mode)
		h.Set(lockUntil, lockDate(o.Retention.Ends(c.Now)))
		tellEvent(h, o.Retention)
	}
	if (o.LegalHold || o.HoldReleased) && permits(c.objectQuestion("s3:GetObjectLegalHold", c.objectARN(), o)) {
		h.Set(lockHold, holdStatus(o))
	}
}

func holdStatus(o *store.Object) string {
	if o.LegalHold {
		return holdOn
	}
	return holdOff
}

func lockDate(t time.Time) string { return t.UTC().Format(wire.ISOLayout) }
