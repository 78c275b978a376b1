package scenarios

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// lockDoc is a bucket's Object Lock: an empty mapping, or the retention that new
// versions get.
type lockDoc struct {
	At    *node  `yaml:"-"`
	Mode  string `yaml:"mode"`
	Days  int    `yaml:"days"`
	Years int    `yaml:"years"`
}

var retentionModes = []string{authz.Governance, authz.Compliance}

// The longest default retention (S3 API Reference, "DefaultRetention").
const maxRetentionDays, maxRetentionYears = 36500, 100

func (d *lockDoc) validate() error {
	if err := oneOf(d.At.get("mode"), "mode", d.Mode, retentionModes); err != nil {
		return err
	}
	switch given := d.Days != 0 || d.Years != 0; {
	case given != (d.Mode != "") || d.Days != 0 && d.Years != 0:
		return fail(d.At, "a default retention has a mode, and either days or years")
	case d.Days < 0 || d.Days > maxRetentionDays || d.Years < 0 || d.Years > maxRetentionYears:
		return fail(d.At, "a default retention is of 1 to %d days, or 1 to %d years", maxRetentionDays, maxRetentionYears)
	}
	return nil
}

// retentionDoc is an object's retention; none keeps the bucket's default away.
type retentionDoc struct {
	none  bool
	mode  string
	until expiryDoc
}

func (d *retentionDoc) decode(n *node) error {
	if d.none = n.isNone(); d.none {
		return nil
	}
	var r struct {
		Mode  string    `yaml:"mode"`
		Until expiryDoc `yaml:"until"`
	}
	if err := decode(n, &r); err != nil {
		return err
	}
	d.mode, d.until = r.Mode, r.Until
	if d.mode == "" || r.Until == (expiryDoc{}) {
		return fail(n, "a retention has mode and until")
	}
	return oneOf(n.get("mode"), "mode", d.mode, retentionModes)
}

// retention is what protects an object of the file that was written at the time
// now, in the bucket.
func (d *objectDoc) retention(b *world.Bucket, now time.Time) store.Retention {
	switch {
	case d.Retention != nil && !d.Retention.none:
		return store.Retention{Mode: d.Retention.mode, Until: d.Retention.until.from(now).UTC()}
	case d.Retention == nil && b.ObjectLock != nil && b.ObjectLock.Mode != "":
		return store.Retention{Mode: b.ObjectLock.Mode, Until: b.ObjectLock.Until(now).UTC()}
	}
	return store.Retention{}
}

// checkLock refuses what protects an object where the bucket has no Object Lock.
func (d *objectDoc) checkLock(b *world.Bucket) error {
	if b.ObjectLock != nil {
		return nil
	}
	for _, name := range []string{"retention", "legal_hold"} {
		if at := d.At.get(name); at != nil && !at.isNone() && at.text != "false" {
			return fail(at, "%s needs a bucket with object_lock, and %s has none", name, b.Name)
		}
	}
	return nil
}

// protect sets the bucket's versioning and Object Lock, which needs versioning.
func (d *bucketDoc) protect(b *world.Bucket) error {
	if err := oneOf(d.At.get("versioning"), "value", d.Versioning, versionings); err != nil {
		return err
	}
	b.Versioning, b.MFADelete = world.Versioning(d.Versioning), d.MFADelete
	if d.MFADelete && d.Versioning == "" && d.ObjectLock == nil {
		return fail(d.At.get("mfa_delete"), "mfa_delete needs versioning")
	}
	if d.ObjectLock == nil {
		return nil
	}
	if b.Versioning == world.VersioningSuspended {
		return fail(d.At.get("versioning"), "object_lock needs versioning Enabled")
	}
	b.Versioning = world.VersioningEnabled
	b.ObjectLock = &world.ObjectLock{Mode: d.ObjectLock.Mode, Days: d.ObjectLock.Days, Years: d.ObjectLock.Years}
	return nil
}

var versionings = []string{string(world.VersioningEnabled), string(world.VersioningSuspended)}

func describeLock(l *world.ObjectLock) *node {
	if l == nil {
		return nil
	}
	return newMapping().add("mode", optional(l.Mode)).add("days", count(l.Days)).add("years", count(l.Years))
}

// describeRetention says none where the bucket's default must not come in.
func describeRetention(r store.Retention, b *world.Bucket) *node {
	switch {
	case r.Mode != "":
		return newMapping().add("mode", newText(r.Mode)).add("until", newText(isoDate(r.Until)))
	case b.ObjectLock != nil && b.ObjectLock.Mode != "":
		return newText(none)
	}
	return nil
}
