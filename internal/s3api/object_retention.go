package s3api

import (
	"encoding/xml"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

type retentionXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Retention"`
	Mode    string
	Until   string `xml:"RetainUntilDate"`
}

type legalHoldXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LegalHold"`
	Status  string
}

// lockDraft is the lock that the body of PutObjectRetention or PutObjectLegalHold
// sets. One that cannot be read is told to those who may set any.
type lockDraft struct {
	terms     lockTerms
	retention store.Retention
	err       *s3err.Error
}

// retentionInBody reads a retention; an empty one takes the object's away.
func (c *Call) retentionInBody() lockDraft {
	var body struct {
		Mode  *string
		Until *string `xml:"RetainUntilDate"`
	}
	var d lockDraft
	if d.err = c.readXML("Retention", settingsBody, &body); d.err != nil || body.Mode == nil && body.Until == nil {
		return d
	}
	if body.Mode == nil || body.Until == nil || *body.Mode != authz.Governance && *body.Mode != authz.Compliance {
		d.err = s3err.New(s3err.MalformedXML)
		return d
	}
	d.terms = lockTerms{mode: *body.Mode, until: *body.Until}
	until, err := time.Parse(time.RFC3339, *body.Until)
	switch {
	case err != nil:
		d.err = s3err.New(s3err.MalformedXML)
	case !until.After(c.Now):
		d.err = s3err.Argument("The retain until date must be in the future!", "RetainUntilDate", *body.Until)
	}
	d.retention = store.Retention{Mode: *body.Mode, Until: until.UTC()}
	return d
}

// holdInBody reads a legal hold.
func (c *Call) holdInBody() lockDraft {
	var body struct{ Status string }
	var d lockDraft
	if d.err = c.readXML("LegalHold", settingsBody, &body); d.err != nil {
		return d
	}
	if d.terms.hold = body.Status; body.Status != holdOn && body.Status != holdOff {
		d.err = s3err.New(s3err.MalformedXML)
	}
	return d
}

func checksGetObjectRetention(c *Call) ([]*authz.Request, *s3err.Error) {
	return c.aboutObject("s3:GetObjectRetention", "s3:GetObjectRetention"), nil
}

func checksGetObjectLegalHold(c *Call) ([]*authz.Request, *s3err.Error) {
	return c.aboutObject("s3:GetObjectLegalHold", "s3:GetObjectLegalHold"), nil
}

// checksPutObjectRetention also says what the retention that is there holds against
// the one that is to be set.
func checksPutObjectRetention(c *Call) ([]*authz.Request, *s3err.Error) {
	if c.Unproved == nil {
		c.lock = c.retentionInBody()
	}
	questions := c.aboutObject("s3:PutObjectRetention", "s3:PutObjectRetention")
	if o := c.object; o != nil && c.lock.err == nil && loosens(o.Retention, c.lock.retention) {
		questions[0].Lock = c.retentionLock(o)
	}
	return append(questions, c.bypassQuestion(c.Key)...), nil
}

// loosens says that a retention protects less than the one before: it is shorter,
// none, or of the other mode (S3 User Guide, "Retention modes"; Ceph's tests find
// that GOVERNANCE is not made COMPLIANCE without a bypass [unsure]).
func loosens(before, after store.Retention) bool {
	return after.Mode != before.Mode || after.Until.Before(before.Until)
}

func checksPutObjectLegalHold(c *Call) ([]*authz.Request, *s3err.Error) {
	if c.Unproved == nil {
		c.lock = c.holdInBody()
	}
	return c.aboutObject("s3:PutObjectLegalHold", "s3:PutObjectLegalHold"), nil
}

// lockable is the version whose lock the call is about. A delete marker has none,
// whether it is named or not.
func (c *Call) lockable() (*store.Object, *s3err.Error) {
	b, err := c.bucket()
	switch {
	case err != nil:
		return nil, err
	case b.ObjectLock == nil:
		return nil, bucketHasNoLock()
	case c.marker != nil:
		return nil, c.markerNamed()
	}
	return c.existing()
}

func serveGetObjectRetention(c *Call) (*Reply, *s3err.Error) {
	o, err := c.lockable()
	if err != nil {
		return nil, err
	}
	if o.Retention.Mode == "" {
		return nil, s3err.New(s3err.NoSuchObjectLockConfiguration)
	}
	return xmlReply(nil, retentionXML{Mode: o.Retention.Mode, Until: lockDate(o.Retention.Until)}), nil
}

func serveGetObjectLegalHold(c *Call) (*Reply, *s3err.Error) {
	o, err := c.lockable()
	if err != nil {
		return nil, err
	}
	if !o.LegalHold && !o.HoldReleased {
		return nil, s3err.New(s3err.NoSuchObjectLockConfiguration)
	}
	return xmlReply(nil, legalHoldXML{Status: holdStatus(o)}), nil
}

func servePutObjectRetention(c *Call) (*Reply, *s3err.Error) {
	return c.relock(func(o *store.Object) { o.Retention = c.lock.retention })
}

func servePutObjectLegalHold(c *Call) (*Reply, *s3err.Error) {
	return c.relock(func(o *store.Object) {
		o.LegalHold, o.HoldReleased = c.lock.terms.hold == holdOn, c.lock.terms.hold == holdOff
	})
}

// relock puts a record with another lock in the place of the one that the call was
// decided on.
func (c *Call) relock(set func(*store.Object)) (*Reply, *s3err.Error) {
	o, err := c.lockable()
	if err != nil {
		return nil, err
	}
	if c.lock.err != nil {
		return nil, c.lock.err
	}
	contents := c.contents()
	if contents == nil {
		return nil, moved
	}
	changed := *o
	set(&changed)
	if err := writeRefused(contents.Replace(o, &changed), o.Key); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}
