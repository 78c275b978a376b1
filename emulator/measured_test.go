package emulator_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// What an entry counts, and what it has of the client's headers. All requests go over one
// connection, so that a request is over when the next is answered.
func TestMeasured(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	one := &http.Transport{MaxConnsPerHost: 1}
	defer one.CloseIdleConnections()
	kib, whoami := bytes.Repeat([]byte{'s'}, 1<<10), []byte("Action=GetCallerIdentity&Version=2011-06-15")
	rows := []struct {
		name, service, method, path string // no service: it is not signed
		body                        []byte
		status                      int
		in                          int
	}{
		{"a write", "s3", "PUT", "/my-bucket/k", kib, 200, 1 << 10},
		{"a read", "s3", "GET", "/my-bucket/k", nil, 200, 0},
		{"a HEAD", "s3", "HEAD", "/my-bucket/k", nil, 200, 0},
		{"a refused write, of which nothing is read", "", "PUT", "/my-bucket/k", kib, 403, 0},
		{"a control API, which reads first", "sts", "POST", "/", whoami, 200, len(whoami)},
		{"a read of nothing", "s3", "GET", "/my-bucket/none", nil, 404, 0},
		{"the last", "s3", "GET", "/my-bucket/k", nil, 200, 0},
	}
	out := make([]int, len(rows))
	for i, row := range rows {
		r := request(t, srv, row.method, row.path, row.body)
		r.Header.Set("User-Agent", "measuring/1.0")
		r.Header.Set("amz-sdk-invocation-id", row.name)
		r.Header.Set("amz-sdk-request", "ttl=20260102T030405Z; attempt=2; max=3")
		if row.service != "" {
			scope := sigv4.Scope{Region: srv.Region, Service: row.service}
			sigv4.Sign(r, credentials(srv, "app"), scope, sigv4.HashPayload(row.body), time.Now())
		}
		status, body := over(t, one, r)
		if out[i] = len(body); status != row.status {
			t.Errorf("%s: %d %s", row.name, status, body)
		}
	}
	for i, e := range srv.Requests()[:len(rows)-1] {
		row := rows[i]
		if e.Invocation != row.name || e.Attempt != 2 || e.UserAgent != "measuring/1.0" || e.SourceIP == "" {
			t.Errorf("%s: of the client the entry has %+v", row.name, e)
		}
		if !e.Answered || e.BytesIn != int64(row.in) || e.BytesOut != int64(out[i]) || e.Duration <= 0 {
			t.Errorf("%s: %t, %d in, %d out, %v, want %d and %d",
				row.name, e.Answered, e.BytesIn, e.BytesOut, e.Duration, row.in, out[i])
		}
	}
}

// over sends a request by a transport and reads the answer to its end.
func over(t *testing.T, by *http.Transport, r *http.Request) (int, []byte) {
	t.Helper()
	resp, err := by.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}
