package s3api

import (
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
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
	return &authz.Lock{Mode: o.Retention.Mode, Until: o.Retention.Until.UTC().Format(time.RFC3339), Bypass: c.bypasses()}
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
func (c *Call) refuseBypass(b *world.Bucket) *s3err.Error {
	if b.ObjectLock != nil || c.header(lockBypass) == "" {
		return nil
	}
	return s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", lockBypass)).
		WithMessage(lockBypass + " is only applicable to Object Lock enabled buckets.")
}

// guard adds to a question what Object Lock holds against a write at a place where o
// is, and says whether the call may only act as long as o is there.
//
// A version that is named gives way. What is written on top of a key leaves what is
// below it alone, unless the world answers as the article; a null version under a
// lock does not give way to another.
func (c *Call) guard(r *authz.Request, at place, o *store.Object) bool {
	b := c.State().Buckets[c.Bucket]
	switch {
	case at.version != "":
		r.Lock = c.lockOf(o)
		return r.Lock != nil
	case !c.puts():
		return false
	case b.ObjectLock != nil && c.State().Answers.Has(world.LockedObjectRefused):
		r.Lock = c.lockOf(o)
		return true
	case b.Versioning == world.VersioningSuspended:
		if r.Lock = c.lockOf(c.contents().Version(at.key, store.NullVersion)); r.Lock != nil {
			r.Lock.Bypass = false
		}
	}
	return false
}

// puts says that the operation itself puts something on top of a key.
func (c *Call) puts() bool {
	name := c.operation()
	return creations[name] || name == "DeleteObject" || name == "DeleteObjects"
}

// lockTerms is what a request sets of a lock, as it was sent.
type lockTerms struct{ mode, until, hold string }

// lockHeaders are the terms that the headers of a request set.
func (c *Call) lockHeaders() lockTerms {
	return lockTerms{c.header(lockMode), c.header(lockUntil), c.header(lockHold)}
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
	return append(found, retentionDays(t.until, now)...)
}

// lockQuestions are those about the lock that a new object is to have.
func (c *Call) lockQuestions() []*authz.Request {
	var questions []*authz.Request
	t := c.lockHeaders()
	if t.mode != "" || t.until != "" {
		questions = append(questions, c.question("s3:PutObjectRetention", c.objectARN()))
	}
	if t.hold != "" {
		questions = append(questions, c.question("s3:PutObjectLegalHold", c.objectARN()))
	}
	return questions
}

// lockNew gives a new object the lock that the headers set, or else the bucket's
// default retention (s3-errors.md 2.5).
func (c *Call) lockNew(o *store.Object, b *world.Bucket) *s3err.Error {
	t := c.lockHeaders()
	if b.ObjectLock == nil {
		if t != (lockTerms{}) {
			return bucketHasNoLock()
		}
		return nil
	}
	switch t.hold {
	case "", holdOn, holdOff:
		o.LegalHold, o.HoldReleased = t.hold == holdOn, t.hold == holdOff
	default:
		return s3err.Argument("Legal Hold must be either of 'ON' or 'OFF'", lockHold, t.hold)
	}
	if t.mode == "" && t.until == "" {
		o.Retention = defaultRetention(b.ObjectLock, c.Now)
		return nil
	}
	var err *s3err.Error
	o.Retention, err = c.retentionOf(t)
	return err
}

func bucketHasNoLock() *s3err.Error {
	return s3err.New(s3err.InvalidRequest).WithMessage("Bucket is missing Object Lock Configuration")
}

// defaultRetention is what a new version gets where its request sets none.
func defaultRetention(l *world.ObjectLock, now time.Time) store.Retention {
	if l.Mode == "" {
		return store.Retention{}
	}
	return store.Retention{Mode: l.Mode, Until: l.Until(now).UTC()}
}

// retentionOf reads the retention of the headers.
func (c *Call) retentionOf(t lockTerms) (store.Retention, *s3err.Error) {
	missing := ""
	switch {
	case t.mode == "":
		missing = lockMode
	case t.until == "":
		missing = lockUntil
	}
	if missing != "" {
		return store.Retention{}, s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", missing)).
			WithMessage(lockUntil + " and " + lockMode + " must both be supplied")
	}
	until, err := time.Parse(time.RFC3339, t.until)
	switch {
	case t.mode != authz.Governance && t.mode != authz.Compliance:
		return store.Retention{}, s3err.Argument("Unknown wormMode directive.", lockMode, t.mode)
	case err != nil:
		return store.Retention{}, s3err.Argument("The retain until date must be provided in ISO 8601 format", lockUntil, t.until)
	case !until.After(c.Now):
		return store.Retention{}, s3err.Argument("The retain until date must be in the future!", lockUntil, t.until)
	}
	return store.Retention{Mode: t.mode, Until: until.UTC()}, nil
}

// digestedLock refuses an upload that is to be locked and says nothing by which its
// bytes could be checked (s3-errors.md 2.7).
func digestedLock(o *store.Object, k claim) *s3err.Error {
	locked := o.Retention.Mode != "" || o.LegalHold || o.HoldReleased
	if !locked || k.md5 != nil || k.algorithm != nil {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters")
}

// tellLock tells of an object's lock to those who may read it (S3 API Reference,
// "GetObject").
func (c *Call) tellLock(h http.Header, o *store.Object) {
	if o.Retention.Mode != "" && permits(c.objectQuestion("s3:GetObjectRetention", c.objectARN(), o)) {
		h.Set(lockMode, o.Retention.Mode)
		h.Set(lockUntil, lockDate(o.Retention.Until))
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

func lockDate(t time.Time) string { return t.UTC().Format(isoLayout) }
