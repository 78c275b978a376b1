package emulatortest_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// recorder is a test that is told to fail, and says what it was told.
type recorder struct {
	testing.TB
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// run runs a test to its end, and is what it failed with.
func (r *recorder) run(test func()) string {
	func() {
		defer func() {
			if what := recover(); what != nil && what != any(r) {
				panic(what)
			}
		}()
		test()
	}()
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
	return strings.Join(r.failures, "\n")
}

// denied is an error as the AWS SDK has it: it tells its request's id.
type denied struct{ id string }

func (d denied) Error() string            { return "AccessDenied" }
func (d denied) ServiceRequestID() string { return d.id }

// transport keeps no connection open behind a test.
var transport = &http.Transport{Proxy: nil, DisableKeepAlives: true}

// send sends a signed request, and is the status and the id of the answer.
func send(t testing.TB, srv *emulatortest.Server, caller, method, path, body string) (status int, err denied) {
	t.Helper()
	r, failed := http.NewRequest(method, srv.Endpoint+path, bytes.NewReader([]byte(body)))
	if failed != nil {
		t.Fatal(failed)
	}
	scope := sigv4.Scope{Region: srv.Region, Service: "s3"}
	sigv4.Sign(r, srv.Credentials(caller), scope, sigv4.HashPayload([]byte(body)), time.Now())
	resp, failed := transport.RoundTrip(r)
	if failed != nil {
		t.Fatal(failed)
	}
	resp.Body.Close()
	return resp.StatusCode, denied{resp.Header.Get("x-amz-request-id")}
}

const slowDown = `{match: {operation: PutObject}, when: {first: 2}, effect: {error: {code: SlowDown}}, must_fire: true}`

// parallel is how many tests run side by side.
const parallel = 500

// Each of many tests in parallel has a world, keys, faults and a journal of its own, and
// none sees another.
func TestWorldsAreApart(t *testing.T) {
	begun := time.Now()
	t.Run("all", func(t *testing.T) {
		for i := range parallel {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				stayApart(t, i)
			})
		}
	})
	took := time.Since(begun)
	t.Logf("%d tests in parallel in %v: %v a test", parallel, took.Round(time.Millisecond), took/parallel)
}

func stayApart(t *testing.T, i int) {
	srv := emulatortest.Start(t, "plain")
	key := fmt.Sprintf("/my-bucket/%d", i)
	want := []int{200, 200, 200}
	if i%2 == 0 {
		srv.AddFault(slowDown)
		want = []int{503, 503, 200}
	}
	for attempt, wanted := range want {
		if got, _ := send(t, srv, "app", "PUT", key, "x"); got != wanted {
			t.Errorf("attempt %d: %d, want %d", attempt, got, wanted)
		}
	}
	if got, _ := send(t, srv, "app", "GET", fmt.Sprintf("/my-bucket/%d", (i+1)%parallel), ""); got != 404 {
		t.Errorf("another's object: %d", got)
	}
	if n := len(srv.Requests()); n != 4 {
		t.Errorf("%d requests in the journal", n)
	}
}

// When the test ends, its world is gone and its port is closed.
func TestNothingStays(t *testing.T) {
	var address string
	r := &recorder{TB: t}
	failed := r.run(func() {
		srv := emulatortest.Start(r, "plain")
		address = strings.TrimPrefix(srv.Endpoint, "http://")
		send(r, srv, "app", "GET", "/my-bucket/file.txt", "")
	})
	if failed != "" {
		t.Error(failed)
	}
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Errorf("%s still answers", address)
	}
}

// What fails a test says what, and why.
func TestFailures(t *testing.T) {
	for name, row := range map[string]struct {
		test func(t testing.TB)
		want []string // nil: it passes
	}{
		"a scenario that is not there": {func(t testing.TB) {
			emulatortest.Start(t, "ip-dney")
		}, []string{`emulatortest: no scenario "ip-dney" (did you mean "ip-deny"?)`}},
		"a file with a mistake": {func(t testing.TB) {
			emulatortest.Start(t, "one", emulatortest.YAML("version: 1\nscenarois: {}\n"))
		}, []string{`test.yaml:2:1: `, `"scenarios"`}},
		"a file that is not there": {func(t testing.TB) {
			emulatortest.Start(t, "one", emulatortest.File("none.yaml"))
		}, []string{"none.yaml"}},
		"a caller that is not there": {func(t testing.TB) {
			emulatortest.Start(t, "ip-deny").Caller("amin")
		}, []string{`emulatortest: no caller "amin" (did you mean "admin"?)`}},
		"a rule with a mistake": {func(t testing.TB) {
			emulatortest.Start(t, "plain").AddFault(`{match: {operation: PutObjct}, effect: {error: {code: SlowDown}}}`)
		}, []string{`:1:21: unknown operation "PutObjct" (did you mean "PutObject"?)`}},
		"a rule that never struck": {func(t testing.TB) {
			srv := emulatortest.Start(t, "plain")
			srv.AddFault(strings.Replace(slowDown, "{", "{name: puts-slow, ", 1))
			send(t, srv, "app", "GET", "/my-bucket/file.txt", "")
		}, []string{"emulatortest: the fault rule puts-slow has never struck (must_fire)"}},
		"denied as wanted": {func(t testing.TB) {
			srv := emulatortest.Start(t, "ip-deny")
			_, err := send(t, srv, "app", "GET", "/my-bucket/file.txt", "")
			srv.WantDenied(err, "bucket-policy")
			srv.WantDenied(errors.New("whatever client that is"), "bucket-policy")
		}, nil},
		"denied by another": {func(t testing.TB) {
			srv := emulatortest.Start(t, "ip-deny")
			_, err := send(t, srv, "app", "GET", "/my-bucket/file.txt", "")
			srv.WantDenied(err, "kms")
		}, []string{"not a denial by kms: AccessDenied", `bucket-policy            explicit-deny`, `statement "OfficeOnly"`, "Fix:"}},
		"not denied": {func(t testing.TB) {
			srv := emulatortest.Start(t, "plain")
			_, err := send(t, srv, "app", "GET", "/my-bucket/none", "")
			srv.WantDenied(err, "kms")
		}, []string{"not a denial by kms", "No layer denied it: NoSuchKey"}},
		"requests as expected": {func(t testing.TB) {
			srv := emulatortest.Start(t, "plain")
			srv.AddFault(slowDown)
			for range 3 {
				send(t, srv, "app", "PUT", "/my-bucket/a", "x")
			}
			srv.Verify(puts(503, 2), puts(200, 1))
			if n := len(srv.Requests(puts(503, 2).Filter)); n != 2 {
				t.Errorf("%d requests fit the filter", n)
			}
		}, nil},
		"other requests than expected": {func(t testing.TB) {
			srv := emulatortest.Start(t, "ip-deny")
			send(t, srv, "app", "GET", "/my-bucket/file.txt", "")
			srv.Verify(puts(200, 1))
		}, []string{"PutObject", "exactly 1", "denied by bucket-policy"}},
		"a filter with a mistake": {func(t testing.TB) {
			emulatortest.Start(t, "plain").Requests(journal.Filter{Operation: []string{"PutObjct"}})
		}, []string{`did you mean "PutObject"?`}},
		"no error": {func(t testing.TB) {
			emulatortest.Start(t, "plain").WantDenied(nil, "kms")
		}, []string{"no error, want a denial by kms"}},
		"no request": {func(t testing.TB) {
			emulatortest.Start(t, "plain").WantDenied(errors.New("no such host"), "kms")
		}, []string{"no request of this world was denied", "no such host"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			got := r.run(func() { row.test(r) })
			if (got == "") != (row.want == nil) {
				t.Errorf("failed with %q", got)
			}
			for _, want := range row.want {
				if !strings.Contains(got, want) {
					t.Errorf("failed with %q, want %q in it", got, want)
				}
			}
		})
	}
}

func puts(status, times int) journal.Expectation {
	filter := journal.Filter{Operation: []string{"PutObject"}, Status: status}
	return journal.Expectation{Filter: filter, Times: journal.Exactly(times)}
}

// An hour goes by at once: the clients do not notice, and what was valid for less has
// expired.
func TestAdvance(t *testing.T) {
	t.Parallel()
	srv, other := emulatortest.Start(t, "plain"), emulatortest.Start(t, "plain")
	url := presigned(t, srv)
	if status := get(t, url); status != 200 {
		t.Errorf("a new URL: %d", status)
	}
	before := time.Now()
	if clock := srv.Advance(61 * time.Minute); clock.Now.Sub(before) < time.Hour {
		t.Errorf("the world's time is %v", clock.Now)
	}
	if status, _ := send(t, srv, "app", "GET", "/my-bucket/file.txt", ""); status != 200 {
		t.Errorf("the next request: %d", status)
	}
	if status := get(t, url); status != 403 {
		t.Errorf("the old URL: %d", status)
	}
	for name, world := range map[string]*emulatortest.Server{"advanced": srv, "other": other} {
		if status := get(t, presigned(t, world)); status != 200 {
			t.Errorf("a new URL of the %s world: %d", name, status)
		}
	}
}

// presigned is a URL of an object, for a quarter of an hour.
func presigned(t *testing.T, srv *emulatortest.Server) string {
	t.Helper()
	r, err := http.NewRequest("GET", srv.Endpoint+"/my-bucket/file.txt", nil)
	if err != nil {
		t.Fatal(err)
	}
	scope := sigv4.Scope{Region: srv.Region, Service: "s3"}
	sigv4.Presign(r, srv.Credentials("app"), scope, 15*time.Minute, time.Now())
	return r.URL.String()
}

func get(t *testing.T, url string) (status int) {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// A server that is the test's alone has the scenario's own world, with the file's keys.
func TestAlone(t *testing.T) {
	file := emulatortest.YAML(`version: 1
scenarios:
  one:
    title: Everything is allowed
    accounts: {123456789012: {}}
    callers: {root: {root: true, access_key_id: AKIAOFTHEFILE}}
    buckets: {my-bucket: {}}
`)
	alone, joined := emulatortest.Start(t, "one", file, emulatortest.Alone()), emulatortest.Start(t, "one", file)
	if alone.Caller("root").AccessKeyID != "AKIAOFTHEFILE" || alone.World != "one" {
		t.Errorf("%s of the world %s", alone.Caller("root").AccessKeyID, alone.World)
	}
	if joined.Caller("root").AccessKeyID == "AKIAOFTHEFILE" || joined.World == "one" {
		t.Errorf("%s of the world %s", joined.Caller("root").AccessKeyID, joined.World)
	}
	for _, path := range []string{"/my-bucket", "/~one/my-bucket"} {
		if status, _ := send(t, alone, "root", "GET", path, ""); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// A program that is run with Env reaches the world with the caller's credentials, whatever
// the surroundings say.
func TestEnv(t *testing.T) {
	t.Setenv("AWS_PROFILE", "mine")
	t.Setenv("AWS_SESSION_TOKEN", "mine")
	srv := emulatortest.Start(t, "plain")
	env := srv.Env("app")
	for _, want := range []string{
		"AWS_ENDPOINT_URL=" + srv.Endpoint, "AWS_REGION=" + srv.Region, "S3FAULT_ADMIN=" + srv.Endpoint + "/_s3fault",
		"AWS_ACCESS_KEY_ID=" + srv.Caller("app").AccessKeyID, "PATH=" + os.Getenv("PATH"),
	} {
		if !slices.Contains(env, want) {
			t.Errorf("no %s in %v", want, env)
		}
	}
	for _, gone := range []string{"AWS_PROFILE=", "AWS_SESSION_TOKEN="} {
		if slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, gone) }) {
			t.Errorf("%s is still there", gone)
		}
	}
}
