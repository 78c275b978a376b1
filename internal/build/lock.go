package build

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

var retentionModes = facts.OneOf("mode", authz.Governance, authz.Compliance)

// The longest default retention (S3 API Reference, "DefaultRetention").
const maxRetentionDays, maxRetentionYears = 36500, 100

// objectLock is a bucket's Object Lock: an empty mapping, or the retention that new
// versions get.
var objectLock = facts.Checked(facts.RecordIf(facts.New("lock",
	facts.Field("mode", retentionModes, func(l *world.ObjectLock) *string { return &l.Mode }).
		Says("who can shorten the retention: GOVERNANCE some, COMPLIANCE nobody"),
	facts.Field("days", facts.Number, func(l *world.ObjectLock) *int { return &l.Days }).
		Says("for how many days new versions are retained"),
	facts.Field("years", facts.Number, func(l *world.ObjectLock) *int { return &l.Years }).
		Says("for how many years new versions are retained"),
	facts.Fact("event_hold", eventHold, setDefaultHold,
		func(l *world.ObjectLock) hold { return hold{length: l.EventHold} }).
		Says("the event hold that new versions get"),
)), func(l *world.ObjectLock, n *tree.Node) error {
	switch given := l.Days != 0 || l.Years != 0 || l.EventHold.On(); {
	case given != (l.Mode != "") || l.Days != 0 && l.Years != 0:
		return tree.Fail(n, "a default retention has a mode, and either days or years, or an event_hold, or both")
	case l.Days < 0 || l.Days > maxRetentionDays || l.Years < 0 || l.Years > maxRetentionYears:
		return tree.Fail(n, "a default retention is of 1 to %d days, or 1 to %d years", maxRetentionDays, maxRetentionYears)
	}
	return nil
})

func setDefaultHold(l *world.ObjectLock, h hold, n *tree.Node) error {
	if h.released {
		return tree.Fail(n, "the event_hold of new objects is of days or of years")
	}
	l.EventHold = h.length
	return nil
}

// released is an event hold that was taken off.
const released = "released"

// hold is an event hold: how long it keeps a version once it is released; or that it
// was. The zero hold is none.
type hold struct {
	length   world.EventHold
	released bool
}

var eventHold = facts.Or(facts.Checked(facts.Record(holdLength), checkHold), facts.Words(released), isText,
	func(n *tree.Node) (hold, error) {
		if n.Text != released {
			return hold{}, tree.Fail(n, "an event hold is {days: N}, {years: N} or %s", released)
		}
		return hold{released: true}, nil
	}).Written(func(h hold) *tree.Node {
	if h.released && !h.length.On() {
		return tree.NewText(released)
	}
	return holdLength.Write(&h)
}).Unless(func(h hold) bool { return h == hold{} })

func isText(n *tree.Node) bool { return n.Kind == tree.Text }

var holdLength = facts.New("duration",
	facts.Field("days", facts.Number, func(h *hold) *int { return &h.length.Days }).
		Says("so many days"),
	facts.Field("years", facts.Number, func(h *hold) *int { return &h.length.Years }).
		Says("so many years"),
)

func checkHold(h hold, n *tree.Node) error {
	days, years := h.length.Days, h.length.Years
	if (days == 0) == (years == 0) || days < 0 || days > maxRetentionDays || years < 0 || years > maxRetentionYears {
		return tree.Fail(n, "an event hold is of 1 to %d days, or 1 to %d years", maxRetentionDays, maxRetentionYears)
	}
	return nil
}

// retention is what protects a version; none is nil, and keeps the bucket's default
// away.
type retention struct {
	mode  string
	until facts.Moment
}

var retained = facts.Or(
	facts.RecordIf(facts.New("retention",
		facts.Field("mode", retentionModes,
			func(r *retention) *string { return &r.mode }).
			Says("who can shorten it: GOVERNANCE some, COMPLIANCE nobody").Must("a retention has mode and until"),
		facts.Field("until", facts.When, func(r *retention) *facts.Moment { return &r.until }).
			Says("when it ends: a date, or a time from loading like 48h"),
	)), none, (*tree.Node).IsNone, func(*tree.Node) (*retention, error) { return nil, nil })

// protection is what protects an object of the file that is written at the time now.
func (o *objectIn) protection(now time.Time) store.Retention {
	switch {
	case o.node.Get("retention") == nil:
		return store.DefaultRetention(o.in.ObjectLock, now)
	case o.retention == nil:
		return store.Retention{}
	}
	r := store.Retention{Mode: o.retention.mode, EventHold: o.hold.length, HoldReleased: o.hold.released}
	if o.retention.until != (facts.Moment{}) {
		r.Until = o.retention.until.From(now).UTC()
	}
	return r
}

// checkLock refuses what protects an object where the bucket has no Object Lock, and
// half a retention.
func (o *objectIn) checkLock() error {
	for _, name := range []string{"retention", "event_hold", "legal_hold"} {
		if at := o.node.Get(name); o.in.ObjectLock == nil && at != nil && !at.IsNone() && at.Text != "false" {
			return tree.Fail(at, "%s needs a bucket with object_lock, and %s has none", name, o.in.Name)
		}
	}
	switch held := o.hold != (hold{}); {
	case held && o.retention == nil:
		return tree.Fail(o.node.Get("event_hold"), "an event_hold needs a retention with a mode")
	case o.retention != nil && !o.hold.length.On() && o.retention.until == (facts.Moment{}):
		return tree.Fail(o.node.Get("retention"), "a retention has mode and until, or a mode and an event_hold that is on")
	}
	return nil
}

// describeRetention says none where the bucket's default must not come in.
func (o *objectIn) describeRetention() *tree.Node {
	switch r := o.object.Retention; {
	case r.Mode != "":
		return retained.Write(&retention{r.Mode, facts.Moment{At: r.Until}})
	case o.in.ObjectLock != nil && o.in.ObjectLock.Mode != "":
		return tree.NewText(tree.None)
	}
	return nil
}
