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
	// EventHold is on every new version.
	EventHold *eventHoldDoc `yaml:"event_hold"`
}

var retentionModes = []string{authz.Governance, authz.Compliance}

// The longest default retention (S3 API Reference, "DefaultRetention").
const maxRetentionDays, maxRetentionYears = 36500, 100

func (d *lockDoc) validate() error {
	if err := oneOf(d.At.get("mode"), "mode", d.Mode, retentionModes); err != nil {
		return err
	}
	switch given := d.Days != 0 || d.Years != 0 || d.EventHold != nil; {
	case given != (d.Mode != "") || d.Days != 0 && d.Years != 0:
		return fail(d.At, "a default retention has a mode, and either days or years, or an event_hold, or both")
	case d.EventHold != nil && d.EventHold.released:
		return fail(d.At.get("event_hold"), "the event_hold of new objects is of days or of years")
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
	type retention struct { // with a name, for error texts
		Mode  string    `yaml:"mode"`
		Until expiryDoc `yaml:"until"`
	}
	var r retention
	if err := decode(n, &r); err != nil {
		return err
	}
	d.mode, d.until = r.Mode, r.Until
	if d.mode == "" {
		return fail(n, "a retention has mode and until")
	}
	return oneOf(n.get("mode"), "mode", d.mode, retentionModes)
}

// released is an event hold that was taken off.
const released = "released"

// eventHoldDoc is an event hold: the days or years for which it keeps a version once it
// is released; or that it was.
type eventHoldDoc struct {
	hold     world.EventHold
	released bool
}

func (d *eventHoldDoc) decode(n *node) error {
	if d.released = n.kind == textKind && n.text == released; d.released {
		return nil
	}
	if n.kind == textKind {
		return fail(n, "an event hold is {days: N}, {years: N} or %s", released)
	}
	type duration struct { // with a name, for error texts
		Days  int `yaml:"days"`
		Years int `yaml:"years"`
	}
	var h duration
	if err := decode(n, &h); err != nil {
		return err
	}
	if d.hold = world.EventHold(h); (h.Days == 0) == (h.Years == 0) ||
		h.Days < 0 || h.Days > maxRetentionDays || h.Years < 0 || h.Years > maxRetentionYears {
		return fail(n, "an event hold is of 1 to %d days, or 1 to %d years", maxRetentionDays, maxRetentionYears)
	}
	return nil
}

// retention is what protects an object of the file that was written at the time
// now, in the bucket.
func (d *objectDoc) retention(b *world.Bucket, now time.Time) store.Retention {
	switch {
	case d.Retention == nil:
		return store.DefaultRetention(b.ObjectLock, now)
	case d.Retention.none:
		return store.Retention{}
	}
	r := store.Retention{Mode: d.Retention.mode}
	if d.Retention.until != (expiryDoc{}) {
		r.Until = d.Retention.until.from(now).UTC()
	}
	if h := d.EventHold; h != nil {
		r.EventHold, r.HoldReleased = h.hold, h.released
	}
	return r
}

// checkLock refuses what protects an object where the bucket has no Object Lock, and
// half a retention.
func (d *objectDoc) checkLock(b *world.Bucket) error {
	for _, name := range []string{"retention", "event_hold", "legal_hold"} {
		if at := d.At.get(name); b.ObjectLock == nil && at != nil && !at.isNone() && at.text != "false" {
			return fail(at, "%s needs a bucket with object_lock, and %s has none", name, b.Name)
		}
	}
	retained := d.Retention != nil && !d.Retention.none
	switch held := d.EventHold != nil && !d.EventHold.released; {
	case d.EventHold != nil && !retained:
		return fail(d.At.get("event_hold"), "an event_hold needs a retention with a mode")
	case retained && !held && d.Retention.until == (expiryDoc{}):
		return fail(d.At.get("retention"), "a retention has mode and until, or a mode and an event_hold that is on")
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
	if h := d.ObjectLock.EventHold; h != nil {
		b.ObjectLock.EventHold = h.hold
	}
	return nil
}

var versionings = []string{string(world.VersioningEnabled), string(world.VersioningSuspended)}

func describeLock(l *world.ObjectLock) *node {
	if l == nil {
		return nil
	}
	return newMapping().add("mode", optional(l.Mode)).add("days", count(l.Days)).add("years", count(l.Years)).
		add("event_hold", describeEventHold(store.Retention{EventHold: l.EventHold}))
}

// describeEventHold is that of a retention; nil: it never had one.
func describeEventHold(r store.Retention) *node {
	switch h := r.EventHold; {
	case h.On():
		return newMapping().add("days", count(h.Days)).add("years", count(h.Years))
	case r.HoldReleased:
		return newText(released)
	}
	return nil
}

// describeRetention says none where the bucket's default must not come in.
func describeRetention(r store.Retention, b *world.Bucket) *node {
	switch {
	case r.Mode != "" && r.Until.IsZero():
		return newMapping().add("mode", newText(r.Mode))
	case r.Mode != "":
		return newMapping().add("mode", newText(r.Mode)).add("until", newText(isoDate(r.Until)))
	case b.ObjectLock != nil && b.ObjectLock.Mode != "":
		return newText(none)
	}
	return nil
}
