package s3fault_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	s3fault "github.com/s3fault/s3fault/packages/go"
)

// denied is an error as the AWS SDK has it: it tells its request's id.
type denied struct{ id string }

func (d denied) Error() string            { return "AccessDenied" }
func (d denied) ServiceRequestID() string { return d.id }

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// send sends a request that is signed by Version 2, the shortest there is.
func send(t testing.TB, w *s3fault.World, caller, method, path, body string) (status int, err denied) {
	t.Helper()
	r, failed := http.NewRequest(method, w.Endpoint+path, strings.NewReader(body))
	if failed != nil {
		t.Fatal(failed)
	}
	keys, date := w.Credentials(caller), time.Now().UTC().Format(http.TimeFormat)
	mac := hmac.New(sha1.New, []byte(keys.SecretAccessKey))
	fmt.Fprintf(mac, "%s\n\n\n%s\n%s", method, date, path)
	r.Header.Set("Date", date)
	r.Header.Set("Authorization", "AWS "+keys.AccessKeyID+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	resp, failed := client.Do(r)
	if failed != nil {
		t.Fatal(failed)
	}
	defer resp.Body.Close()
	if _, failed := io.Copy(io.Discard, resp.Body); failed != nil {
		t.Fatal(failed)
	}
	return resp.StatusCode, denied{resp.Header.Get("x-amz-request-id")}
}

const slowDown = `{"name": "busy", "match": {"operation": "PutObject"}, "when": {"first": 2},
	"effect": {"error": {"code": "SlowDown"}}, "must_fire": true}`

const parallel = 500

// Five hundred tests run side by side, each with a world, keys, faults and a journal of its
// own, and none sees another.
func TestWorldsAreApart(t *testing.T) {
	begun := time.Now()
	t.Run("all", func(t *testing.T) {
		for i := 0; i < parallel; i++ {
			i := i
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				w := s3fault.Start(t, "plain")
				want := []int{200, 200, 200}
				if i%2 == 0 {
					w.AddFault(slowDown)
					want = []int{503, 503, 200}
				}
				for attempt, wanted := range want {
					if got, _ := send(t, w, "app", "PUT", fmt.Sprintf("/my-bucket/%d", i), "x"); got != wanted {
						t.Errorf("attempt %d: %d, want %d", attempt, got, wanted)
					}
				}
				if got, _ := send(t, w, "app", "GET", fmt.Sprintf("/my-bucket/%d", (i+1)%parallel), ""); got != 404 {
					t.Errorf("another's object: %d", got)
				}
				if n := len(w.Requests()); n != 4 {
					t.Errorf("%d requests in the journal", n)
				}
			})
		}
	})
	took := time.Since(begun)
	each := (took / parallel).Round(10 * time.Microsecond)
	t.Logf("%d tests in parallel in %v: %v a test", parallel, took.Round(time.Millisecond), each)
}

// A refusal is told, cured and graded.
func TestRefusal(t *testing.T) {
	w := s3fault.Start(t, "ip-deny")
	status, err := send(t, w, "app", "GET", "/my-bucket/file.txt", "")
	if status != 403 {
		t.Fatalf("%d", status)
	}
	w.WantDenied(err, "bucket-policy")
	w.WantDenied(errors.New("a client that tells no id"), "bucket-policy")
	if why := w.Why(err.id); !strings.Contains(why, `statement "OfficeOnly"`) || !strings.Contains(why, "Fix:") {
		t.Errorf("why says %s", why)
	}
	if g := w.Grade(); g.Verdict != "not-fixed" || g.Fixed || len(g.JSON) == 0 {
		t.Errorf("graded %+v before the fix", g)
	}
	w.Fix()
	if g := w.Grade(); g.Verdict != "good" || !g.Fixed {
		t.Errorf("graded %s after the fix", g.JSON)
	}
	w.Verify(`{"operation": "GetObject", "status": 403, "times": 1}`, `{"operation": "writes", "times": 0}`)
	w.Reset()
	if status, _ := send(t, w, "app", "GET", "/my-bucket/file.txt", ""); status != 403 {
		t.Errorf("%d after the reset", status)
	}
}

// What the scenario file can say, a test can change and read.
func TestFactsAndFaults(t *testing.T) {
	w := s3fault.Start(t, "plain", s3fault.Patch(`{"buckets": {"my-bucket": {"tags": {"state": "new"}}}}`))
	if !strings.Contains(string(w.Facts()), `"state":"new"`) {
		t.Errorf("%s", w.Facts())
	}
	w.Patch(`{"buckets": {"my-bucket": {"tags": {"state": "changed"}}}}`)
	if !strings.Contains(string(w.Facts()), `"state":"changed"`) {
		t.Errorf("%s", w.Facts())
	}
	if name := w.AddFault(slowDown); name != "busy" {
		t.Errorf("the rule is called %q", name)
	}
	for i := 0; i < 3; i++ {
		send(t, w, "app", "PUT", "/my-bucket/a", "x")
	}
	if f := w.Faults(); len(f) != 1 || f[0].Struck != 2 || !f[0].MustFire {
		t.Errorf("%+v", f)
	}
	struck := w.Requests("operation=PutObject", "status=503")
	if len(struck) != 2 || struck[0].Fault == nil || struck[0].Fault.Rule != "busy" || len(struck[0].JSON) == 0 {
		t.Errorf("%+v", struck)
	}
	w.RemoveFaults()
	if f := w.Faults(); len(f) != 0 {
		t.Errorf("%+v", f)
	}
}

// A world's time is its own.
func TestClock(t *testing.T) {
	w, other := s3fault.Start(t, "plain"), s3fault.Start(t, "plain")
	before := w.Clock().Now
	if after := w.Advance(61 * time.Minute).Now; after.Sub(before) < time.Hour {
		t.Errorf("%v after %v", after, before)
	}
	if c := other.Clock(); c.Now.Sub(c.Real) > time.Minute {
		t.Errorf("the other world's clock: %+v", c)
	}
	if status, _ := send(t, w, "app", "GET", "/my-bucket/file.txt", ""); status != 200 {
		t.Errorf("the next request: %d", status)
	}
	if c := w.SetClock(`{"offset": "-2h"}`); c.Offset != "-2h0m0s" {
		t.Errorf("%+v", c)
	}
}

// A program that is run with Env reaches the world, whatever the surroundings say, and
// whether there is a program to say more or not.
func TestEnv(t *testing.T) {
	t.Setenv("AWS_PROFILE", "mine")
	t.Setenv("AWS_SESSION_TOKEN", "mine")
	t.Setenv("NO_PROXY", "mine.example")
	w := s3fault.Start(t, "plain")
	holdEnv(t, w)
	t.Setenv("S3FAULT_BINARY", "/none/s3fault")
	holdEnv(t, w)
}

func holdEnv(t *testing.T, w *s3fault.World) {
	t.Helper()
	env := "\n" + strings.Join(w.Env("app"), "\n") + "\n"
	for _, want := range []string{
		"AWS_ENDPOINT_URL=" + w.Endpoint, "AWS_REGION=" + w.Region, "PATH=" + os.Getenv("PATH"),
		"AWS_ACCESS_KEY_ID=" + w.Credentials("app").AccessKeyID, "S3FAULT_ENDPOINT=" + w.Endpoint,
	} {
		if !strings.Contains(env, "\n"+want+"\n") {
			t.Errorf("no %s in %s", want, env)
		}
	}
	if n := strings.Count(env, "\nNO_PROXY="); n != 1 || !strings.Contains(env, "mine.example,") {
		t.Errorf("NO_PROXY is there %d times in %s", n, env)
	}
	for _, gone := range []string{"\nAWS_PROFILE=", "\nAWS_SESSION_TOKEN="} {
		if strings.Contains(env, gone) {
			t.Errorf("%q is still there", gone)
		}
	}
}

// A server with a file of one's own, and the same server once more, as one that was there.
func TestServeAndConnect(t *testing.T) {
	file := t.TempDir() + "/scenarios.yaml"
	text := "version: 1\nscenarios:\n" +
		"  one: {title: One, accounts: {123456789012: {}}, callers: {me: {root: true}}, buckets: {my-bucket: {}}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if w := s3fault.Start(t, "one", s3fault.File(file)); w.Region == "" {
		t.Errorf("%+v", w)
	}
	started, err := s3fault.Serve("-f", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Close(); err != nil {
			t.Error(err)
		}
		if _, err := s3fault.Connect(started.Endpoint); err == nil {
			t.Error("a closed server still answers")
		}
	})
	there, err := s3fault.Connect(started.Endpoint + "/~one")
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	w := there.World(t, "one", s3fault.Responses("aws"), s3fault.Expires("5m"))
	if w.Endpoint != started.Endpoint+"/~"+w.ID {
		t.Errorf("the world of a server elsewhere is at %s", w.Endpoint)
	}
	if status, _ := send(t, w, "me", "GET", "/my-bucket", ""); status != 200 {
		t.Errorf("%d", status)
	}
	if own := started.World(t, "one"); strings.Contains(own.Endpoint, "/~") {
		t.Errorf("the world of a server here is at %s", own.Endpoint)
	}
}
