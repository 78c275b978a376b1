package faults

import (
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

func sendWith(t *testing.T, method, url, body string, h http.Header) answer {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range h {
		r.Header[name] = values
	}
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return answer{disconnected: err}
	}
	defer reply.Body.Close()
	var text strings.Builder
	_, err = io.Copy(&text, reply.Body)
	return answer{reply.StatusCode, reply.Header, text.String(), err}
}

const copying = `
version: 1
scenarios:
  w:
    title: a copy that fails late
    accounts: {123456789012: {}}
    callers: {root: {root: true}}
    buckets: {my-bucket: {objects: {a.txt: {body: hello}}}}
    faults:
      - match: {operation: CopyObject}
        when: {first: 1}
        stage: STAGE
        effect: {error_in_200: {code: InternalError}}
`

// An error behind the status 200 is an error to the SDK: nothing is done before the commit,
// everything after it.
func TestErrorIn200(t *testing.T) {
	for stage, written := range map[string]bool{"before_commit": false, "after_commit": true} {
		t.Run(stage, func(t *testing.T) {
			srv := emulatortest.Start(t, "w", emulatortest.YAML(strings.Replace(copying, "STAGE", stage, 1)))
			client := sdkv2.S3(t, srv, "root", func(o *s3.Options) { o.RetryMaxAttempts = 1 })
			name := func(text string) *string { return &text }
			put := &s3.CopyObjectInput{Bucket: name("my-bucket"), Key: name("new"), CopySource: name("my-bucket/a.txt")}
			_, err := client.CopyObject(t.Context(), put)
			var told smithy.APIError
			if !errors.As(err, &told) || told.ErrorCode() != "InternalError" {
				t.Errorf("the SDK says %v", err)
			}
			e := srv.Requests()[0]
			if e.Fault == nil || string(e.Fault.Stage) != stage || e.Fault.Effect != "error_in_200" || e.Status != 200 {
				t.Errorf("the journal says %d, %+v", e.Status, e.Fault)
			}
			_, err = client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: put.Bucket, Key: put.Key})
			if (err == nil) != written {
				t.Errorf("the copy: %v, written: %v", err, written)
			}
			if _, err := client.CopyObject(t.Context(), put); err != nil {
				t.Errorf("again: %v", err)
			}
		})
	}
}

// DeleteObjects tells an error for each key that the pattern matches, and does the others.
func TestDeleteObjectsPartly(t *testing.T) {
	for stage, left := range map[string]int{"before_commit": 200, "after_commit": 404} {
		t.Run(stage, func(t *testing.T) {
			srv, base := faultyServer(t)
			setFaults(t, srv, `[{match: {operation: DeleteObjects}, stage: `+stage+`, effect: {error_in_200: {code: InternalError, keys: "a*"}}}]`)
			const list = `<Delete><Object><Key>a.txt</Key></Object><Object><Key>b.txt</Key></Object></Delete>`
			got := sendWith(t, http.MethodPost, base+"/my-bucket?delete", list, http.Header{"Content-Md5": {contentMD5(list)}})
			if got.status != 200 || !strings.Contains(got.body, "<Deleted><Key>b.txt</Key></Deleted>") ||
				!strings.Contains(got.body, "<Error><Key>a.txt</Key><Code>InternalError</Code>") {
				t.Errorf("%+v", got)
			}
			if told := srv.Requests("w")[0].Refused; !maps.Equal(told, map[string]string{"a.txt": "InternalError"}) {
				t.Errorf("the journal has refused %v", told)
			}
			for key, want := range map[string]int{"a.txt": left, "b.txt": 404} {
				if got := send(t, http.MethodGet, base+"/my-bucket/"+key, ""); got.status != want {
					t.Errorf("%s: %d, want %d", key, got.status, want)
				}
			}
		})
	}
}

// A page that says there are more, and not from where; headers that go and come.
func TestShapedAnswers(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `[
		{match: {operation: ListObjectsV2}, effect: {list: truncated-without-token}},
		{match: {operation: GetObject}, when: {after: 1}, effect: {set_headers: {ETag: '"other"', x-note: hello}}},
		{match: {operation: GetObject}, when: {first: 1}, effect: {drop_headers: [etag, "last-*"]}}]`)
	got := send(t, http.MethodGet, base+"/my-bucket?list-type=2&max-keys=1", "")
	if !strings.Contains(got.body, "<IsTruncated>true</IsTruncated>") ||
		strings.Contains(got.body, "NextContinuationToken") {
		t.Errorf("the list: %s", got.body)
	}
	if got := send(t, http.MethodGet, base+"/my-bucket/a.txt", ""); got.header.Get("ETag") != "" ||
		got.header.Get("Last-Modified") != "" || got.body != "hello" {
		t.Errorf("without headers: %+v", got)
	}
	if got := send(t, http.MethodGet, base+"/my-bucket/a.txt", ""); got.header.Get("ETag") != `"other"` ||
		got.header.Get("X-Note") != "hello" || got.body != "hello" {
		t.Errorf("with others: %+v", got)
	}
}

// A redirect leads back here, once a chain.
func TestRedirect(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `[{match: {operation: GetObject}, effect: {redirect: {region: eu-west-1}}}]`)
	url := base + "/my-bucket/a.txt"
	for range 2 {
		got := send(t, http.MethodGet, url, "")
		if got.status != 307 || got.header.Get("Location") != url || !strings.Contains(got.body, "TemporaryRedirect") {
			t.Errorf("%+v", got)
		}
		if got := send(t, http.MethodGet, url, ""); got.status != 200 {
			t.Errorf("followed: %+v", got)
		}
	}
}

// The rate is of the prefix; a clock that stands still gives nothing back.
func TestThrottle(t *testing.T) {
	srv, base := faultyServer(t)
	if err := srv.Patch("w", []byte(`{"clock": {"now": "2026-01-02T03:04:05Z"}}`)); err != nil {
		t.Fatal(err)
	}
	setFaults(t, srv, `[{match: {operation: PutObject}, effect: {throttle: {rate: 2, per: prefix}}}]`)
	puts := func(key string) (all []int) {
		for range 3 {
			all = append(all, send(t, http.MethodPut, base+"/my-bucket/"+key, "x").status)
		}
		return all
	}
	for _, key := range []string{"logs/1", "data/1"} {
		if got := puts(key); got[0] != 200 || got[1] != 200 || got[2] != 503 {
			t.Errorf("%s: %v", key, got)
		}
	}
	if err := srv.Patch("w", []byte(`{"clock": {"now": "2026-01-02T03:04:06Z"}}`)); err != nil {
		t.Fatal(err)
	}
	if got := puts("logs/2"); got[0] != 200 || got[1] != 200 || got[2] != 503 {
		t.Errorf("after a second: %v", got)
	}
}

// What is wrong with an effect is told with its place.
func TestBadAnswers(t *testing.T) {
	srv, _ := faultyServer(t)
	for effect, want := range map[string]string{
		`{"error_in_200": {"code": "InternalErr"}}`:                `unknown code "InternalErr"`,
		`{"error_in_200": {}}`:                                     "an error in 200 needs a code",
		`{"error_in_200": {"code": "InternalError", "keys": "a"}}`: "keys are of DeleteObjects alone",
		`{"list": "truncated"}`:                                    "unknown value",
		`{"list": "truncated-without-token"}`:                      "CopyObject is no list with IsTruncated",
		`{"throttle": {"rate": 0}}`:                                "a number from 1 on is wanted here, not 0",
		`{"throttle": {"rate": 1, "per": "buckit"}}`:               `(did you mean "bucket"?)`,
		`{"throttle": {"rate": 1, "per": "world", "depth": 2}}`:    "depth is of a throttle per prefix",
		`{"redirect": {"region": "mars"}}`:                         `"mars" is no region's name`,
		`{"expire": "sesion"}`:                                     `(did you mean "session"?)`,
		`{"drop_headers": []}`:                                     "no header is dropped",
		`{"set_headers": {"a b": "c"}}`:                            `"a b" is no header's name`,
		`{"set_headers": {"Content-Length": "1"}}`:                 "Content-Length is the body's",
		`{"throttle": {"rate": 1, "burst": 2000000}}`:              "from 1 to 1000000",
	} {
		err := srv.SetFaults("w", []byte(`[{"match": {"operation": "CopyObject"}, "effect": `+effect+`}]`))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "faults:1:") {
			t.Errorf("%s: %v, want %s", effect, err, want)
		}
	}
}

func contentMD5(text string) string {
	sum := md5.Sum([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

const leased = `
version: 1
scenarios:
  w:
    title: a session that ends early
    accounts:
      123456789012:
        roles: {app: {policies: {s3: {Version: 2012-10-17,
	Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}
    callers: {one: {role: app, session_name: one}, two: {role: app, session_name: two}}
    buckets: {my-bucket: {objects: {a.txt: {body: hello}}}}
    faults: [{match: {caller: one, operation: GetObject}, when: {after: 1, first: 1}, effect: {expire: session}}]
`

// A session that a strike has ended stays expired, and no other ends with it.
func TestExpireSession(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(leased))
	bucket, key := "my-bucket", "a.txt"
	get := func(caller string) string {
		client := sdkv2.S3(t, srv, caller, func(o *s3.Options) { o.RetryMaxAttempts = 1 })
		_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
		var told smithy.APIError
		if errors.As(err, &told) {
			return told.ErrorCode()
		}
		return ""
	}
	for i, want := range []string{"", "ExpiredToken", "ExpiredToken"} {
		if got := get("one"); got != want {
			t.Errorf("request %d: %q, want %q", i+1, got, want)
		}
	}
	if got := get("two"); got != "" {
		t.Errorf("the other session: %s", got)
	}
}

// The SDK follows a redirect, once.
func TestSDKFollowsRedirect(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(strings.Replace(leased,
		"{match: {caller: one, operation: GetObject}, when: {after: 1, first: 1}, effect: {expire: session}}",
		"{match: {operation: GetObject}, effect: {redirect: {region: eu-west-1}}}", 1)))
	bucket, key := "my-bucket", "a.txt"
	_, err := sdkv2.S3(t, srv, "one").GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Errorf("the SDK says %v", err)
	}
	if all := srv.Requests(); len(all) != 2 || all[0].Status != 307 || all[1].Status != 200 {
		t.Errorf("%d requests: %+v", len(all), all)
	}
}
