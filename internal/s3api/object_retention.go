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
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Retention"`
	Mode     string
	Until    string   `xml:"RetainUntilDate"`
	Event    string   `xml:"EventHold,omitempty"`
	Duration *holdXML `xml:"EventHoldDuration"`
}

type legalHoldXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LegalHold"`
	Status  string
}

// relocking is one attempt to give an object another lock.
type relocking struct {
	found
	lockDraft
}

// relock puts a record with another lock in the place of the one that was found.
func (p *relocking) relock(c *Call, set func(*store.Object)) (*Reply, error) {
	if p.err != nil { // before it looks whether the bucket has Object Lock (recorded)
		return nil, p.err
	}
	o, err := p.lockable(c)
	if err != nil {
		return nil, err
	}
	changed := *o
	set(&changed)
	if err := replaceRecord(c, o, &changed); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// lockable is the version whose lock the call is about.
func (f found) lockable(c *Call) (*store.Object, error) {
	b, err := c.bucket()
	switch {
	case err != nil:
		return nil, err
	case b.ObjectLock == nil:
		return nil, bucketHasNoLock()
	}
	return f.unmarked(c)
}

type settingRetention struct{ relocking }

// beginPutObjectRetention also says what the retention that is there holds against
// the one that is to be set.
func beginPutObjectRetention(c *Call) (doing, []*authz.Request, error) {
	var p settingRetention
	if c.Unproved == nil {
		p.lockDraft = retentionInBody(c)
	}
	own := p.terms.conditions(c.Now)
	f, questions := c.asks("s3:PutObjectRetention", "s3:PutObjectRetention", own...)
	p.found = f
	if o := f.object; o != nil {
		p.onto(o.Retention, c.Now)
		if p.err == nil && loosens(o.Retention, p.retention, c.Now) {
			questions[0].Lock = retentionLock(c, o)
		}
	}
	return &p, append(questions, bypassQuestion(c, c.Key, own...)...), nil
}

func (p *settingRetention) serve(c *Call) (*Reply, error) {
	return p.relock(c, func(o *store.Object) { o.Retention = p.retention })
}

// loosens says that a retention protects less than the one before: it is shorter,
// none, or of the other mode (S3 User Guide, "Retention modes"; Ceph's tests find
// that GOVERNANCE is not made COMPLIANCE without a bypass [unsure]); or it keeps the
// version for a shorter time once its event hold is released. To release it loosens
// nothing: the date that it leaves is the one that was told.
func loosens(before, after store.Retention, now time.Time) bool {
	shorter := after.EventHold.On() && after.EventHold.InDays() < before.EventHold.InDays()
	return after.Mode != before.Mode || after.Ends(now).Before(before.Ends(now)) || shorter
}

type settingLegalHold struct{ relocking }

func beginPutObjectLegalHold(c *Call) (doing, []*authz.Request, error) {
	var p settingLegalHold
	if c.Unproved == nil {
		p.lockDraft = holdInBody(c)
	}
	f, questions := c.asks("s3:PutObjectLegalHold", "s3:PutObjectLegalHold", p.terms.conditions(c.Now)...)
	p.found = f
	return &p, questions, nil
}

func (p *settingLegalHold) serve(c *Call) (*Reply, error) {
	return p.relock(c, func(o *store.Object) {
		o.LegalHold, o.HoldReleased = p.terms.hold == holdOn, p.terms.hold == holdOff
	})
}

func serveGetObjectRetention(f found, c *Call) (*Reply, error) {
	o, err := f.lockable(c)
	if err != nil {
		return nil, err
	}
	if o.Retention.Mode == "" {
		return nil, s3err.New(s3err.NoSuchObjectLockConfiguration)
	}
	r := o.Retention
	return xmlReply(nil, retentionXML{
		Mode: r.Mode, Until: lockDate(r.Ends(c.Now)), Event: eventStatus(r), Duration: holdOf(r.EventHold),
	}), nil
}

func serveGetObjectLegalHold(f found, c *Call) (*Reply, error) {
	o, err := f.lockable(c)
	if err != nil {
		return nil, err
	}
	if !o.LegalHold && !o.HoldReleased {
		return nil, s3err.New(s3err.NoSuchObjectLockConfiguration)
	}
	return xmlReply(nil, legalHoldXML{Status: holdStatus(o)}), nil
}
