package s3api

import (
	"cmp"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// lockDraft is the lock that the body of PutObjectRetention or PutObjectLegalHold
// sets. One that cannot be read is told to those who may set any.
type lockDraft struct {
	terms     lockTerms
	retention store.Retention
	err       error
}

// retentionInBody reads a retention; an empty one takes the object's away.
func retentionInBody(c *Call) lockDraft {
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
		d.err = d.read(c.Now)
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
func (d *lockDraft) read(now time.Time) error {
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
	case !until.After(now):
		return s3err.Argument("The retain until date must be in the future!", "RetainUntilDate", t.until)
	}
	d.retention.Until = until.UTC()
	return nil
}

// onto makes of what PutObjectRetention sets the retention that comes of it, given the
// one that is there: an event hold stays on until it is released [unsure], and a released
// one leaves its date behind.
func (d *lockDraft) onto(before store.Retention, now time.Time) {
	if d.err != nil || !d.terms.retains() {
		return
	}
	after := &d.retention
	after.Mode = cmp.Or(after.Mode, before.Mode)
	if after.Until.IsZero() {
		after.Until = before.Until
	}
	switch d.terms.event.status {
	case "":
		after.EventHold, after.HoldReleased = before.EventHold, before.HoldReleased
	case holdOff:
		after.EventHold = before.EventHold
		after.Until, after.EventHold = after.Ends(now), world.EventHold{}
		if after.HoldReleased = true; after.Mode == "" || after.Until.IsZero() {
			d.err = noDate(eventInBody)
		}
	}
}

// holdInBody reads a legal hold.
func holdInBody(c *Call) lockDraft {
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
