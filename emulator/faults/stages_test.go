package faults

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// An error is told in the form that the rule names, with what it brings.
func TestErrorForms(t *testing.T) {
	for name, row := range map[string]struct {
		effect, method string
		status         int
		header         map[string]string
		body           string // that the answer has; empty: it has none
	}{
		"xml": {`{code: SlowDown}`, "GET", 503, map[string]string{"Content-Type": "application/xml"},
			"<Code>SlowDown</Code><Message>Please reduce your request rate.</Message>"},
		"other words": {`{code: SlowDown, status: 429, message: Later}`, "GET", 429, nil,
			"<Code>SlowDown</Code><Message>Later</Message>"},
		"a code of its own": {`{code: Mine, status: 599, message: mine}`, "GET", 599, nil,
			"<Code>Mine</Code><Message>mine</Message>"},
		"when to come again": {`{code: SlowDown, retry_after: 3, x_amz_retry_after: 1500}`, "GET", 503,
			map[string]string{"Retry-After": "3", "X-Amz-Retry-After": "1500"}, "SlowDown"},
		"none": {`{code: InternalError, body: none}`, "GET", 500,
			map[string]string{"X-Amz-Request-Id": "", "Content-Length": "0"}, ""},
		"none at all": {`{status: 502, body: none}`, "GET", 502, nil, ""},
		"html": {`{status: 502, body: html}`, "GET", 502,
			map[string]string{"Content-Type": "text/html", "X-Amz-Request-Id": ""},
			"<head><title>502 Bad Gateway</title></head>"},
		"for a HEAD": {`{code: SlowDown}`, "HEAD", 503, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			srv, base := faultyServer(t)
			setFaults(t, srv, `[{name: broken, effect: {error: `+row.effect+`}}]`)
			got := send(t, row.method, base+"/my-bucket/a.txt", "")
			if got.status != row.status || !strings.Contains(got.body, row.body) || row.body == "" && got.body != "" {
				t.Errorf("%+v", got)
			}
			for name, want := range row.header {
				if value := got.header.Get(name); value != want {
					t.Errorf("%s: %q, want %q", name, value, want)
				}
			}
			e := srv.Requests("w")[0]
			if e.Status != row.status || e.Fault == nil || e.Fault.Rule != "broken" || !e.Fault.Answered {
				t.Errorf("the journal says %+v", e)
			}
		})
	}
}

// At arrival nobody is proved and nothing decided: the caller is whose key the request
// claims.
func TestArrivalKnowsWhoIsClaimed(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `
- {name: anns, match: {caller: ann}, stage: arrival, effect: {error: {code: SlowDown}}}
- {name: nobodys, match: {caller: anonymous, operation: ListBuckets}, stage: arrival,
  effect: {error: {code: InternalError}}}`)
	sc, err := srv.Describe("w", base)
	if err != nil {
		t.Fatal(err)
	}
	claim := "AWS4-HMAC-SHA256 Credential=" + sc.Callers["ann"].AccessKeyID +
		"/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00"
	r, err := http.NewRequest(http.MethodGet, base+"/my-bucket/a.txt", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", claim)
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode != 503 {
		t.Errorf("claimed by ann: %s", reply.Status)
	}
	if e := srv.Requests("w")[0]; len(e.Decisions) != 0 || e.Fault == nil || e.Fault.Stage != "arrival" {
		t.Errorf("the journal says %+v", e)
	}
	if got := send(t, http.MethodGet, base+"/my-bucket/a.txt", ""); got.status != 200 {
		t.Errorf("anonymous: %+v", got)
	}
	if got := send(t, http.MethodGet, base+"/", ""); got.status != 500 {
		t.Errorf("the list of buckets, anonymous: %+v", got)
	}
}

// What is refused never reaches the commit, and uses up no strike.
func TestRefusedUsesUpNoStrike(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `[{name: once, match: {operation: [PutObject, ListBuckets]}, when: {first: 1},
		effect: {error: {code: SlowDown}}}]`)
	if got := send(t, http.MethodGet, base+"/", ""); got.status != 403 {
		t.Errorf("refused: %+v", got)
	}
	if e := srv.Requests("w")[0]; e.Fault != nil || e.Denied() == nil {
		t.Errorf("the journal says %+v", e)
	}
	if got := send(t, http.MethodPut, base+"/my-bucket/n", "x"); got.status != 503 {
		t.Errorf("allowed: %+v", got)
	}
}

// A list of deletions is answered as a whole, and nothing of it is done.
func TestNothingOfAListIsDone(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `[{match: {operation: DeleteObjects}, effect: {error: {code: InternalError}}}]`)
	const list = `<Delete><Object><Key>a.txt</Key></Object><Object><Key>b.txt</Key></Object></Delete>`
	r, err := http.NewRequest(http.MethodPost, base+"/my-bucket?delete", strings.NewReader(list))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-MD5", md5Of(list))
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode != 500 {
		t.Errorf("deletions: %s", reply.Status)
	}
	for _, key := range []string{"a.txt", "b.txt"} {
		if got := send(t, http.MethodGet, base+"/my-bucket/"+key, ""); got.status != 200 {
			t.Errorf("%s: %+v", key, got)
		}
	}
}

// Writes that meet one another are decided again and struck once: exactly the first ten
// of a hundred fail.
func TestStruckOnceHoweverOftenDecided(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `[{match: {operation: PutObject}, when: {first: 10}, effect: {error: {code: SlowDown}}}]`)
	statuses := make([]int, 100)
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() { statuses[i] = send(t, http.MethodPut, base+"/my-bucket/one", "x").status })
	}
	all.Wait()
	count := map[int]int{}
	for _, s := range statuses {
		count[s]++
	}
	if count[503] != 10 || count[200] != 90 {
		t.Errorf("statuses: %v", count)
	}
}

// Rules of different stages may strike one request; the journal has all, in order, and
// the one that made the answer.
func TestSeveralStrike(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `
- {name: after, stage: after_commit, effect: {error: {code: InternalError}}}
- {name: slow, stage: arrival, effect: {latency: 0s}}`)
	if got := send(t, http.MethodPut, base+"/my-bucket/n", "x"); got.status != 500 {
		t.Errorf("%+v", got)
	}
	e := srv.Requests("w")[0]
	if len(e.Faults) != 2 || e.Faults[0].Rule != "slow" || e.Faults[1].Rule != "after" || e.Fault.Rule != "after" {
		t.Errorf("the journal says %+v, %+v", e.Fault, e.Faults)
	}
}

// A control API tells its own errors in its own form.
func TestControlAPIErrors(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `[{match: {operation: "iam:*"}, stage: arrival, effect: {error: {code: Throttling}}}]`)
	form := url.Values{"Action": {"CreateUser"}, "Version": {"2010-05-08"}, "UserName": {"x"}}
	reply, err := http.PostForm(base+"/", form)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	e := srv.Requests("w")[0]
	if reply.StatusCode != 400 || e.Code != "Throttling" || e.Message != "Rate exceeded" || e.Service != "iam" {
		t.Errorf("%s, %+v", reply.Status, e)
	}
}

// Reset puts rules and counters back as loaded; a patch keeps the counters of rules that
// stay; setting rules begins anew.
func TestWhatKeepsCounters(t *testing.T) {
	srv, base := faultyServer(t)
	const once = `{"name": "once", "match": {"operation": "GetObject"}, "when": {"first": 1},
		"effect": {"error": {"code": "SlowDown"}}}`
	statuses := func(want ...int) {
		t.Helper()
		for _, w := range want {
			if got := send(t, http.MethodGet, base+"/my-bucket/a.txt", ""); got.status != w {
				t.Errorf("%+v, want %d", got, w)
			}
		}
	}
	setFaults(t, srv, `{"faults": [`+once+`]}`)
	statuses(503, 200)
	if err := srv.Patch("w", []byte(`{"faults": [`+once+`, {"name": "another", "effect": "pass"}]}`)); err != nil {
		t.Fatal(err)
	}
	statuses(200)
	setFaults(t, srv, `{"faults": [`+once+`]}`)
	statuses(503, 200)
	if err := srv.Reset("w"); err != nil {
		t.Fatal(err)
	}
	if all, err := srv.Faults("w"); err != nil || len(all) != 0 {
		t.Errorf("reset left %+v, %v", all, err)
	}
	statuses(200)
}

// Which rules must fire, and have not.
func TestNeverStruck(t *testing.T) {
	srv, base := faultyServer(t)
	setFaults(t, srv, `
- {name: get, match: {operation: GetObject}, effect: {latency: 0s}, must_fire: true}
- {name: put, match: {operation: PutObject}, effect: {latency: 0s}, must_fire: true}
- {name: free, match: {operation: PutObject}, effect: {latency: 0s}}`)
	send(t, http.MethodGet, base+"/my-bucket/a.txt", "")
	if names, err := srv.NeverStruck("w"); err != nil || len(names) != 1 || names[0] != "put" {
		t.Errorf("never struck: %v, %v", names, err)
	}
}

// md5Of is a text's Content-MD5.
func md5Of(text string) string {
	sum := md5.Sum([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}
