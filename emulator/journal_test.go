package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// listening is a server on a free port of its own, which its test may stop.
func listening(t testing.TB) (s *Server, base string, stop func() error) {
	t.Helper()
	s, _ = serveFamiliar(t)
	base, end, err := s.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ended atomic.Bool
	stop = func() error {
		ended.Store(true)
		return end()
	}
	t.Cleanup(func() {
		if !ended.Load() {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
	})
	return s, base, stop
}

// signed sends a request that a caller of the plain world signs, over HTTP. An empty caller signs nothing.
func signed(t testing.TB, s *Server, base, caller, method, path, body string) int {
	t.Helper()
	r, err := http.NewRequest(method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if caller != "" {
		scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
		sigv4.Sign(r, keyOf(t, s, "plain", caller), scope, sigv4.HashPayload([]byte(body)), s.config.Now())
	}
	status, _ := sent(t, r)
	return status
}

func controlled(t testing.TB, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return sent(t, r)
}

// eventful is a world in which a put has met SlowDown and was sent again, a read was refused,
// and one found nothing.
func eventful(t testing.TB) (s *Server, base string) {
	t.Helper()
	s, base, _ = listening(t)
	rule := `{"name":"slow","match":{"operation":"PutObject"},"when":{"first":1},` +
		`"effect":{"error":{"code":"SlowDown"}},"must_fire":true}`
	if _, err := s.AddFault("plain", []byte(rule)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		caller, method, path string
		status               int
	}{
		{"app", "PUT", "/my-bucket/logs/1", 503}, {"app", "PUT", "/my-bucket/logs/1", 200},
		{"", "GET", "/my-bucket/logs/1", 403}, {"admin", "GET", "/my-bucket/none", 404},
	} {
		if status := signed(t, s, base, c.caller, c.method, c.path, ""); status != c.status {
			t.Fatalf("%s %s: %d, want %d", c.method, c.path, status, c.status)
		}
	}
	return s, base
}

// What parameters mean over HTTP; what is wrong with one is said by its name.
func TestRequestsAreFiltered(t *testing.T) {
	s, base := eventful(t)
	second := s.Requests("plain")[1].RequestID
	for query, want := range map[string]string{
		"": "503 200 403 404", "operation=writes": "503 200", "caller=app&status=503": "503",
		"operation=PutObject&layer=bucket-policy": "", "layer=bucket-policy": "403", "caller=anonymous": "403",
		"fault=slow": "503", "key=logs/*": "503 200 403", "since=" + second: "403 404", "limit=1": "404",
		"operation=PutObject&limit=1": "200", "since=2038-01-01T00:00:00Z": "",
	} {
		var told struct{ Requests []Entry }
		got := controls(t, s, "GET", "/worlds/plain/requests?"+query, "", &told)
		statuses := make([]string, len(told.Requests))
		for i, e := range told.Requests {
			statuses[i] = fmt.Sprint(e.Status)
		}
		if got.Code != http.StatusOK || strings.Join(statuses, " ") != want {
			t.Errorf("%s: %d, %v, want %q", query, got.Code, statuses, want)
		}
	}
	for query, want := range map[string]string{
		"statsu=200":         `parameter statsu: there is none of this name (did you mean \"status\"?)`,
		"caller=amdin":       `unknown caller \"amdin\" (did you mean \"admin\"?)`,
		"fault=slwo":         `unknown fault rule \"slwo\" (did you mean \"slow\"?)`,
		"operation=PutObjct": `unknown operation \"PutObjct\" (did you mean \"PutObject\"?)`,
		"since=NONE":         `\"NONE\" is neither a time`, "stream=yes": `parameter stream: 1 is wanted here`, "stream=1&limit=x": `parameter limit`,
		"a=%zz": "invalid URL escape",
	} {
		status, text := controlled(t, "GET", base+"/_s3fault/worlds/plain/requests?"+query, "")
		if status != 400 || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s, want %s", query, status, text, want)
		}
	}
}

// Go programs ask by the same names, and are told what is wrong.
func TestSearch(t *testing.T) {
	s, _ := eventful(t)
	all, err := s.Search("plain", journal.Filter{Operation: []string{"reads"}}, journal.Filter{Status: 403})
	if err != nil || len(all) != 1 || all[0].Status != 403 || all[0].Denied() == nil {
		t.Errorf("got %+v, %v", all, err)
	}
	all, err = s.Search("plain", journal.Filter{Caller: "amdin"})
	if err == nil || all != nil || !strings.Contains(err.Error(), `"admin"`) {
		t.Errorf("of nobody: %v, %v", all, err)
	}
	var missing *NotFound
	if _, err = s.Search("plian"); !errors.As(err, &missing) {
		t.Errorf("of no world: %v", err)
	}
}

// Expectations are met, or it is said what was seen instead; a rule that must fire has to.
func TestVerify(t *testing.T) {
	s, base := eventful(t)
	for body, holds := range map[string][]string{
		``: {`200 {"verified":0}`}, `[]`: {`200 {"verified":0}`},
		`[{"operation":"PutObject","times":2},` +
			`{"caller":"app","status":200,"after":{"fault":"slow"}}]`: {`200 {"verified":2}`},
		`[{"operation":"PutObject","key":"logs/*","status":503,` +
			`"times_at_least":2}]`: {
			`409 {"error":"expectation 1: wanted at least 2 with operation PutObject, key logs/*, status 503, seen 1`,
			`"failures":[{"index":0,"expected":"at least 2 with`,
			`"differs":[{"what":"status","wanted":"503","seen":"200"}]`, `"never_struck":[]}`,
		},
		`[{"operation":"PutObjct"}]`: {`400 {"error":"body:1:15: unknown operation \"PutObjct\" ` +
			`(did you mean \"PutObject\"?)"}`},
		`{"operation":"PutObject"}`: {`400 {"error":"body:1:1: ` +
			`a list of expectations is wanted here, not a mapping"}`},
		`{}`: {`400 {"error":"body:1:1: ` +
			`a list of expectations is wanted here, not a mapping"}`},
		`[`: {`400 {"error":"body:1:2`},
	} {
		status, text := controlled(t, "POST", base+"/_s3fault/worlds/plain/verify", body)
		for _, part := range holds {
			if got := fmt.Sprint(status, " ", text); !strings.Contains(got, part) {
				t.Errorf("%s:\n%s\nwant\n%s", body, got, part)
			}
		}
	}
	rule := `{"name":"never","match":{"operation":"CopyObject"},"effect":{"error":{"code":"SlowDown"}},"must_fire":true}`
	if _, err := s.AddFault("plain", []byte(rule)); err != nil {
		t.Fatal(err)
	}
	status, text := controlled(t, "POST", base+"/_s3fault/worlds/plain/verify", "")
	if status != 409 || !strings.Contains(text, `"failures":[],"never_struck":["never"]`) {
		t.Errorf("a rule never struck: %d %s", status, text)
	}
	var unmet *journal.Unmet
	err := s.Verify("plain", journal.Expectation{Filter: journal.Filter{Caller: "admin"}, Times: journal.Exactly(3)})
	if !errors.As(err, &unmet) || len(unmet.Failures) != 1 || unmet.Failures[0].Seen != 1 ||
		!slices.Equal(unmet.NeverStruck, []string{"never"}) {
		t.Errorf("in Go: %v", err)
	}
	if err := s.Verify("plain", journal.Expectation{Filter: journal.Filter{Caller: "amdin"}}); err == nil ||
		errors.As(err, &unmet) {
		t.Errorf("an unknown caller: %v", err)
	}
	if status, _ := controlled(t, "POST", base+"/_s3fault/worlds/plian/verify", ""); status != 404 {
		t.Errorf("no world: %d", status)
	}
}

// BenchmarkRequests reads a journal of 10,000 allowed requests: all of it, and by filters.
func BenchmarkRequests(b *testing.B) {
	s, _ := serveFamiliar(b)
	key := keyOf(b, s, "plain", "app")
	for range recorded {
		if got := ask(s, key, "s3", "GET", "/my-bucket/file.txt", ""); got.Code != 200 {
			b.Fatal(got.Body)
		}
	}
	for _, query := range []string{"status=404", "operation=PutObject&key=logs/**", "limit=10", ""} {
		b.Run(fmt.Sprintf("%q", query), func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				w.Body = new(bytes.Buffer)
				s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/_s3fault/worlds/plain/requests?"+query, nil))
				if w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
