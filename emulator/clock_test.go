package emulator_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/sigv4"
)

const clockYAML = `
version: 1
scenarios:
  timed:
    title: Time
    fix: [1]
    accounts:
      123456789012:
        users:
          ann:
            policies:
              all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
    callers: {ann: {user: ann}}
    buckets:
      my-bucket:
        versioning: Enabled
        object_lock: {}
        policy:
          Version: 2012-10-17
          Statement:
            - {Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/young/*",
	Condition: {NumericGreaterThan: {"s3:signatureAge": 600000}}}
        objects: {file.txt: {body: hello}, young/file.txt: {body: hello}}
`

// timed is a world whose clock is turned over the control plane.
type timed struct {
	*testing.T
	srv *emulatortest.Server
	ann sigv4.Credentials
	s3  *s3.Client
}

func newTimed(t *testing.T) timed {
	t.Parallel()
	srv := emulatortest.Start(t, "timed", emulatortest.YAML(clockYAML))
	c := srv.Caller("ann")
	return timed{t, srv, sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey},
		sdkv2.S3(t, srv, "ann")}
}

// turn asks for a change of the clock, and is the clock afterwards.
func (w timed) turn(method, body string) (c emulator.Clock) {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.srv.Endpoint+"/_s3fault/worlds/"+w.srv.World+"/clock",
		strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	status, text, _ := w.send(r)
	if err := json.Unmarshal([]byte(text), &c); err != nil || status != http.StatusOK {
		w.Fatalf("%s %s: %d %s (%v)", method, body, status, text, err)
	}
	return c
}

func (w timed) put(body string) emulator.Clock { w.Helper(); return w.turn(http.MethodPut, body) }

// send is the status, the body and the headers of the answer.
func (w timed) send(r *http.Request) (int, string, http.Header) {
	w.Helper()
	a, err := http.DefaultClient.Do(r.WithContext(w.Context()))
	if err != nil {
		w.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		w.Fatal(err)
	}
	return a.StatusCode, string(text), a.Header
}

func (w timed) request(method, path string, body io.Reader) *http.Request {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.srv.Endpoint+path, body)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// want holds an answer to a status, and the body to what it has to hold.
func (w timed) want(what string, r *http.Request, status int, holds string) (string, http.Header) {
	w.Helper()
	got, text, header := w.send(r)
	if got != status || !strings.Contains(text, holds) {
		w.Errorf("%s: %d %s, want %d with %q", what, got, text, status, holds)
	}
	return text, header
}

var ourScope = sigv4.Scope{Region: "us-east-1", Service: "s3"}

const object = "/my-bucket/file.txt"

// The ways in which a client signs, by its clock.
func (w timed) header(at time.Time) *http.Request {
	r := w.request("GET", object, nil)
	sigv4.Sign(r, w.ann, ourScope, sigv4.UnsignedPayload, at)
	return r
}

func (w timed) headerV2(at time.Time) *http.Request {
	r := w.request("GET", object, nil)
	sigv4.SignV2(r, w.ann, object, at)
	return r
}

func (w timed) url(path string, lasts time.Duration) func(at time.Time) *http.Request {
	return func(at time.Time) *http.Request {
		r := w.request("GET", path, nil)
		sigv4.Presign(r, w.ann, ourScope, lasts, at)
		return r
	}
}

func (w timed) urlV2(lasts time.Duration) func(at time.Time) *http.Request {
	return func(at time.Time) *http.Request {
		r := w.request("GET", object, nil)
		sigv4.PresignV2(r, w.ann, object, at.Truncate(time.Second).Add(lasts))
		return r
	}
}

func (w timed) query(at time.Time) *http.Request {
	body := "Action=GetCallerIdentity&Version=2011-06-15"
	r := w.request("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sigv4.Sign(r, w.ann, sigv4.Scope{Region: "us-east-1", Service: "sts"}, sigv4.HashPayload([]byte(body)), at)
	return r
}

// form is a POST form whose policy lasts an hour; dated is what its signature says of when.
func (w timed) form(version2 bool, dated func(time.Time) time.Time) func(at time.Time) *http.Request {
	return func(at time.Time) *http.Request {
		fields := sigv4.Form{{Name: "key", Value: "posted"}}
		extra := sigv4.Form{}
		if !version2 {
			extra = sigv4.FormFieldsV4(w.ann, ourScope, dated(at))
		}
		conditions := []any{map[string]string{"bucket": "my-bucket"}, map[string]string{"key": "posted"}}
		for _, f := range extra {
			conditions = append(conditions, map[string]string{f.Name: f.Value})
		}
		text, err := json.Marshal(map[string]any{
			"expiration": at.UTC().Truncate(time.Second).Add(time.Hour).Format("2006-01-02T15:04:05Z"), "conditions": conditions,
		})
		if err != nil {
			w.Fatal(err)
		}
		fields = append(fields, sigv4.Field{Name: "policy", Value: base64.StdEncoding.EncodeToString(text)})
		if version2 {
			fields = sigv4.SignFormV2(fields, w.ann)
		} else {
			fields = sigv4.SignForm(fields, w.ann, ourScope, dated(at))
		}
		return w.posting(fields)
	}
}

func (w timed) posting(fields sigv4.Form) *http.Request {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := m.WriteField(f.Name, f.Value); err != nil {
			w.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", "f")
	if err == nil {
		_, err = io.WriteString(part, "posted")
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		w.Fatal(err)
	}
	r := w.request("POST", "/my-bucket", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func asItIs(t time.Time) time.Time { return t }

// TestAdvanceEverySignature: an hour later an honest client signs as before and passes;
// what ends has ended, if it was signed before; and who is really wrong stays refused.
func TestAdvanceEverySignature(t *testing.T) {
	w := newTimed(t)
	const skewed, expired, over = "RequestTimeTooSkewed", "Request has expired", "Policy expired"
	const none = 0
	for _, row := range []struct {
		name      string
		sign      func(at time.Time) *http.Request
		good      int
		after     int    // what becomes of one from before the hour
		says      string // and why
		slow      int    // what becomes of one by a clock that is an hour slow; 0: it does not show
		slowWords string
	}{
		{"header", w.header, 200, 200, "hello", 403, skewed},
		{"header, version 2", w.headerV2, 200, 200, "hello", 403, skewed},
		{"STS", w.query, 200, 200, "GetCallerIdentity", 403, "Signature expired"},
		{"URL", w.url(object, time.Hour), 200, 403, expired, 403, expired},
		{"URL of a minute", w.url(object, time.Minute), 200, 403, expired, 403, expired},
		{"URL of a day", w.url(object, 24*time.Hour), 200, 200, "hello", 200, "hello"},
		{"URL, version 2", w.urlV2(time.Hour), 200, 403, expired, 403, expired},
		{"URL of five minutes, version 2", w.urlV2(5 * time.Minute), 200, 403, expired, 403, expired},
		{"URL of a day, version 2", w.urlV2(24 * time.Hour), 200, 200, "hello", 200, "hello"},
		{"form", w.form(false, asItIs), 204, 403, over, 403, over},
		{"form dated by the day", w.form(false, func(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }), 204, 403, over, 403, over},
		{"form, version 2", w.form(true, asItIs), 204, 403, over, 403, over},
	} {
		signed := time.Now()
		w.want(row.name+", before", row.sign(signed), row.good, "")
		w.put(`{"advance": "61m"}`)
		w.want(row.name+", from before", row.sign(signed), row.after, row.says)
		w.want(row.name+", after", row.sign(time.Now()), row.good, "")
		if row.slow != none {
			w.want(row.name+", an hour slow", row.sign(time.Now().Add(-time.Hour-time.Second)), row.slow, row.slowWords)
		}
	}
	fast := time.Now().Add(time.Hour)
	w.want("header, an hour fast", w.header(fast), 403, skewed)
	w.want("URL, an hour fast", w.url(object, time.Hour)(fast), 403, "Request is not yet valid")
}

// TestClockForHonestClients: whatever the clock does, the SDK's next call passes, and what
// it wrote is as old as the world has it.
func TestClockForHonestClients(t *testing.T) {
	w := newTimed(t)
	for _, step := range []string{
		`{"now": "2031-02-03T04:05:06Z"}`, `{"advance": "61m"}`, `{"offset": "-48h"}`, `{"rate": 86400}`, `{"advance": "-720h"}`,
		`{"now": "2027-01-01T00:00:00Z", "rate": 31536000}`, `{"rate": 0}`, `{"offset": "2h", "rate": 1}`,
	} {
		before := w.put(step)
		out, err := w.s3.PutObject(w.Context(), &s3.PutObjectInput{
			Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("x"),
		})
		if err != nil {
			w.Fatalf("after %s: %v", step, err)
		}
		after := w.turn("GET", "")
		got, err := w.s3.HeadObject(w.Context(), &s3.HeadObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k")})
		if err != nil || *got.VersionId != *out.VersionId {
			w.Fatalf("after %s: %v, the newest version is %s and not %s", step, err, aws.ToString(got.VersionId), *out.VersionId)
		}
		if at := *got.LastModified; at.Before(before.Now.Truncate(time.Second)) || at.After(after.Now) {
			w.Errorf("after %s: Last-Modified is %v, not between %v and %v", step, at, before.Now, after.Now)
		}
		w.want("URL after "+step, w.url(object, 7*24*time.Hour)(time.Now()), 200, "hello")
	}
	real := w.turn("DELETE", "")
	if d := real.Now.Sub(real.Real); d != 0 || real.Rate != 1 || real.Offset != 0 {
		w.Errorf("back at real time: %+v", real)
	}
	w.versionsInOrder()
}

// versionsInOrder: the newest version is the one that was written last, whatever its time.
func (w timed) versionsInOrder() {
	w.Helper()
	list, err := w.s3.ListObjectVersions(w.Context(),
		&s3.ListObjectVersionsInput{Bucket: aws.String("my-bucket"), Prefix: aws.String("k")})
	if err != nil {
		w.Fatal(err)
	}
	var years []int
	for i, v := range list.Versions {
		years = append(years, v.LastModified.Year())
		if *v.IsLatest != (i == 0) {
			w.Errorf("version %d of %d: latest is %v", i, len(list.Versions), *v.IsLatest)
		}
	}
	if n := len(years); n != 8 || years[n-1] != 2031 || years[0] >= 2031 {
		w.Errorf("the versions are of the years %v, the newest first", years)
	}
}

// TestClockTellsClientsTheirTime: the Date of an answer and the end of credentials are by
// the clients' clock, all else is by the world's.
func TestClockTellsClientsTheirTime(t *testing.T) {
	w := newTimed(t)
	for _, row := range []struct {
		step          string
		client, world time.Duration // ahead of real time
	}{
		{`{"advance": "61m"}`, 0, 61 * time.Minute},
		{`{"client_skew": "1h"}`, time.Hour, 61 * time.Minute},
		{`{"offset": "-24h", "client_skew": "-2h"}`, -2 * time.Hour, -24 * time.Hour},
	} {
		w.put(row.step)
		// A client that has corrected itself.
		r := w.request("PUT", "/my-bucket/k", strings.NewReader("x"))
		sigv4.Sign(r, w.ann, ourScope, sigv4.HashPayload([]byte("x")), time.Now().Add(row.client))
		_, header := w.want(row.step, r, 200, "")
		w.near(row.step+": Date", header.Get("Date"), row.client)
		r = w.request("HEAD", "/my-bucket/k", nil)
		sigv4.Sign(r, w.ann, ourScope, sigv4.UnsignedPayload, time.Now().Add(row.client))
		_, header = w.want(row.step, r, 200, "")
		w.near(row.step+": Last-Modified", header.Get("Last-Modified"), row.world)
	}
}

func (w timed) near(what, date string, ahead time.Duration) {
	w.Helper()
	got, err := http.ParseTime(date)
	if d := time.Until(got) - ahead; err != nil || d > time.Minute || d < -time.Minute {
		w.Errorf("%s is %q, want %v from now (%v)", what, date, ahead, err)
	}
}

// TestClientSkew: a client whose clock is wrong is refused, and told the time by which it
// can correct itself: in the Date, and in the error.
func TestClientSkew(t *testing.T) {
	w := newTimed(t)
	w.put(`{"client_skew": "1h"}`)
	text, header := w.want("wrong", w.header(time.Now()), 403, "RequestTimeTooSkewed")
	w.near("Date", header.Get("Date"), time.Hour)
	_, rest, _ := strings.Cut(text, "<ServerTime>")
	told, _, _ := strings.Cut(rest, "</ServerTime>")
	if at, err := time.Parse(time.RFC3339, told); err != nil || time.Until(at) < 59*time.Minute {
		w.Errorf("ServerTime is %q", told)
	}
	w.want("wrong at STS", w.query(time.Now()), 403, "Signature expired")
	corrected := time.Now().Add(time.Hour)
	w.want("corrected", w.header(corrected), 200, "hello")
	w.want("URL of a corrected client", w.url(object, time.Minute)(corrected), 200, "hello")
	w.want("URL of a wrong client", w.url(object, time.Minute)(time.Now()), 403, "Request has expired")
	w.put(`{"advance": "61m"}`)
	w.want("an hour later, still wrong", w.header(time.Now()), 403, "RequestTimeTooSkewed")
	w.want("an hour later, corrected", w.header(time.Now().Add(time.Hour)), 200, "hello")
	w.want("its URL from before", w.url(object, time.Hour)(corrected), 403, "Request has expired")
	if c := w.turn("DELETE", ""); c.ClientSkew != 0 {
		w.Errorf("back at real time: %+v", c)
	}
	w.want("right again", w.header(time.Now()), 200, "hello")
}

// session is a client with a new session of ann's, and when it is told to end.
func (w timed) session() (*s3.Client, time.Time) {
	w.Helper()
	out, err := sts.NewFromConfig(sdkv2.Config(w.T, w.srv, "ann")).GetSessionToken(w.Context(),
		&sts.GetSessionTokenInput{DurationSeconds: aws.Int32(3600)})
	if err != nil {
		w.Fatal(err)
	}
	c := out.Credentials
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey,
			SessionToken: *c.SessionToken}, nil
	})
	return sdkv2.S3(w.T, w.srv, "ann", func(o *s3.Options) { o.Credentials = credentials }), *c.Expiration
}

func (w timed) read(c *s3.Client) error {
	out, err := c.GetObject(w.Context(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")})
	if err == nil {
		err = out.Body.Close()
	}
	return err
}

// TestSessionsExpire by the world's clock, are told to by the client's, and are known as
// expired however long ago that was.
func TestSessionsExpire(t *testing.T) {
	w := newTimed(t)
	old, _ := w.session()
	for _, step := range []string{`{"advance": "61m"}`, `{"advance": "240h"}`} {
		if err := w.read(old); step == `{"advance": "61m"}` && err != nil {
			w.Fatal(err)
		}
		w.put(step)
		fresh, told := w.session()
		if d := time.Until(told); d > time.Hour+time.Minute || d < 59*time.Minute {
			w.Errorf("after %s a session of an hour is told to end in %v", step, d)
		}
		if err := w.read(fresh); err != nil {
			w.Errorf("after %s a new session: %v", step, err)
		}
		if err := w.read(old); err == nil || !strings.Contains(err.Error(), "ExpiredToken") {
			w.Errorf("after %s an old session: %v", step, err)
		}
	}
	w.put(`{"rate": 60}`)
	if _, told := w.session(); time.Until(told) > 2*time.Minute {
		w.Errorf("at a minute a second a session of an hour is told to end in %v", time.Until(told))
	}
}

// TestSignatureAgeAdvances: the age of a URL is the world's.
func TestSignatureAgeAdvances(t *testing.T) {
	w := newTimed(t)
	sign := w.url("/my-bucket/young/file.txt", 2*time.Hour)
	signed := time.Now()
	w.want("young", sign(signed), 200, "hello")
	w.put(`{"advance": "11m"}`)
	w.want("too old for the policy", sign(signed), 403, "AccessDenied")
	w.want("young again", sign(time.Now()), 200, "hello")
}

// TestObjectLockAdvances: a version is held until the world's clock says otherwise.
func TestObjectLockAdvances(t *testing.T) {
	w := newTimed(t)
	put, err := w.s3.PutObject(w.Context(), &s3.PutObjectInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("x"),
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
		ObjectLockMode:    types.ObjectLockModeCompliance, ObjectLockRetainUntilDate: aws.Time(time.Now().Add(24 * time.Hour)),
	})
	if err != nil {
		w.Fatal(err)
	}
	remove := func() error {
		_, err := w.s3.DeleteObject(w.Context(),
			&s3.DeleteObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), VersionId: put.VersionId})
		return err
	}
	for _, step := range []string{`{"advance": "23h"}`, `{"advance": "2h"}`, `{"offset": "0s"}`} {
		w.put(step)
		if step == `{"advance": "2h"}` {
			continue // it is no longer held, until the clock goes back
		}
		if err := remove(); err == nil {
			w.Fatalf("after %s the version is gone", step)
		}
	}
	w.put(`{"advance": "25h"}`)
	if err := remove(); err != nil {
		w.Error(err)
	}
}

// TestCloudTrailAdvances: events are of the world's time, and found by it.
func TestCloudTrailAdvances(t *testing.T) {
	w := newTimed(t)
	w.put(`{"now": "2030-05-06T07:08:09Z"}`)
	if _, err := w.s3.CreateBucket(w.Context(), &s3.CreateBucketInput{Bucket: aws.String("another")}); err != nil {
		w.Fatal(err)
	}
	out, err := cloudtrail.NewFromConfig(sdkv2.Config(w.T, w.srv, "ann")).LookupEvents(w.Context(),
		&cloudtrail.LookupEventsInput{})
	if err != nil || len(out.Events) == 0 {
		w.Fatalf("%v, %d events", err, len(out.Events))
	}
	if e := out.Events[0]; *e.EventName != "CreateBucket" ||
		!e.EventTime.Equal(time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC)) {
		w.Errorf("%s at %v", *e.EventName, e.EventTime)
	}
}

// TestResetClock: a reset puts the clock back as it was loaded, steps and all.
func TestResetClock(t *testing.T) {
	w := newTimed(t)
	w.put(`{"advance": "61m", "rate": 5, "client_skew": "1h"}`)
	if err := w.srv.Reset(); err != nil {
		w.Fatal(err)
	}
	if c := w.turn("GET", ""); c.Offset != 0 || c.Rate != 1 || c.ClientSkew != 0 {
		w.Errorf("after a reset: %+v", c)
	}
	if err := w.read(w.s3); err != nil {
		w.Error(err)
	}
}

// TestPatchedClock: what the file says of a clock can be patched, the steps stay beside it.
func TestPatchedClock(t *testing.T) {
	w := newTimed(t)
	w.put(`{"advance": "61m"}`)
	for _, row := range []struct {
		patch  string
		offset time.Duration
		rate   float64
		skew   time.Duration
	}{
		{`{}`, 61 * time.Minute, 1, 0},
		{`{"clock": {"offset": "1h"}}`, 121 * time.Minute, 1, 0},
		{`{"clock": {"client_skew": "5m"}}`, 121 * time.Minute, 1, 5 * time.Minute},
		{`{"clock": {"rate": 0.5, "client_skew": null}}`, 121 * time.Minute, 0.5, 0},
		{`{"clock": {"rate": null, "offset": null}}`, 61 * time.Minute, 1, 0},
	} {
		if err := w.srv.Patch(row.patch); err != nil {
			w.Fatalf("%s: %v", row.patch, err)
		}
		c := w.turn("GET", "")
		if d := c.Offset - row.offset; d > 0 || d < -time.Minute || c.Rate != row.rate || c.ClientSkew != row.skew {
			w.Errorf("after %s: %+v", row.patch, c)
		}
	}
}
