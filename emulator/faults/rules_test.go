package faults

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

// faulty is a world of a public bucket, with the rules that a test gives it.
const faulty = `
version: 1
scenarios:
  w:
    title: faults
    accounts: {123456789012: {users: {ann: {}}}}
    callers: {ann: {account: 123456789012, user: ann}}
    buckets:
      my-bucket: {owner: 123456789012, public_access_block: none, objects: {a.txt: {body: hello}, b.txt: {body: world}},
        policy: {Version: 2012-10-17, Statement: [
          {Effect: Allow, Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::my-bucket*"]}]}}
`

// faultyServer serves the world on a free port.
func faultyServer(t *testing.T) (*emulator.Server, string) {
	t.Helper()
	file, err := scenarios.Parse("faulty.yaml", []byte(faulty))
	if err != nil {
		t.Fatal(err)
	}
	srv, err := emulator.New(emulator.Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := srv.Loopback(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return srv, base
}

// answer is what came of a request.
type answer struct {
	status       int
	header       http.Header
	body         string
	disconnected error
}

func send(t *testing.T, method, url, body string) answer {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return answer{disconnected: err}
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	return answer{reply.StatusCode, reply.Header, string(text), err}
}

func setFaults(t *testing.T, srv *emulator.Server, text string) {
	t.Helper()
	if err := srv.SetFaults("w", []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// The next three puts fail, and then no more; nothing is written by those that fail.
func TestFirstPutsFail(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `[{name: slow, match: {operation: PutObject}, when: {first: 3}, effect: {error: {code: SlowDown}}}]`)
	url := base + "/my-bucket/new.txt"
	for i, want := range []int{503, 503, 503, 200, 200} {
		if got := send(t, http.MethodPut, url, "x"); got.status != want {
			t.Errorf("put %d: %+v, want %d", i+1, got, want)
		}
		written := send(t, http.MethodGet, url, "").status == 200
		if written != (want == 200) {
			t.Errorf("put %d was answered %d, written: %v", i+1, want, written)
		}
	}
	all, err := srv.Faults("w")
	if err != nil || len(all) != 1 || all[0].Matched != 5 || all[0].Struck != 3 {
		t.Errorf("faults: %+v, %v", all, err)
	}
	e := srv.Requests("w")[0]
	if e.Fault == nil || e.Fault.Rule != "slow" || e.Fault.Stage != "before_commit" || e.Fault.Effect != "error" ||
		!e.Fault.Answered || e.Code != "SlowDown" || e.Denied() != nil || len(e.Decisions) == 0 {
		t.Errorf("the journal says %+v", e)
	}
}

// After the commit all is as success would have left it, and only the answer fails.
func TestLostAnswer(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `{"use": "lost-answer"}`)
	url := base + "/my-bucket/new.txt"
	if got := send(t, http.MethodPut, url, "x"); got.status != 500 || !strings.Contains(got.body, "InternalError") {
		t.Fatalf("put: %+v", got)
	}
	if got := send(t, http.MethodGet, url, ""); got.body != "x" {
		t.Errorf("get: %+v", got)
	}
	if got := send(t, http.MethodPut, url, "y"); got.status != 200 {
		t.Errorf("put again: %+v", got)
	}
}

// Rules are replaced whole or not at all.
func TestSetFaultsWholeOrNot(t *testing.T) {
	_, base := faultyServer(t)
	url := base + "/_s3fault/worlds/w/faults"
	good := `{"faults": [{"name": "one", "effect": {"error": {"code": "SlowDown"}}}]}`
	if got := send(t, http.MethodPut, url, good); got.status != 200 {
		t.Fatalf("%+v", got)
	}
	before := send(t, http.MethodGet, url, "").body
	for name, row := range map[string]struct{ text, says string }{
		"effect": {`{"faults": [{"effect": "pass"}, {"effect": {"eror": {"code": "SlowDown"}}}]}`,
			`faults:1:45: unknown key "eror" in a fault effect (did you mean "error"?)`},
		"code": {`{"faults": [{"effect": {"error": {"code": "SlowDwn"}}}]}`, `faults:1:43: unknown code "SlowDwn" of S3: ` +
			`another one needs a status and a message (did you mean "SlowDown"?)`},
		"set": {`{"use": "lost-anser"}`, `faults:1:9: unknown fault set "lost-anser" (did you mean "lost-answer"?)`},
	} {
		got := send(t, http.MethodPut, url, row.text)
		var told struct{ Error string }
		if err := json.Unmarshal([]byte(got.body), &told); err != nil || got.status != 400 || told.Error != row.says {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if after := send(t, http.MethodGet, url, "").body; after != before {
			t.Errorf("%s: the rules were %s, now %s", name, before, after)
		}
	}
}

// Rules are added and taken away one by one, and all at once.
func TestAddAndRemoveFaults(t *testing.T) {
	srv, base := faultyServer(t)
	url := base + "/_s3fault/worlds/w/faults"
	rule := `{"match": {"operation": "GetObject"}, "effect": {"error": {"code": "InternalError"}}}`
	if got := send(t, http.MethodPost, url, rule); got.status != 201 || got.body != `{"name":"fault-1"}`+"\n" {
		t.Errorf("%+v", got)
	}
	if got := send(t, http.MethodGet, base+"/my-bucket/a.txt", ""); got.status != 500 {
		t.Errorf("get: %+v", got)
	}
	if got := send(t, http.MethodDelete, url+"/fault-2", ""); got.status != 404 {
		t.Errorf("%+v", got)
	}
	if got := send(t, http.MethodPost, url, rule); got.body != `{"name":"fault-2"}`+"\n" {
		t.Errorf("%+v", got)
	}
	if got := send(t, http.MethodDelete, url+"/fault-2", ""); got.status != 200 {
		t.Errorf("%+v", got)
	}
	if all, err := srv.Faults("w"); err != nil || len(all) != 1 || all[0].Struck != 1 {
		t.Errorf("the rule that stays lost its counter: %+v, %v", all, err)
	}
	if got := send(t, http.MethodDelete, url, ""); got.status != 200 {
		t.Errorf("%+v", got)
	}
	if got := send(t, http.MethodGet, base+"/my-bucket/a.txt", ""); got.status != 200 {
		t.Errorf("get: %+v", got)
	}
}
