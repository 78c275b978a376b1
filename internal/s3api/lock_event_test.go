package s3api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// newEventBench is a newLockBench whose S3 has event holds.
func newEventBench(t testing.TB) *bench {
	b := newLockBench(t)
	b.asOf(t, 2026, time.September, 8)
	return b
}

// locked is an upload of "hello" with terms of Object Lock.
func locked(headers ...string) sending {
	return put("/my-bucket/k", "hello", append([]string{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}, headers...)...)
}

// retention is the body of a PutObjectRetention.
func retention(elements string, headers ...string) sending {
	return put("/my-bucket/k?retention", "<Retention>"+elements+"</Retention>", headers...)
}

const (
	governance = "<Mode>GOVERNANCE</Mode>"
	compliance = "<Mode>COMPLIANCE</Mode>"
	eventOn    = "<EventHold>ON</EventHold>"
	eventOff   = "<EventHold>OFF</EventHold>"
	monthLong  = "<EventHoldDuration><Days>30</Days></EventHoldDuration>"
	yearLong   = "<EventHoldDuration><Years>1</Years></EventHoldDuration>"
)

// told is what S3 tells of the lock of my-bucket/k, in the headers of GET and HEAD and
// as GetObjectRetention has it: mode, date, event hold, days, years.
func (b *bench) told(t *testing.T) string {
	t.Helper()
	var all []string
	for _, method := range []string{"GET", "HEAD"} {
		h := b.must(t, sending{method: method, target: "/my-bucket/k"}).header
		all = append(all, strings.Join([]string{h.Get(lockMode), h.Get(lockUntil), h.Get(lockEvent), h.Get(lockEventDays),
			h.Get(lockEventYears)}, " "))
	}
	a := b.must(t, get("/my-bucket/k?retention")).body
	all = append(all, strings.Join([]string{element(a, "Mode"), element(a, "RetainUntilDate"), element(a, "EventHold"),
		element(a, "Days"), element(a, "Years")}, " "))
	if all[0] != all[1] || all[0] != all[2] {
		t.Errorf("told in three ways: %q", all)
	}
	return strings.TrimRight(all[0], " ")
}

// What comes of the terms of uploads, as the clock goes on: the bench's is 2026-01-02.
func TestEventHoldOfAnUpload(t *testing.T) {
	rows := []struct {
		name    string
		headers []string
		before  string // told at once
		after   string // told ten days later
	}{
		{"days", []string{lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "30"},
			"GOVERNANCE 2026-02-01T03:04:05.600Z ON 30", "GOVERNANCE 2026-02-11T03:04:05.600Z ON 30"},
		{"a year has 365 days", []string{lockMode, "COMPLIANCE", lockEvent, "ON", lockEventYears, "3"},
			"COMPLIANCE 2029-01-01T03:04:05.600Z ON  3", "COMPLIANCE 2029-01-11T03:04:05.600Z ON  3"},
		{"never before the date that was set", []string{lockMode, "GOVERNANCE", lockUntil, "2026-02-05T00:00:00Z", lockEvent,
			"ON", lockEventDays, "30"}, "GOVERNANCE 2026-02-05T00:00:00.000Z ON 30",
			"GOVERNANCE 2026-02-11T03:04:05.600Z ON 30"},
		{"off, with a date", []string{lockMode, "GOVERNANCE", lockUntil, later, lockEvent, "OFF"},
			"GOVERNANCE 2027-01-01T00:00:00.000Z OFF", "GOVERNANCE 2027-01-01T00:00:00.000Z OFF"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			b := newEventBench(t)
			b.must(t, locked(row.headers...))
			if got := b.told(t); got != row.before {
				t.Errorf("told %q, want %q", got, row.before)
			}
			b.now = b.now.AddDate(0, 0, 10)
			if got := b.told(t); got != row.after {
				t.Errorf("ten days later: told %q, want %q", got, row.after)
			}
		})
	}
}

// Copies and uploads in parts take the same headers, and the source's lock is not copied.
func TestEventHoldOfCopiesAndParts(t *testing.T) {
	terms := []string{lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "7"}
	const want = "GOVERNANCE 2026-01-09T03:04:05.600Z ON 7"
	b := newEventBench(t)
	b.must(t, put("/my-bucket/from", "hello"))
	b.must(t, copyTo("/my-bucket/k", "my-bucket/from", terms...))
	if got := b.told(t); got != want {
		t.Errorf("a copy: %q", got)
	}
	b.must(t, copyTo("/my-bucket/other", "my-bucket/k"))
	if h := b.must(t, get("/my-bucket/other")).header; h.Get(lockMode) != "" || h.Get(lockEvent) != "" {
		t.Errorf("a copy of what is held: %v", h)
	}
	id := b.begin(t, "/my-bucket/k", terms...)
	etag := b.must(t, part("/my-bucket/k", id, 1, "hello")).header.Get("ETag")
	b.must(t, complete("/my-bucket/k", id, "1 "+etag))
	if got := b.told(t); got != want {
		t.Errorf("parts: %q", got)
	}
}

// PutObjectRetention puts a hold on, changes it and releases it.
func TestPutObjectRetentionOfEventHolds(t *testing.T) {
	until := func(date string) string { return "<RetainUntilDate>" + date + "</RetainUntilDate>" }
	held := []string{lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "30"}
	dated := []string{lockMode, "GOVERNANCE", lockUntil, later}
	rows := []struct {
		name   string
		first  []string
		q      sending
		status int
		want   string
	}{
		{"on, without a date", nil, retention(compliance + eventOn + monthLong), 200,
			"COMPLIANCE 2026-02-01T03:04:05.600Z ON 30"},
		{"on, with a later date", nil, retention(governance + until(later) + eventOn + monthLong), 200,
			"GOVERNANCE 2027-01-01T00:00:00.000Z ON 30"},
		{"on keeps the date that is there", dated, retention(governance + eventOn + monthLong), 200,
			"GOVERNANCE 2027-01-01T00:00:00.000Z ON 30"},
		{"released", held, retention(governance + eventOff), 200, "GOVERNANCE 2026-02-01T03:04:05.600Z OFF"},
		{"released, without a mode", held, retention(eventOff), 200, "GOVERNANCE 2026-02-01T03:04:05.600Z OFF"},
		{"released, with a later date", held, retention(governance + until(later) + eventOff), 200,
			"GOVERNANCE 2027-01-01T00:00:00.000Z OFF"},
		{"released, with an earlier date", held, retention(governance + until(soon) + eventOff), 200,
			"GOVERNANCE 2026-02-01T03:04:05.600Z OFF"},
		{"released, with a later date set", append([]string{lockUntil, later}, held...), retention(governance + eventOff),
			200, "GOVERNANCE 2027-01-01T00:00:00.000Z OFF"},
		{"longer", held, retention(governance + eventOn + yearLong), 200, "GOVERNANCE 2027-01-02T03:04:05.600Z ON  1"},
		{"shorter", held, retention(governance + eventOn + "<EventHoldDuration><Days>29</Days></EventHoldDuration>"), 403,
			""},
		{"shorter behind a later date", append([]string{lockUntil, later}, held...), retention(governance + eventOn +
			"<EventHoldDuration><Days>29</Days></EventHoldDuration>"), 403, ""},
		{"shorter, bypassed", held, retention(governance+eventOn+"<EventHoldDuration><Days>29</Days></EventHoldDuration>",
			lockBypass, "true"), 200, "GOVERNANCE 2026-01-31T03:04:05.600Z ON 29"},
		{"of another mode", held, retention(compliance + eventOn + yearLong), 403, ""},
		{"taken away", held, retention(""), 403, ""},
		{"taken away, bypassed", held, retention("", lockBypass, "true"), 200, "none"},
		{"a date alone leaves the hold on", held, retention(governance + until(later)), 200,
			"GOVERNANCE 2027-01-01T00:00:00.000Z ON 30"},
		{"an earlier date changes nothing", held, retention(governance + until(soon)), 200,
			"GOVERNANCE 2026-02-01T03:04:05.600Z ON 30"},
		{"off where there is a date", dated, retention(eventOff), 200, "GOVERNANCE 2027-01-01T00:00:00.000Z OFF"},
		{"off and earlier", dated, retention(governance + until(soon) + eventOff), 403, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			b := newEventBench(t)
			b.must(t, locked(row.first...))
			a, decisions := b.asked(t, row.q)
			if a.status != row.status || row.status == 403 && (a.err.Message != protected ||
				!slices.Contains(decisions[0].DeniedBy, authz.ObjectLock)) {
				t.Fatalf("%d %v %+v", a.status, a.err, decisions)
			}
			switch row.want {
			case "":
			case "none":
				b.do(t, get("/my-bucket/k?retention")).refused(t, s3err.NoSuchObjectLockConfiguration, "")
			default:
				if got := b.told(t); got != row.want {
					t.Errorf("told %q, want %q", got, row.want)
				}
			}
		})
	}
}

// A running hold protects the version, however long ago it was put on.
func TestEventHoldProtects(t *testing.T) {
	b := newEventBench(t)
	v := version(b.must(t, locked(lockMode, "COMPLIANCE", lockEvent, "ON", lockEventDays, "1")))
	b.now = b.now.AddDate(5, 0, 0)
	b.asOf(t, 2026, time.September, 8)
	a, decisions := b.asked(t, remove("/my-bucket/k?versionId="+v, lockBypass, "true"))
	if a.err == nil || a.err.Message != protected || !strings.Contains(lockDetail(decisions), "event hold") {
		t.Fatalf("%v %+v", a.err, decisions[0])
	}
	b.must(t, remove("/my-bucket/k")) // a marker on top
	b.must(t, put("/my-bucket/k?retention&versionId="+v, "<Retention>"+compliance+eventOff+"</Retention>"))
	if a, _ := b.asked(t, remove("/my-bucket/k?versionId="+v)); a.err == nil {
		t.Error("deleted within the day that it is kept")
	}
	b.now = b.now.AddDate(0, 0, 1).Add(time.Second)
	if a, _ := b.asked(t, remove("/my-bucket/k?versionId="+v)); a.err != nil {
		t.Errorf("kept for more than the day: %v", a.err)
	}
}

// lockDetail is what the layer object-lock found.
func lockDetail(decisions []authz.Decision) string {
	for _, d := range decisions {
		for _, f := range d.Findings {
			if f.Layer == authz.ObjectLock && f.Effect == authz.ExplicitDeny {
				return f.Detail
			}
		}
	}
	return ""
}

func TestDefaultEventHold(t *testing.T) {
	rule := func(x string) sending {
		return lockConfig("<Rule><DefaultRetention>" + x + "</DefaultRetention></Rule>")
	}
	const hold = "<DefaultEventHold><Days>30</Days></DefaultEventHold>"
	b := newEventBench(t)
	for given, want := range map[string]string{
		compliance + hold:                      "COMPLIANCE 2026-02-01T03:04:05.600Z ON 30",
		governance + "<Years>1</Years>" + hold: "GOVERNANCE 2027-01-02T03:04:05.600Z ON 30",
	} {
		b.must(t, rule(given))
		if a := b.must(t, get("/my-bucket?object-lock")).body; !strings.Contains(a,
			"<DefaultRetention>"+given+"</DefaultRetention>") {
			t.Errorf("%s comes back as %s", given, a)
		}
		b.must(t, locked())
		if got := b.told(t); got != want {
			t.Errorf("%s: told %q, want %q", given, got, want)
		}
	}
	b.must(t, rule(governance+"<Years>1</Years>"+hold))
	b.must(t, locked(lockEvent, "OFF"))
	if got := b.told(t); !strings.HasSuffix(got, " OFF") {
		t.Errorf("without the hold of the default: %q", got)
	}
	b.must(t, locked(lockMode, "GOVERNANCE", lockUntil, later))
	if got := b.told(t); got != "GOVERNANCE 2027-01-01T00:00:00.000Z" {
		t.Errorf("its own retention: %q", got)
	}
	b.must(t, rule(compliance+hold))
	b.do(t, locked(lockEvent, "OFF")).refused(t, s3err.InvalidArgument,
		"An event hold that is OFF requires a retain until date")
	for given, code := range map[string]s3err.Code{
		governance + "<DefaultEventHold/>":                                                 s3err.InvalidArgument,
		governance + "<DefaultEventHold><Days>1</Days><Years>1</Years></DefaultEventHold>": s3err.InvalidArgument,
		governance + "<DefaultEventHold><Days>36501</Days></DefaultEventHold>":             s3err.InvalidArgument,
		governance + "<Days>1</Days><DefaultEventHold><Years>0</Years></DefaultEventHold>": s3err.InvalidArgument,
		governance + "<DefaultEventHold><Days>a few</Days></DefaultEventHold>":             s3err.MalformedXML,
		"<DefaultEventHold><Days>1</Days></DefaultEventHold>":                              s3err.MalformedXML,
		governance + "<Days>1</Days><Years>1</Years>" + hold:                               s3err.MalformedXML,
	} {
		b.do(t, rule(given)).refused(t, code, "")
	}
}

func TestEventHoldRefusals(t *testing.T) {
	rows := []struct {
		name    string
		q       sending
		code    s3err.Code
		message string
		about   string
	}{
		{"on without a mode", locked(lockEvent, "ON", lockEventDays, "1"), s3err.InvalidArgument, lockEvent + " and " +
			lockMode + " must both be supplied", lockMode},
		{"on with a date and no mode", locked(lockUntil, later, lockEvent, "ON", lockEventDays, "1"), s3err.InvalidArgument,
			"", lockMode},
		{"on without a duration", locked(lockMode, "GOVERNANCE", lockEvent, "ON"), s3err.InvalidArgument, "", lockEventDays},
		{"on with two", locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "1", lockEventYears, "1"),
			s3err.InvalidArgument, "", lockEventDays},
		{"off with a duration", locked(lockMode, "GOVERNANCE", lockUntil, later, lockEvent, "OFF", lockEventDays, "1"),
			s3err.InvalidArgument, "", lockEvent},
		{"a duration alone", locked(lockEventYears, "1"), s3err.InvalidArgument, "", lockEvent},
		{"off without a date", locked(lockEvent, "OFF"), s3err.InvalidArgument, "", lockEvent},
		{"off with a mode alone", locked(lockMode, "GOVERNANCE", lockEvent, "OFF"), s3err.InvalidArgument, "", lockUntil},
		{"no days", locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "0"), s3err.InvalidArgument, "",
			lockEventDays},
		{"too many days", locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "36501"), s3err.InvalidArgument, "",
			lockEventDays},
		{"too many years", locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventYears, "101"), s3err.InvalidArgument, "",
			lockEventYears},
		{"no number", locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "a week"), s3err.InvalidArgument, "",
			lockEventDays},
		{"neither on nor off", locked(lockMode, "GOVERNANCE", lockEvent, "on", lockEventDays, "1"), s3err.InvalidArgument,
			"", lockEvent},
		{"a past date", locked(lockMode, "GOVERNANCE", lockUntil, past, lockEvent, "ON", lockEventDays, "1"),
			s3err.InvalidArgument, "The retain until date must be in the future!", lockUntil},
		{"body: on without a mode", retention(eventOn + monthLong), s3err.InvalidArgument, "", "Mode"},
		{"body: on without a duration", retention(governance + eventOn), s3err.InvalidArgument, "", "Days"},
		{"body: off with a duration", retention(governance + eventOff + monthLong), s3err.InvalidArgument, "", "EventHold"},
		{"body: a duration alone", retention(governance + monthLong), s3err.InvalidArgument, "", "EventHold"},
		{"body: off without a date", retention(governance + eventOff), s3err.InvalidArgument, "", "EventHold"},
		{"body: too long", retention(governance + eventOn + "<EventHoldDuration><Years>101</Years></EventHoldDuration>"),
			s3err.InvalidArgument, "", "Years"},
		{"body: neither on nor off", retention(governance + "<EventHold>on</EventHold>"), s3err.InvalidArgument, "",
			"EventHold"},
		{"body: empty", retention(governance + "<EventHold></EventHold>"), s3err.MalformedXML, "", ""},
		{"body: a mode alone", retention(governance), s3err.MalformedXML, "", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			b := newEventBench(t)
			b.must(t, put("/my-bucket/k", "hello"))
			if row.about == "" {
				b.do(t, row.q).refused(t, row.code, row.message)
				return
			}
			b.do(t, row.q).refused(t, row.code, row.message, s3err.E("ArgumentName", row.about))
		})
	}
	b := newBench(t)
	b.asOf(t, 2026, time.September, 8)
	b.do(t, locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "1")).refused(t, s3err.InvalidRequest,
		"Bucket is missing Object Lock Configuration")
	b.do(t, locked(lockEvent, "ON")).refused(t, s3err.InvalidArgument, "")
}

// The day before, headers and elements of event holds say nothing.
func TestEventHoldsBeforeTheirDay(t *testing.T) {
	b := newLockBench(t)
	b.asOf(t, 2026, time.September, 7)
	b.must(t, locked(lockEvent, "ON", lockEventDays, "1"))
	b.do(t, get("/my-bucket/k?retention")).refused(t, s3err.NoSuchObjectLockConfiguration, "")
	b.do(t, locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "1")).refused(t, s3err.InvalidArgument,
		lockUntil+" and "+lockMode+" must both be supplied")
	b.do(t, retention(governance+eventOn+monthLong)).refused(t, s3err.MalformedXML, "")
	b.do(t, lockConfig("<Rule><DefaultRetention>"+governance+"<DefaultEventHold><Days>1</Days></DefaultEventHold></DefaultRetention></Rule>")).refused(t, s3err.MalformedXML, "")
	plain := newBench(t)
	plain.must(t, locked(lockEvent, "ON", lockEventDays, "1"))
}

// The condition keys are what the request says, a year being 365 days.
func TestKeysOfEventHolds(t *testing.T) {
	b := newEventBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	b.edit(t, func(b *world.Bucket) {
		b.ObjectLock = &world.ObjectLock{Mode: authz.Governance, EventHold: world.EventHold{Days: 3}}
	})
	const status, days = "s3:object-lock-event-hold", "s3:object-lock-event-hold-duration-days"
	for _, row := range []struct {
		q            sending
		status, days string
	}{
		{locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventYears, "2"), "ON", "730"},
		{locked(lockEvent, "OFF"), "OFF", ""},
		{locked(lockMode, "GOVERNANCE", lockEvent, "ON", lockEventDays, "many"), "ON", ""},
		{locked(), "", ""},
		{retention(governance + eventOn + yearLong), "ON", "365"},
		{retention(eventOff), "OFF", ""},
	} {
		c := b.call(t, row.q)
		c.Moment = b.live.Now()
		questions, err := opening(c)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		for _, q := range questions {
			if q.Action != "s3:PutObject" && q.Action != "s3:PutObjectRetention" {
				continue
			}
			asked++
			for key, want := range map[string]string{status: row.status, days: row.days} {
				if got, _ := q.Context.Get(key); strings.Join(got, ",") != want {
					t.Errorf("%s of %s is %q, want %q", key, q.Action, got, want)
				}
			}
		}
		if wanted := row.status != "" && c.Op.Name == "PutObject"; asked != 1 && !wanted || wanted && asked != 2 {
			t.Errorf("%s asks %d questions", c.Op.Name, asked)
		}
		c.Close()
	}
}
