package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

// lockedOut is a server with one world, which listens nowhere.
func lockedOut(t *testing.T) *emulator.Server {
	t.Helper()
	f, err := scenarios.Parse("world.yaml", []byte(`
version: 1
scenarios:
  locked-out:
    title: Nothing is allowed
    fix: [1]
    accounts: {123456789012: {users: {ann: {}}}}
    callers: {ann: {user: ann}}
    buckets: {my-bucket: {objects: {k: {body: x}}}}
    fix_patch: {buckets: {my-bucket: {tags: {state: fixed}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{File: f})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// answered is the status and the body of an answer, without the end of its line.
func answered(t *testing.T, s *emulator.Server, method, url, body string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, url, strings.NewReader(body)))
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("%s %s is answered with %q", method, url, got)
	}
	if (w.Code == http.StatusMethodNotAllowed) != (w.Header().Get("Allow") != "") {
		t.Errorf("%s %s: %d, and Allow is %q", method, url, w.Code, w.Header().Get("Allow"))
	}
	text, ended := strings.CutSuffix(w.Body.String(), "\n")
	if !ended {
		t.Errorf("%s %s: the line of %q does not end", method, url, text)
	}
	return w.Code, text
}

// Every call has its answer, or the status and the words of what is wrong with it. Each
// is made of a new server.
func TestControlAnswers(t *testing.T) {
	const at = "http://localhost:7000/_s3fault"
	for _, c := range []struct {
		method, url, body string
		status            int
		holds             string // part of the answer
	}{
		{"GET", at + "/health", "", http.StatusOK, `{"status":"ok",`},
		{"GET", at + "/health", "", http.StatusOK, `"scenarios":1,"default":"locked-out"}`},
		{"GET", at + "/scenarios", "", http.StatusOK, `{"scenarios":[{"name":"locked-out","title":"Nothing is allowed","fix":[1]}]}`},
		{"GET", at + "/scenarios/locked-out", "", http.StatusOK, `"endpoint":"http://localhost:7000/~locked-out"`},
		{"GET", "https://localhost/_s3fault/scenarios/locked-out", "", http.StatusOK, `"endpoint":"https://localhost/~locked-out"`},
		{"GET", at + "/scenarios/locked-uot", "", http.StatusNotFound, `{"error":"no scenario \"locked-uot\" (did you mean \"locked-out\"?)"}`},
		{"GET", at + "/worlds/locked-out", "", http.StatusOK, `"buckets":{"my-bucket":`},
		{"GET", at + "/worlds/other", "", http.StatusNotFound, `{"error":"no world \"other\"`},
		{"GET", at + "/worlds/locked-out/requests", "", http.StatusOK, `{"requests":[]}`},
		{"GET", at + "/worlds/other/requests", "", http.StatusNotFound, `{"error":"no world \"other\"`},
		{"GET", at + "/worlds/locked-out/cloudtrail", "", http.StatusOK, `{"Records":[]}`},
		{"GET", at + "/worlds/other/cloudtrail", "", http.StatusNotFound, `{"error":"no world \"other\"`},
		{"GET", at + "/requests/NONE", "", http.StatusNotFound, `{"error":"no request \"NONE\"`},
		{"GET", at + "/requests/NONE/advice", "", http.StatusNotFound, `{"error":"no request \"NONE\"`},
		{"PATCH", at + "/worlds/locked-out", `{"clock":{"offset":"1h"}}`, http.StatusOK, `{}`},
		{"PATCH", at + "/worlds/locked-out", `{"bucket":{}}`, http.StatusBadRequest, `{"error":"patch:1:2: unknown key \"bucket\" in a world (did you mean \"buckets\"?)"}`},
		{"PATCH", at + "/worlds/locked-out", strings.Repeat(" ", 8<<20) + "{}", http.StatusRequestEntityTooLarge, `too large`},
		{"PATCH", at + "/worlds/other", `{}`, http.StatusNotFound, `{"error":"no world \"other\"`},
		{"GET", at + "/worlds/locked-out/clock", "", http.StatusOK, `"offset":"0s","rate":1,"client_skew":"0s"}`},
		{"GET", at + "/worlds/other/clock", "", http.StatusNotFound, `{"error":"no world \"other\"`},
		{"PUT", at + "/worlds/locked-out/clock", `{"client_skew":"1h"}`, http.StatusOK, `"offset":"0s","rate":1,"client_skew":"1h0m0s"}`},
		{"PUT", at + "/worlds/locked-out/clock", `{"now":"2026-01-02T03:04:05Z"}`, http.StatusOK, `{"now":"2026-01-02T03:04:05Z",`},
		{"PUT", at + "/worlds/locked-out/clock", `{"advnace":"61m"}`, http.StatusBadRequest, `{"error":"body:1:2: unknown key \"advnace\" in a clock (did you mean \"advance\"?)"}`},
		{"PUT", at + "/worlds/locked-out/clock", `{"advance":"61 minutes"}`, http.StatusBadRequest, `body:1:12: `},
		{"PUT", at + "/worlds/locked-out/clock", `{"advance":"61m","offset":"1h"}`, http.StatusBadRequest, `{"error":"body:1:12: the clock cannot take this and offset in one step"}`},
		{"PUT", at + "/worlds/locked-out/clock", `{"rate":-1}`, http.StatusBadRequest, `body:1:9: `},
		{"PUT", at + "/worlds/locked-out/clock", `{}`, http.StatusBadRequest, `a step has now, offset, advance, rate or client_skew`},
		{"PUT", at + "/worlds/locked-out/clock", `{"offset":"-876000h"}`, http.StatusBadRequest, `{"error":"clock: it would stand in the year 19`},
		{"PUT", at + "/worlds/other/clock", `{"advance":"1s"}`, http.StatusNotFound, `{"error":"no world \"other\"`},
		{"DELETE", at + "/worlds/locked-out/clock", "", http.StatusOK, `"offset":"0s","rate":1,"client_skew":"0s"}`},
		{"DELETE", at + "/worlds/other/clock", "", http.StatusNotFound, `{"error":"no world \"other\"`},
		{"POST", at + "/worlds/locked-out/reset", "", http.StatusOK, `{}`},
		{"POST", at + "/worlds/other/reset", "", http.StatusNotFound, `{"error":"no world \"other\"`},
		{"POST", at + "/worlds/locked-out/fix", "", http.StatusOK, `{}`},
		{"POST", at + "/worlds/other/fix", "", http.StatusNotFound, `{"error":"no world \"other\"`},
		{"POST", at + "/health", "", http.StatusMethodNotAllowed, `{"error":"/_s3fault/health does not take POST"}`},
		{"GET", at + "/worlds/locked-out/fix", "", http.StatusMethodNotAllowed, `{"error":"/_s3fault/worlds/locked-out/fix does not take GET"}`},
		{"GET", at + "/help", "", http.StatusNotFound, `{"error":"no control call \"GET /_s3fault/help\""}`},
		{"GET", at, "", http.StatusOK, `{"method":"GET","path":"/_s3fault","does":"all calls"}`},
		{"GET", at + "/", "", http.StatusNotFound, `{"error":"no control call \"GET /_s3fault/\""}`},
	} {
		status, text := answered(t, lockedOut(t), c.method, c.url, c.body)
		if status != c.status || !strings.Contains(text, c.holds) {
			t.Errorf("%s %s is answered with %d %s, want %d and %s", c.method, c.url, status, text, c.status, c.holds)
		}
	}
}

// A patch and the fix change the world that is asked for, and reset takes both back.
func TestControlChanges(t *testing.T) {
	const world = "http://localhost/_s3fault/worlds/locked-out"
	s := lockedOut(t)
	_, before := answered(t, s, "GET", world, "")
	for _, change := range []struct{ method, url, body, leaves string }{
		{"PATCH", world, `{"buckets":{"my-bucket":{"tags":{"state":"patched"}}}}`, `"tags":{"state":"patched"}`},
		{"POST", world + "/fix", "", `"tags":{"state":"fixed"}`},
	} {
		if status, text := answered(t, s, change.method, change.url, change.body); status != http.StatusOK {
			t.Errorf("%s %s: %d %s", change.method, change.url, status, text)
		}
		if _, after := answered(t, s, "GET", world, ""); !strings.Contains(after, change.leaves) || strings.Contains(before, change.leaves) {
			t.Errorf("%s %s leaves %s, want %s", change.method, change.url, after, change.leaves)
		}
	}
	answered(t, s, "POST", world+"/reset", "")
	if _, after := answered(t, s, "GET", world, ""); after != before {
		t.Errorf("after the reset the world is\n%s\nand was\n%s", after, before)
	}
}

// A refused request is found by its id, in its world's list, and with what would let it
// pass.
func TestControlOfARefusedRequest(t *testing.T) {
	s := lockedOut(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/~locked-out/my-bucket/k", nil))
	//lint:ignore SA1008 S3 writes it in small letters
	id := strings.Join(w.Header()["x-amz-request-id"], "")
	if w.Code != http.StatusForbidden || id == "" {
		t.Fatalf("an anonymous GET is answered with %d, id %q", w.Code, id)
	}
	for path, holds := range map[string]string{
		"/requests/" + id: `"request_id":"` + id + `"`, "/worlds/locked-out/requests": `"request_id":"` + id + `"`,
		"/requests/" + id + "/advice": `"class":"request","text":"sign it, as somebody whom the policies allow s3:GetObject`,
	} {
		if status, text := answered(t, s, "GET", "http://localhost/_s3fault"+path, ""); status != http.StatusOK || !strings.Contains(text, holds) {
			t.Errorf("%s is answered with %d %s, want %s", path, status, text, holds)
		}
	}
}
