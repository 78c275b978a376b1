package s3api

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

var (
	lockBucket  = lockConfig(`<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>`)
	helloSummed = put("/my-bucket/k", "hello", "Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==")
)

func lockConfig(rule string) sending {
	return configure("object-lock", `<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`+
		`<ObjectLockEnabled>Enabled</ObjectLockEnabled>`+rule+`</ObjectLockConfiguration>`)
}

func retain(mode, until string, headers ...string) sending {
	return put("/my-bucket/k?retention",
		`<Retention><Mode>`+mode+`</Mode><RetainUntilDate>`+until+`</RetainUntilDate></Retention>`, headers...)
}

func anonymous(q sending) sending {
	q.anonymous = true
	return q
}

func holding(status string) sending {
	return put("/my-bucket/k?legal-hold", `<LegalHold><Status>`+status+`</Status></LegalHold>`)
}

// newLockBench is a bench whose my-bucket has Object Lock, without a default.
func newLockBench(t testing.TB) *bench {
	t.Helper()
	b := newBench(t)
	b.edit(t, func(b *world.Bucket) { b.Versioning, b.ObjectLock = world.VersioningEnabled, &world.ObjectLock{} })
	return b
}

const (
	soon  = "2026-01-02T04:00:00Z" // an hour after the bench's time
	later = "2027-01-01T00:00:00Z"
	past  = "2025-01-01T00:00:00Z"
)

// asked serves a call by way of every question, as the emulator does.
func (b *bench) asked(t testing.TB, q sending) (answered, []authz.Decision) {
	t.Helper()
	c := b.call(t, q)
	defer c.Close()
	c.Moment, c.Presented.Region = b.live.Now(), "us-east-1"
	questions, err := c.Checks()
	if err != nil {
		return refusal(err), nil
	}
	c.Decisions = decide(questions)
	if err := c.Refused(); err != nil {
		return refusal(err), c.Decisions
	}
	reply, err := c.Serve()
	if err != nil {
		return refusal(err), c.Decisions
	}
	return answered{status: max(reply.Status, 200), header: reply.Header}, c.Decisions
}

const protected = "Access Denied because object protected by object lock."

// What a lock lets become of a version, and of its own terms.
func TestLockedVersions(t *testing.T) {
	const bypass = "x-amz-bypass-governance-retention"
	governed := []string{lockMode, "GOVERNANCE", lockUntil, later}
	complied := []string{lockMode, "COMPLIANCE", lockUntil, later}
	empty := put("/my-bucket/k?retention", "<Retention/>")
	with := func(q sending, headers ...string) sending {
		q.headers = append(q.headers[:len(q.headers):len(q.headers)], headers...)
		return q
	}
	gone := remove("/my-bucket/k?versionId={version}")
	rows := []struct {
		name   string
		lock   []string
		do     sending
		denied bool
	}{
		{"free", nil, gone, false},
		{"GOVERNANCE", governed, gone, true},
		{"GOVERNANCE, bypassed", governed, with(gone, bypass, "true"), false},
		{"GOVERNANCE, bypass said to be false", governed, with(gone, bypass, "false"), true},
		{"COMPLIANCE", complied, gone, true},
		{"COMPLIANCE is not bypassed", complied, with(gone, bypass, "true"), true},
		{"hold", []string{lockHold, "ON"}, gone, true},
		{"hold is not bypassed", []string{lockHold, "ON"}, with(gone, bypass, "true"), true},
		{"hold off", []string{lockHold, "OFF"}, gone, false},
		{"a marker on top", complied, remove("/my-bucket/k"), false},
		{"a version on top", complied, put("/my-bucket/k", "x"), false},
		{"a copy on top", complied, copyTo("/my-bucket/k", "my-bucket/other"), false},

		{"GOVERNANCE longer", governed, retain("GOVERNANCE", "2028-01-01T00:00:00Z"), false},
		{"GOVERNANCE the same", governed, retain("GOVERNANCE", later), false},
		{"GOVERNANCE shorter", governed, retain("GOVERNANCE", soon), true},
		{"GOVERNANCE shorter, bypassed", governed, retain("GOVERNANCE", soon, bypass, "true"), false},
		{"GOVERNANCE to COMPLIANCE", governed, retain("COMPLIANCE", later), true},
		{"GOVERNANCE to COMPLIANCE, bypassed", governed, retain("COMPLIANCE", later, bypass, "true"), false},
		{"GOVERNANCE off", governed, empty, true},
		{"GOVERNANCE off, bypassed", governed, with(empty, bypass, "true"), false},
		{"COMPLIANCE longer", complied, retain("COMPLIANCE", "2028-01-01T00:00:00Z"), false},
		{"COMPLIANCE shorter", complied, retain("COMPLIANCE", soon, bypass, "true"), true},
		{"COMPLIANCE to GOVERNANCE", complied, retain("GOVERNANCE", later, bypass, "true"), true},
		{"COMPLIANCE off", complied, with(empty, bypass, "true"), true},
		{"nothing to shorten", nil, retain("GOVERNANCE", soon), false},
		{"retention under a hold", []string{lockHold, "ON"}, retain("GOVERNANCE", soon), false},
		{"hold on top of COMPLIANCE", complied, holding("ON"), false},
		{"hold off", []string{lockHold, "ON"}, holding("OFF"), false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			b := newLockBench(t)
			b.must(t, put("/my-bucket/other", "x"))
			q := helloSummed
			q.headers = append(q.headers[:2:2], row.lock...)
			v := version(b.must(t, q))
			row.do.target = strings.ReplaceAll(row.do.target, "{version}", v)
			a, decisions := b.asked(t, row.do)
			if !row.denied {
				if a.err != nil {
					t.Fatalf("refused: %v", a.err)
				}
				return
			}
			a.refused(t, s3err.AccessDenied, protected)
			if d := decisions[0]; len(d.DeniedBy) != 1 || d.DeniedBy[0] != authz.ObjectLock {
				t.Errorf("denied by %v", d.DeniedBy)
			}
			if got := b.must(t, get("/my-bucket/k?versionId="+v)); got.body != "hello" {
				t.Errorf("the version is now %q", got.body)
			}
		})
	}
}

// A retention that is over holds nothing, and is still told.
func TestRetentionEnds(t *testing.T) {
	b := newLockBench(t)
	v := version(b.must(t, put("/my-bucket/k", "x", "Content-MD5", "ndTkYSaMgDT1yFZOFVxnpg==", lockMode, "COMPLIANCE",
		lockUntil, soon)))
	b.now = b.now.Add(2 * time.Hour)
	if a := b.must(t, get("/my-bucket/k?retention")); element(a.body, "Mode") != "COMPLIANCE" {
		t.Error(a.body)
	}
	if a, _ := b.asked(t, retain("GOVERNANCE", later)); a.err != nil {
		t.Errorf("another retention: %v", a.err)
	}
	b.now = b.now.AddDate(2, 0, 0)
	if a, _ := b.asked(t, remove("/my-bucket/k?versionId="+v)); a.err != nil {
		t.Errorf("deleted: %v", a.err)
	}
}

func TestDefaultRetention(t *testing.T) {
	b := newBench(t)
	b.must(t, versioning("Enabled"))
	b.must(t, lockBucket)
	b.must(t, helloSummed)
	a := b.must(t, get("/my-bucket/k"))
	if a.header.Get(lockMode) != "GOVERNANCE" || a.header.Get(lockUntil) != "2026-01-03T03:04:05.600Z" ||
		a.header.Get(lockHold) != "" {
		t.Errorf("%v", a.header)
	}
	b.must(t, copyTo("/my-bucket/copy", "my-bucket/k", lockMode, "COMPLIANCE", lockUntil, later, lockHold, "ON"))
	a = b.must(t, sending{method: "HEAD", target: "/my-bucket/copy"})
	if a.header.Get(lockMode) != "COMPLIANCE" || a.header.Get(lockUntil) != "2027-01-01T00:00:00.000Z" ||
		a.header.Get(lockHold) != "ON" {
		t.Errorf("of a copy: %v", a.header)
	}
	upload := element(b.must(t, sending{method: "POST", target: "/my-bucket/parts?uploads", headers: []string{lockHold,
		"ON"}}).body, "UploadId")
	etag := b.must(t, put("/my-bucket/parts?partNumber=1&uploadId="+upload, "hello")).header.Get("ETag")
	b.must(t, post("/my-bucket/parts?uploadId="+upload,
		"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+etag+"</ETag></Part></CompleteMultipartUpload>"))
	a = b.must(t, get("/my-bucket/parts"))
	if a.header.Get(lockMode) != "GOVERNANCE" || a.header.Get(lockHold) != "ON" {
		t.Errorf("of an upload in parts: %v", a.header)
	}
	b.must(t, lockConfig(`<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>1</Years></DefaultRetention></Rule>`))
	if a := b.must(t, get("/my-bucket?object-lock")).body; element(a, "Years") != "1" || strings.Contains(a, "Days") {
		t.Error(a)
	}
	b.must(t, lockConfig(""))
	if a := b.must(t, get("/my-bucket?object-lock")).body; strings.Contains(a, "Rule") || element(a,
		"ObjectLockEnabled") != "Enabled" {
		t.Error(a)
	}
}

func TestCreateBucketWithObjectLock(t *testing.T) {
	b := newBench(t)
	a, decisions := b.asked(t, put("/locked", "", "x-amz-bucket-object-lock-enabled", "true"))
	if a.err != nil {
		t.Fatal(a.err)
	}
	var actions []string
	for _, d := range decisions {
		actions = append(actions, d.Action)
	}
	if got := strings.Join(actions,
		" "); got != "s3:CreateBucket s3:PutBucketObjectLockConfiguration s3:PutBucketVersioning" {
		t.Errorf("asked for %s", got)
	}
	if a := b.must(t, get("/locked?versioning")); element(a.body, "Status") != "Enabled" {
		t.Error(a.body)
	}
	b.must(t, get("/locked?object-lock"))
	b.must(t, put("/plain", "", "x-amz-bucket-object-lock-enabled", "false"))
	b.do(t, get("/plain?object-lock")).refused(t, s3err.ObjectLockConfigurationNotFoundError,
		"Object Lock configuration does not exist for this bucket", s3err.E("BucketName", "plain"))
}

func TestLockRefusals(t *testing.T) {
	rule := func(x string) sending { return lockConfig("<Rule>" + x + "</Rule>") }
	kept := func(x string) sending { return rule("<DefaultRetention>" + x + "</DefaultRetention>") }
	upload := func(headers ...string) sending {
		q := put("/my-bucket/new", "hello", "Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==")
		q.headers = append(q.headers, headers...)
		return q
	}
	const (
		noLock  = "Bucket is missing Object Lock Configuration"
		both    = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
		future  = "The retain until date must be in the future!"
		noSum   = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters"
		notHere = "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets."
	)
	rows := []struct {
		name    string
		q       sending
		plain   bool // the bucket has no Object Lock
		code    s3err.Code
		message string
		extra   s3err.Extra
	}{
		{"upload to a plain bucket", upload(lockHold, "ON"), true, s3err.InvalidRequest, noLock, s3err.Extra{}},
		{"retention in a plain bucket", get("/my-bucket/k?retention"), true, s3err.InvalidRequest, noLock, s3err.Extra{}},
		{"hold of no kind in a plain bucket", holding("on"), true, s3err.MalformedXML, "", s3err.Extra{}},
		{"no date in a plain bucket", upload(lockMode, "GOVERNANCE", lockUntil, "abc"), true, s3err.InvalidArgument,
			"The retain until date must be provided in ISO 8601 format", s3err.E("ArgumentValue", "abc")},
		{"no hold in a plain bucket", upload(lockHold, "wrong"), true, s3err.InvalidArgument,
			"Legal Hold must be either of 'ON' or 'OFF'", s3err.E("ArgumentName", lockHold)},
		{"anonymous", anonymous(upload(lockHold, "ON")), false, s3err.InvalidArgument,
			"Put Object requests with Object Lock parameters require AWS Signature Version 4", s3err.E("ArgumentName",
				"Authorization")},
		{"hold in a plain bucket", holding("ON"), true, s3err.InvalidRequest, noLock, s3err.Extra{}},
		{"bypass in a plain bucket", remove("/my-bucket/k", lockBypass, "true"), true, s3err.InvalidArgument, notHere,
			s3err.E("ArgumentName", lockBypass)},
		{"lock without versioning", lockConfig(""), true, s3err.InvalidBucketState,
			"Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration", s3err.Extra{}},
		{"no configuration", get("/my-bucket?object-lock"), true, s3err.ObjectLockConfigurationNotFoundError, "",
			s3err.E("BucketName", "my-bucket")},
		{"mode alone", upload(lockMode, "GOVERNANCE"), false, s3err.InvalidArgument, both, s3err.E("ArgumentName",
			lockUntil)},
		{"date alone", upload(lockUntil, later), false, s3err.InvalidArgument, both, s3err.E("ArgumentName", lockMode)},
		{"past", upload(lockMode, "GOVERNANCE", lockUntil, past), false, s3err.InvalidArgument, future,
			s3err.E("ArgumentValue", past)},
		{"no date", upload(lockMode, "GOVERNANCE", lockUntil, "tomorrow"), false, s3err.InvalidArgument, "",
			s3err.E("ArgumentName", lockUntil)},
		{"no mode", upload(lockMode, "governance", lockUntil, later), false, s3err.InvalidArgument,
			"Unknown wormMode directive.", s3err.E("ArgumentName", lockMode)},
		{"no hold", upload(lockHold, "on"), false, s3err.InvalidArgument, "", s3err.E("ArgumentName", lockHold)},
		{"no digest", put("/my-bucket/new", "hello", lockHold, "ON"), false, s3err.InvalidRequest, noSum, s3err.Extra{}},
		{"body in the past", retain("GOVERNANCE", past), false, s3err.InvalidArgument, future, s3err.E("ArgumentName",
			"RetainUntilDate")},
		{"body's mode", retain("governance", later), false, s3err.MalformedXML, "", s3err.Extra{}},
		{"body's date", retain("GOVERNANCE", "tomorrow"), false, s3err.MalformedXML, "", s3err.Extra{}},
		{"half a body", put("/my-bucket/k?retention", "<Retention><Mode>GOVERNANCE</Mode></Retention>"), false,
			s3err.MalformedXML, "", s3err.Extra{}},
		{"no body", put("/my-bucket/k?retention", ""), false, s3err.MissingRequestBodyError, "", s3err.Extra{}},
		{"hold of no kind", holding("on"), false, s3err.MalformedXML, "", s3err.Extra{}},
		{"no retention", get("/my-bucket/k?retention"), false, s3err.NoSuchObjectLockConfiguration,
			"The specified object does not have a ObjectLock configuration", s3err.Extra{}},
		{"no legal hold", get("/my-bucket/k?legal-hold"), false, s3err.NoSuchObjectLockConfiguration, "", s3err.Extra{}},
		{"no object", get("/my-bucket/none?retention"), false, s3err.NoSuchKey, "", s3err.E("Key", "none")},
		{"not enabled", configure("object-lock",
			"<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled></ObjectLockConfiguration>"), false,
			s3err.MalformedXML, "", s3err.Extra{}},
		{"empty rule", rule(""), false, s3err.MalformedXML, "", s3err.Extra{}},
		{"mode without days", kept("<Mode>GOVERNANCE</Mode>"), false, s3err.MalformedXML, "", s3err.Extra{}},
		{"days and years", kept("<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>"), false, s3err.MalformedXML, "",
			s3err.Extra{}},
		{"days without mode", kept("<Days>1</Days>"), false, s3err.MalformedXML, "", s3err.Extra{}},
		{"no days", kept("<Mode>GOVERNANCE</Mode><Days>0</Days>"), false, s3err.InvalidArgument,
			"Default retention period must be a positive integer value.", s3err.E("ArgumentValue", "(none)")},
		{"too many years", kept("<Mode>GOVERNANCE</Mode><Years>101</Years>"), false, s3err.InvalidArgument,
			"Default retention period too large.", s3err.E("ArgumentName", "Years")},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			b := newLockBench(t)
			b.must(t, put("/my-bucket/k", "hello"))
			if row.plain {
				b = newBench(t)
				b.must(t, put("/my-bucket/k", "hello"))
			}
			var extras []s3err.Extra
			if row.extra.Key != "" {
				extras = append(extras, row.extra)
			}
			b.do(t, row.q).refused(t, row.code, row.message, extras...)
		})
	}
}

// Of a delete marker there is no lock, whether it is named or not.
func TestMarkersHaveNoLock(t *testing.T) {
	b := newLockBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	marker := version(b.must(t, remove("/my-bucket/k")))
	for _, target := range []string{"/my-bucket/k?retention", "/my-bucket/k?legal-hold&versionId=" + marker} {
		b.do(t, get(target)).refused(t, s3err.MethodNotAllowed, "", s3err.E("ResourceType", "DeleteMarker"))
	}
	if a, _ := b.asked(t, remove("/my-bucket/k?versionId="+marker)); a.err != nil {
		t.Errorf("the marker is deleted: %v", a.err)
	}
}

// A lock that comes between the decision and the deletion has the call decided
// again, and then refused.
func TestLockWinsTheRace(t *testing.T) {
	for name, lock := range map[string]sending{"hold": holding("ON"), "retention": retain("COMPLIANCE", later)} {
		t.Run(name, func(t *testing.T) {
			b := newLockBench(t)
			v := version(b.must(t, put("/my-bucket/k", "hello")))
			c := b.call(t, remove("/my-bucket/k?versionId="+v))
			c.Moment = b.live.Now()
			questions, refused := opening(c)
			if refused != nil || authz.Evaluate(questions[0]).DeniedBy != nil {
				t.Fatal("the version is not free")
			}
			b.must(t, lock)
			if _, err := c.doing.serve(c); !errors.Is(err, store.ErrMoved) {
				t.Fatalf("served with %v", err)
			}
			a, _ := b.asked(t, remove("/my-bucket/k?versionId="+v))
			a.refused(t, s3err.AccessDenied, protected)
		})
	}
}

// A bypass was of the retention that was seen: a stricter one is decided again.
func TestBypassIsOfWhatWasSeen(t *testing.T) {
	b := newLockBench(t)
	v := version(b.must(t, put("/my-bucket/k", "x", "Content-MD5", "ndTkYSaMgDT1yFZOFVxnpg==", lockMode, "GOVERNANCE",
		lockUntil, soon)))
	c := b.call(t, remove("/my-bucket/k?versionId="+v, lockBypass, "true"))
	c.Moment = b.live.Now()
	if _, err := opening(c); err != nil {
		t.Fatal(err)
	}
	b.must(t, retain("COMPLIANCE", later, lockBypass, "true"))
	if _, err := c.doing.serve(c); !errors.Is(err, store.ErrMoved) {
		t.Fatalf("served with %v", err)
	}
}

// A null version under a lock does not give way to another, in a bucket that a patch
// of the world has left without Object Lock.
func TestLockedNullVersionStays(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	b.must(t, versioning("Enabled"))
	b.must(t, lockConfig(""))
	b.must(t, retain("GOVERNANCE", later))
	b.edit(t, func(b *world.Bucket) { b.Versioning, b.ObjectLock = world.VersioningSuspended, nil })
	for _, q := range []sending{put("/my-bucket/k", "x"), remove("/my-bucket/k"), remove("/my-bucket/k?versionId=null")} {
		a, _ := b.asked(t, q)
		a.refused(t, s3err.AccessDenied, protected)
	}
	b.now = b.now.AddDate(2, 0, 0)
	if a, _ := b.asked(t, put("/my-bucket/k", "x")); a.err != nil {
		t.Errorf("after the retention: %v", a.err)
	}
}

// To the article, what is locked is neither deleted nor overwritten, without a
// version id too.
func TestArticleRefusesWhatIsLocked(t *testing.T) {
	b := newLockBench(t)
	b.must(t, put("/my-bucket/other", "x"))
	q := helloSummed
	q.headers = append(q.headers[:2:2], lockHold, "ON")
	v := version(b.must(t, q))
	b.answers(t, world.NewAnswers(world.ResponsesArticle, time.Time{}, b.now))
	upload := element(b.must(t, sending{method: "POST", target: "/my-bucket/k?uploads"}).body, "UploadId")
	etag := b.must(t, put("/my-bucket/k?partNumber=1&uploadId="+upload, "hello")).header.Get("ETag")
	for _, q := range []sending{
		remove("/my-bucket/k"), remove("/my-bucket/k?versionId=" + v), put("/my-bucket/k", "x"), copyTo("/my-bucket/k",
			"my-bucket/other"),
		post("/my-bucket/k?uploadId="+upload,
			"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+etag+"</ETag></Part></CompleteMultipartUpload>"),
	} {
		a, decisions := b.asked(t, q)
		a.refused(t, s3err.AccessDenied, "Access Denied")
		for _, d := range decisions {
			if d.Denied() && (len(d.DeniedBy) != 1 || d.DeniedBy[0] != authz.ObjectLock) {
				t.Errorf("%s %s: denied by %v", q.method, q.target, d.DeniedBy)
			}
		}
	}
	for _, q := range []sending{put("/my-bucket/other", "y"), remove("/my-bucket/other"), remove("/my-bucket/none"),
		{method: "POST", target: "/my-bucket/k?uploads"}} {
		if a, _ := b.asked(t, q); a.err != nil {
			t.Errorf("%s %s: %v", q.method, q.target, a.err)
		}
	}
}

// The article's lock, too, wins the race against what would overwrite it.
func TestArticleLockWinsTheRace(t *testing.T) {
	b := newLockBench(t)
	b.answers(t, world.NewAnswers(world.ResponsesArticle, time.Time{}, b.now))
	b.must(t, put("/my-bucket/k", "hello"))
	c := b.call(t, put("/my-bucket/k", "x"))
	c.Moment = b.live.Now()
	if _, err := opening(c); err != nil {
		t.Fatal(err)
	}
	b.must(t, holding("ON"))
	if _, err := c.doing.serve(c); !errors.Is(err, store.ErrMoved) {
		t.Fatalf("served with %v", err)
	}
	c.Close()
}

func FuzzLockConfiguration(f *testing.F) {
	for _, q := range []sending{lockBucket, lockConfig(""),
		lockConfig("<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>-1</Years></DefaultRetention></Rule>")} {
		f.Add(q.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		b := newLockBench(t)
		if a := b.do(t, configure("object-lock", body)); a.err != nil {
			return
		}
		l := b.live.Now().State.Buckets["my-bucket"].ObjectLock
		if l == nil || (l.Mode != "") != (l.Days > 0 || l.Years > 0) || l.Days > maxRetentionDays ||
			l.Years > maxRetentionYears {
			t.Errorf("%q sets %+v", body, l)
		}
		b.must(t, get("/my-bucket?object-lock"))
	})
}

func FuzzRetention(f *testing.F) {
	f.Add("<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate></Retention>")
	f.Add("<Retention/>")
	f.Fuzz(func(t *testing.T, body string) {
		b := newLockBench(t)
		b.must(t, put("/my-bucket/k", "hello"))
		if a := b.do(t, put("/my-bucket/k?retention", body)); a.err != nil {
			return
		}
		o := b.live.Now().Index.Bucket("my-bucket").Current("k")
		if r := o.Retention; r.Mode != "" && (!r.Active(b.now) || r.Mode != authz.Governance && r.Mode != authz.Compliance) {
			t.Errorf("%q sets %+v", body, r)
		}
	})
}
