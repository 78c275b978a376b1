package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// lockOf is what Object Lock holds against the deletion of a version; nil: nothing.
func lockOf(c *Call, o *store.Object) *authz.Lock {
	if o == nil {
		return nil
	}
	l := o.Lock(c.Now)
	if l != nil {
		l.Bypass = bypasses(c.header)
	}
	return l
}

// retentionLock is lockOf without the legal hold, which a change of the retention
// does not touch.
func retentionLock(c *Call, o *store.Object) *authz.Lock {
	l := o.Retention.Lock(c.Now)
	if l != nil {
		l.Bypass = bypasses(c.header)
	}
	return l
}

// bypassQuestion asks for the right to use the header that bypasses, which the
// caller must have whether the version is locked or not (S3 API Reference,
// "DeleteObject"; that it counts without a lock too is [unsure]). extra are the keys that
// the call's body adds.
func bypassQuestion(c *Call, key string, extra ...condition) []*authz.Request {
	if b := c.State().Buckets[c.Bucket]; b == nil || b.ObjectLock == nil || !bypasses(c.header) {
		return nil
	}
	return []*authz.Request{c.question(bypassRight, c.keyARN(key), extra...)}
}

// refuseBypass refuses the right to bypass a lock where there is none (recorded).
func refuseBypass(c *Call, b *world.Bucket) error {
	if b.ObjectLock != nil || c.header(lockBypass) == "" {
		return nil
	}
	return lockRefused(lockBypass, lockBypass+" is only applicable to Object Lock enabled buckets.")
}

// guarded adds to a question what Object Lock holds against a write, and says whether the
// call may only act as long as what is there stays.
//
// A version that is named gives way. What is written on top of a key leaves what is
// below it alone, unless the world answers as the article; a null version under a
// lock does not give way to another.
func (w overwriting) guarded(c *Call, r *authz.Request) bool {
	b := c.State().Buckets[c.Bucket]
	switch {
	case w.version != "":
		r.Lock = lockOf(c, w.object)
		return r.Lock != nil
	case !c.Op.puts():
		return false
	case b.ObjectLock != nil && c.State().Answers.Has(world.LockedObjectRefused):
		r.Lock = lockOf(c, w.object)
		return true
	case b.Versioning == world.VersioningSuspended:
		if r.Lock = lockOf(c, c.version(c.Bucket, w.key, store.NullVersion)); r.Lock != nil {
			r.Lock.Bypass = false
		}
	}
	return false
}

// lockQuestions are those about the lock that a new object is to have.
func lockQuestions(c *Call) []*authz.Request {
	var questions []*authz.Request
	t := lockHeaders(c.header, c.State().Answers)
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
func lockNew(c *Call, o *store.Facts, b *world.Bucket) error {
	t := lockHeaders(c.header, c.State().Answers)
	own, err := t.signed(c.Presented, c.Now)
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

func bucketHasNoLock() error {
	return s3err.New(s3err.InvalidRequest).WithMessage("Bucket is missing Object Lock Configuration")
}

// digestedLock refuses an upload that is to be locked and says nothing by which its
// bytes could be checked (s3-errors.md 2.7).
func digestedLock(o *store.Facts, k checksum.Claim) error {
	locked := o.Retention.Mode != "" || o.LegalHold || o.HoldReleased
	if !locked || k.MD5 != nil || k.Algorithm != nil {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage(
		"Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters")
}

// tellLock tells of an object's lock to those who may read it (S3 API Reference,
// "GetObject").
func tellLock(c *Call, h http.Header, o *store.Object) {
	if o.Retention.Mode != "" && permits(c.objectQuestion("s3:GetObjectRetention", c.objectARN(), o)) {
		h.Set(lockMode, o.Retention.Mode)
		h.Set(lockUntil, lockDate(o.Retention.Ends(c.Now)))
		tellEvent(h, o.Retention)
	}
	if (o.LegalHold || o.HoldReleased) && permits(c.objectQuestion("s3:GetObjectLegalHold", c.objectARN(), o)) {
		h.Set(lockHold, holdStatus(o))
	}
}
