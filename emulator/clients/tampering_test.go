package clients

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/journal"
)

// tampered is a request that botocore signs and something on the way changes; URLs are
// behind the endpoint.
type tampered struct {
	Method  string             `json:"method"`
	Sign    string             `json:"sign"`
	Send    string             `json:"send"`
	Headers map[string]string  `json:"headers"`
	Arrive  map[string]*string `json:"arrive"`

	diagnosis string
}

// What proxies do to requests that botocore has really signed is found, and said so.
func TestDiagnosesOfBotocore(t *testing.T) {
	programs.Need(t, "python3")
	srv := emulatortest.Start(t, "plain")
	const file = "/my-bucket/file.txt"
	host := strings.TrimPrefix(srv.Endpoint, "http://")
	gzip, charset, seen := "gzip", "text/plain; charset=utf-8", host
	rows := []tampered{
		{Sign: file, Send: file, Headers: map[string]string{"Accept-Encoding": "identity"},
			Arrive:    map[string]*string{"Accept-Encoding": &gzip},
			diagnosis: "signed with accept-encoding identity, arrived with gzip"},
		{Sign: file, Send: file, Headers: map[string]string{"Accept-Encoding": "gzip, deflate, br"},
			Arrive:    map[string]*string{"Accept-Encoding": nil},
			diagnosis: "signed with accept-encoding gzip, deflate, br, arrived without it"},
		{Sign: file, Send: file, Headers: map[string]string{"Content-Type": "text/plain"},
			Arrive:    map[string]*string{"Content-Type": &charset},
			diagnosis: "signed with content-type text/plain, arrived with text/plain; charset=utf-8"},
		{Sign: "http://s3.amazonaws.com" + file, Send: file, Arrive: map[string]*string{"Host": &seen},
			diagnosis: "signed for s3.amazonaws.com, arrived for " + host},
		{Sign: file, Send: "/storage" + file, diagnosis: "signed for the path " + file + ", arrived for /storage" + file},
		{Sign: file, Send: "/file.txt", diagnosis: "signed for the path " + file + ", arrived for /file.txt"},
		{Sign: "/my-bucket/a%20b", Send: "/my-bucket/a%2520b",
			diagnosis: "signed with the path once, and it arrived encoded a second time"},
		{Sign: "/my-bucket/a%2Bb", Send: "/my-bucket/a+b",
			diagnosis: "signed with the path as if its + were %2B, while S3 takes a + for a space: send %2B"},
		{Sign: "/my-bucket?prefix=a", Send: "/my-bucket?prefix=a&utm=1",
			diagnosis: "signed without the parameter utm, which arrived"},
	}
	entries := tamper(t, srv, rows)
	for i, row := range rows {
		if e := entries[i]; e.Code != "SignatureDoesNotMatch" || e.Diagnosis != row.diagnosis {
			t.Errorf("%s, sent as %s: %s, %q; wanted %q", row.Sign, row.Send, e.Code, e.Diagnosis, row.diagnosis)
		}
	}
}

// tamper sends the requests, and has what the journal says of each.
func tamper(t *testing.T, srv *emulatortest.Server, rows []tampered) []journal.Entry {
	t.Helper()
	plan := struct {
		Endpoint string     `json:"endpoint"`
		Region   string     `json:"region"`
		Key      string     `json:"key"`
		Secret   string     `json:"secret"`
		Requests []tampered `json:"requests"`
	}{srv.Endpoint, srv.Region, srv.Caller("app").AccessKeyID, srv.Caller("app").SecretAccessKey, nil}
	for _, row := range rows {
		row.Method = "GET"
		if row.Headers == nil {
			row.Headers = map[string]string{}
		}
		if row.Arrive == nil {
			row.Arrive = map[string]*string{}
		}
		if strings.HasPrefix(row.Sign, "/") {
			row.Sign = srv.Endpoint + row.Sign
		}
		row.Send = srv.Endpoint + row.Send
		plan.Requests = append(plan.Requests, row)
	}
	stdin, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, exit := execute(t, environment(t, ""), stdin, "python3", "testdata/tampering.py")
	var ids []string
	if err := json.Unmarshal(stdout, &ids); err != nil || exit != 0 || len(ids) != len(rows) {
		t.Fatalf("exit %d, %v: %s%s", exit, err, stdout, stderr)
	}
	byID := map[string]journal.Entry{}
	for _, e := range srv.Requests() {
		byID[e.RequestID] = e
	}
	entries := make([]journal.Entry, len(ids))
	for i, id := range ids {
		entries[i] = byID[id]
	}
	return entries
}
