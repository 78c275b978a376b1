package build_test

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

func TestEventHoldsAreBuilt(t *testing.T) {
	s := scenario(t, parse(t, text(t, "held")), "held")
	m := built(t, s)
	if l := *m.State.Buckets["my-bucket"].ObjectLock; l != (world.ObjectLock{Mode: authz.Compliance, Days: 10, EventHold: world.EventHold{Years: 1}}) {
		t.Errorf("the bucket's: %+v", l)
	}
	now := m.State.Clock.Now(loaded.Now).UTC()
	want := map[string]store.Retention{
		"new":   {Mode: authz.Compliance, Until: now.AddDate(0, 0, 10), EventHold: world.EventHold{Years: 1}},
		"held":  {Mode: authz.Governance, EventHold: world.EventHold{Days: 30}},
		"dated": {Mode: authz.Governance, Until: now.Add(480 * time.Hour), EventHold: world.EventHold{Days: 5}},
		"over":  {Mode: authz.Governance, Until: now.Add(480 * time.Hour), HoldReleased: true},
		"free":  {},
	}
	check := func(m *store.Moment) {
		t.Helper()
		for key, r := range want {
			if got := m.Index.Bucket("my-bucket").Current(key).Retention; got != r {
				t.Errorf("%s: %+v, want %+v", key, got, r)
			}
		}
	}
	check(m)
	check(patched(t, s, m, `{}`))
	want["held"] = store.Retention{Mode: authz.Governance, EventHold: world.EventHold{Years: 2}}
	want["dated"] = store.Retention{Mode: authz.Governance, Until: now.Add(480 * time.Hour)}
	check(patched(t, s, m, `{"buckets":{"my-bucket":{"objects":{"held":{"event_hold":{"days":null,"years":2}},"dated":{"event_hold":null}}}}}`))
}

func TestBadEventHolds(t *testing.T) {
	for _, row := range []struct{ name, old, new, want string }{
		{"of nothing", "event_hold: {days: 30}", "event_hold: {}", "12:70: an event hold is of 1 to 36500 days, or 1 to 100 years"},
		{"of both", "event_hold: {days: 30}", "event_hold: {days: 1, years: 1}", "12:70: an event hold is of 1 to 36500 days, or 1 to 100 years"},
		{"too long", "event_hold: {days: 30}", "event_hold: {years: 101}", "12:70: an event hold is of 1 to 36500 days, or 1 to 100 years"},
		{"negative", "event_hold: {days: 30}", "event_hold: {days: -1}", "12:70: an event hold is of 1 to 36500 days, or 1 to 100 years"},
		{"of another word", "event_hold: {days: 30}", "event_hold: OFF", "12:70: an event hold is {days: N}, {years: N} or released"},
		{"of another unit", "event_hold: {days: 30}", "event_hold: {day: 30}", `12:71: unknown key "day" in a duration (did you mean "days"?)`},
		{"without a mode", "retention: {mode: GOVERNANCE}, event_hold: {days: 30}", "event_hold: {days: 30}", "12:39: an event_hold needs a retention with a mode"},
		{"beside none", "retention: {mode: GOVERNANCE}, event_hold: {days: 30}", "retention: none, event_hold: {days: 30}", "12:56: an event_hold needs a retention with a mode"},
		{"released without a date", "event_hold: {days: 30}", "event_hold: released", "12:38: a retention has mode and until, or a mode and an event_hold that is on"},
		{"default without a mode", "{mode: COMPLIANCE, days: 10, event_hold: {years: 1}}", "{event_hold: {years: 1}}", "9:22: a default retention has a mode, and either days or years, or an event_hold, or both"},
		{"default that is released", "event_hold: {years: 1}", "event_hold: released", "9:63: the event_hold of new objects is of days or of years"},
		{"without Object Lock", "object_lock: {mode: COMPLIANCE, days: 10, event_hold: {years: 1}}",
			"versioning: Enabled", strings.Join([]string{
				"12:38: retention needs a bucket with object_lock, and my-bucket has none",
				"13:39: retention needs a bucket with object_lock, and my-bucket has none",
				"14:38: retention needs a bucket with object_lock, and my-bucket has none"}, "\n")},
	} {
		t.Run(row.name, func(t *testing.T) {
			if strings.Count(text(t, "held"), row.old) != 1 {
				t.Fatalf("%q is there %d times", row.old, strings.Count(text(t, "held"), row.old))
			}
			checkRefused(t, strings.Replace(text(t, "held"), row.old, row.new, 1), row.want)
		})
	}
}
