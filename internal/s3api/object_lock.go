package s3api

import (
	"cmp"
	"encoding/xml"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3api/configuration"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// objectLockXML is a bucket's Object Lock configuration.
type objectLockXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ObjectLockConfiguration"`
	Enabled string   `xml:"ObjectLockEnabled"`
	Rule    *lockRule
}

type lockRule struct{ DefaultRetention *lockDefault }

type lockDefault struct {
	Mode  string `xml:",omitempty"`
	Days  *int   `xml:",omitempty"`
	Years *int   `xml:",omitempty"`
	// EventHold is put on every new version, beside or in the place of a period.
	EventHold *holdXML `xml:"DefaultEventHold"`
}

const lockEnabled = "Enabled"

func serveGetObjectLockConfiguration(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	l := b.ObjectLock
	if l == nil {
		return nil, s3err.New(s3err.ObjectLockConfigurationNotFoundError, s3err.E("BucketName", b.Name))
	}
	body := objectLockXML{Enabled: lockEnabled}
	if l.Mode != "" {
		d := &lockDefault{Mode: l.Mode, EventHold: holdOf(l.EventHold)}
		switch {
		case l.Days != 0:
			d.Days = &l.Days
		case l.Years != 0:
			d.Years = &l.Years
		}
		body.Rule = &lockRule{d}
	}
	return xmlReply(nil, body), nil
}

func servePutObjectLockConfiguration(c *Call) (*Reply, error) {
	var body struct {
		Enabled string `xml:"ObjectLockEnabled"`
		Rule    *lockRule
	}
	if err := digestRequired(c, configuration.LacksDigest); err != nil { // (versitygw#1301)
		return nil, err
	}
	if err := readSetting(c, "ObjectLockConfiguration", &body); err != nil {
		return nil, err
	}
	if body.Enabled != lockEnabled {
		return nil, s3err.New(s3err.MalformedXML)
	}
	l, err := lockOfRule(body.Rule, c.State().Answers)
	if err != nil {
		return nil, err
	}
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if b.Versioning != world.VersioningEnabled {
		refused := s3err.New(s3err.InvalidBucketState).WithMessage(
			"Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
		return nil, cause.Explain(refused, journal.Cause{
			Text: "Object Lock needs a bucket with versions", Element: "versioning",
			Wanted: string(world.VersioningEnabled), Seen: cmp.Or(string(b.Versioning), "never enabled"),
			Cures: []journal.Change{cause.Cure("enable versioning first.", cause.Command("aws", "s3api", "put-bucket-versioning",
				"--bucket", b.Name, "--versioning-configuration", "Status=Enabled"))},
		})
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.ObjectLock = l }); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// lockOfRule reads the rule: the retention of new versions, of days or of years, and
// their event hold. Without one there is none, and what is locked stays so.
func lockOfRule(r *lockRule, answers world.Answers) (*world.ObjectLock, error) {
	if r == nil {
		return &world.ObjectLock{}, nil
	}
	d := r.DefaultRetention
	if d != nil && !answers.Has(world.EventHolds) {
		d.EventHold = nil
	}
	if d == nil || d.Mode != authz.Governance && d.Mode != authz.Compliance ||
		d.Days != nil && d.Years != nil || d.Days == nil && d.Years == nil && d.EventHold == nil {
		return nil, s3err.New(s3err.MalformedXML)
	}
	l := &world.ObjectLock{Mode: d.Mode}
	if err := d.period(l); err != nil || d.EventHold == nil {
		return l, err
	}
	var err error
	l.EventHold, err = d.EventHold.terms(holdOn).read(eventInBody)
	return l, err
}

// period reads the days or years. Of what is wrong S3 tells the name and not the value
// (recorded).
func (d *lockDefault) period(l *world.ObjectLock) error {
	for _, p := range []struct {
		name string
		sent *int
		most int
		into *int
	}{{"Days", d.Days, maxRetentionDays, &l.Days}, {"Years", d.Years, maxRetentionYears, &l.Years}} {
		switch {
		case p.sent == nil:
			continue
		case *p.sent <= 0:
			return lockRefused(p.name, "Default retention period must be a positive integer value.")
		case *p.sent > p.most:
			return lockRefused(p.name, "Default retention period too large.")
		}
		*p.into = *p.sent
	}
	return nil
}
