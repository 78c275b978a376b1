package s3api

import (
	"encoding/xml"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
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

// lockDraft is the lock that the body of PutObjectRetention or PutObjectLegalHold
// sets. One that cannot be read is told to those who may set any.
type lockDraft struct {
	terms     lockTerms
	retention store.Retention
	err       error
}

// retentionInBody reads a retention; an empty one takes the object's away.
func (c *Call) retentionInBody() lockDraft {
	var body retentionBody
	var d lockDraft
	if d.err = c.readXML("Retention", settingsBody, &body); d.err != nil {
		return d
	}
	if !c.State().Answers.Has(world.EventHolds) {
		body.Event, body.Duration = nil, nil
	}
	if body == (retentionBody{}) {
		return d
	}
	if d.terms, d.err = body.terms(); d.err == nil {
		d.err = d.read(c)
	}
	return d
}

// retentionBody is what PutObjectRetention sets.
type retentionBody struct {
	Mode     *string
	Until    *string  `xml:"RetainUntilDate"`
	Event    *string  `xml:"EventHold"`
	Duration *holdXML `xml:"EventHoldDuration"`
}

// terms are those of the body. An element that is there has a text.
func (b *retentionBody) terms() (lockTerms, error) {
	var t lockTerms
	var status string
	for _, e := range []struct{ from, into *string }{{b.Mode, &t.mode}, {b.Until, &t.until}, {b.Event, &status}} {
		if e.from == nil {
			continue
		}
		if *e.into = *e.from; *e.from == "" {
			return lockTerms{}, s3err.New(s3err.MalformedXML)
		}
	}
	t.event = b.Duration.terms(status)
	return t, nil
}

// read makes the retention of the terms. Mode and date go together, as elsewhere, but for
// an event hold, which needs the one to be put on and neither to be released.
func (d *lockDraft) read(c *Call) error {
	t, malformed := d.terms, s3err.New(s3err.MalformedXML)
	hold, refused := t.event.read(eventInBody)
	switch {
	case refused != nil:
		return refused
	case t.mode == "" && hold.On():
		return bothNeeded("EventHold", "Mode", "Mode")
	case t.mode == "" && (t.until != "" || t.event.status != holdOff), t.until == "" && t.event.status == "",
		t.mode != "" && t.mode != authz.Governance && t.mode != authz.Compliance:
		return malformed
	}
	d.retention = store.Retention{Mode: t.mode, EventHold: hold}
	if t.until == "" {
		return nil
	}
	until, err := time.Parse(time.RFC3339, t.until)
	switch {
	case err != nil:
		return malformed
	case !until.After(c.Now):
		return s3err.Argument("The retain until date must be in the future!", "RetainUntilDate", t.until)
	}
	d.retention.Until = until.UTC()
	return nil
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

func checksGetObjectRetention(c *Call) ([]*authz.Request, error) {
	return c.aboutObject("s3:GetObjectRetention", "s3:GetObjectRetention"), nil
}

func checksGetObjectLegalHold(c *Call) ([]*authz.Request, error) {
	return c.aboutObject("s3:GetObjectLegalHold", "s3:GetObjectLegalHold"), nil
}

// checksPutObjectRetention also says what the retention that is there holds against
// the one that is to be set.
func checksPutObjectRetention(c *Call) ([]*authz.Request, error) {
	if c.Unproved == nil {
		c.lock = c.retentionInBody()
	}
	questions := c.aboutObject("s3:PutObjectRetention", "s3:PutObjectRetention")
	if o := c.object; o != nil {
		c.lock.onto(c, o.Retention)
		if c.lock.err == nil && loosens(o.Retention, c.lock.retention, c.Now) {
			questions[0].Lock = c.retentionLock(o)
		}
	}
	return append(questions, c.bypassQuestion(c.Key)...), nil
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

func checksPutObjectLegalHold(c *Call) ([]*authz.Request, error) {
	if c.Unproved == nil {
		c.lock = c.holdInBody()
	}
	return c.aboutObject("s3:PutObjectLegalHold", "s3:PutObjectLegalHold"), nil
}

// lockable is the version whose lock the call is about. A delete marker has none,
// whether it is named or not.
func (c *Call) lockable() (*store.Object, error) {
	b, err := c.bucket()
	switch {
	case err != nil:
		return nil, err
	case b.ObjectLock == nil:
		return nil, bucketHasNoLock()
	case c.marker != nil:
		return nil, c.markerNamed(c.marker)
	}
	return c.existing(c)
}

func serveGetObjectRetention(c *Call) (*Reply, error) {
	o, err := c.lockable()
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

func serveGetObjectLegalHold(c *Call) (*Reply, error) {
	o, err := c.lockable()
	if err != nil {
		return nil, err
	}
	if !o.LegalHold && !o.HoldReleased {
		return nil, s3err.New(s3err.NoSuchObjectLockConfiguration)
	}
	return xmlReply(nil, legalHoldXML{Status: holdStatus(o)}), nil
}

func servePutObjectRetention(c *Call) (*Reply, error) {
	return c.relock(func(o *store.Object) { o.Retention = c.lock.retention })
}

func servePutObjectLegalHold(c *Call) (*Reply, error) {
	return c.relock(func(o *store.Object) {
		o.LegalHold, o.HoldReleased = c.lock.terms.hold == holdOn, c.lock.terms.hold == holdOff
	})
}

// relock puts a record with another lock in the place of the one that the call was
// decided on.
func (c *Call) relock(set func(*store.Object)) (*Reply, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if c.lock.err != nil { // before it looks whether the bucket has Object Lock (recorded)
		return nil, c.lock.err
	}
	o, err := c.lockable()
	if err != nil {
		return nil, err
	}
	changed := *o
	set(&changed)
	if err := c.replace(o, &changed); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}
