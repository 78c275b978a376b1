package s3api

import (
	"encoding/xml"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
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
}

const lockEnabled = "Enabled"

// The longest default retention (S3 API Reference, "DefaultRetention").
const maxRetentionDays, maxRetentionYears = 36500, 100

func serveGetObjectLockConfiguration(c *Call) (*Reply, *s3err.Error) {
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
		d := &lockDefault{Mode: l.Mode}
		if d.Days = &l.Days; l.Years != 0 {
			d.Days, d.Years = nil, &l.Years
		}
		body.Rule = &lockRule{d}
	}
	return xmlReply(nil, body), nil
}

func servePutObjectLockConfiguration(c *Call) (*Reply, *s3err.Error) {
	var body struct {
		Enabled string `xml:"ObjectLockEnabled"`
		Rule    *lockRule
	}
	if err := c.readXML("ObjectLockConfiguration", settingsBody, &body); err != nil {
		return nil, err
	}
	if body.Enabled != lockEnabled {
		return nil, s3err.New(s3err.MalformedXML)
	}
	l, err := body.Rule.lock()
	if err != nil {
		return nil, err
	}
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if b.Versioning != world.VersioningEnabled {
		return nil, s3err.New(s3err.InvalidBucketState).WithMessage("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.ObjectLock = l }); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// lock reads the rule: the retention of new versions, of days or of years. Without
// one there is none, and what is locked stays so.
func (r *lockRule) lock() (*world.ObjectLock, *s3err.Error) {
	if r == nil {
		return &world.ObjectLock{}, nil
	}
	d := r.DefaultRetention
	if d == nil || d.Mode != authz.Governance && d.Mode != authz.Compliance || (d.Days == nil) == (d.Years == nil) {
		return nil, s3err.New(s3err.MalformedXML)
	}
	l := &world.ObjectLock{Mode: d.Mode}
	period, name, most := d.Days, "Days", maxRetentionDays
	if d.Years != nil {
		period, name, most = d.Years, "Years", maxRetentionYears
		l.Years = *period
	} else {
		l.Days = *period
	}
	switch {
	case *period <= 0:
		return nil, s3err.Argument("Default retention period must be a positive integer value.", name, decimal(int64(*period)))
	case *period > most:
		// Its words are not recorded [unsure].
		return nil, s3err.Argument("Default retention period is too large.", name, decimal(int64(*period)))
	}
	return l, nil
}
