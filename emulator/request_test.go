package emulator_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// answer is a reply as a client reads it. Code and the elements after it are of
// an <Error> body.
type answer struct {
	status int
	header http.Header
	body   []byte

	XMLName           xml.Name
	Code, Message     string
	RequestId, HostId string
	Region            string
}

// send sends a request signed by a caller; edit changes it after it is signed.
// An empty caller signs nothing.
func send(t testing.TB, srv *emulatortest.Server, caller, method, path string, body []byte, edit ...func(*http.Request)) *answer {
	t.Helper()
	r := request(t, srv, method, path, body)
	if caller != "" {
		sign(srv, r, caller, body, time.Now())
	}
	for _, f := range edit {
		f(r)
	}
	return do(t, r)
}

func request(t testing.TB, srv *emulatortest.Server, method, path string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, srv.Endpoint+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sign(srv *emulatortest.Server, r *http.Request, caller string, body []byte, now time.Time) {
	sigv4.Sign(r, credentials(srv, caller), scope(srv), sigv4.HashPayload(body), now)
}

func credentials(srv *emulatortest.Server, caller string) sigv4.Credentials {
	c := srv.Caller(caller)
	return sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
}

func scope(srv *emulatortest.Server) sigv4.Scope {
	return sigv4.Scope{Region: srv.Region, Service: "s3"}
}

// transport keeps connections apart from other packages' and follows nothing.
var transport = &http.Transport{Proxy: nil, DisableCompression: true}

func do(t testing.TB, r *http.Request) *answer {
	t.Helper()
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	a := &answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode >= 400 && len(a.body) > 0 {
		if err := xml.Unmarshal(a.body, a); err != nil {
			t.Fatalf("%v in %q", err, a.body)
		}
	}
	return a
}

// want holds an answer against a status and, where one is expected, a code.
func (a *answer) want(t testing.TB, status int, code string) {
	t.Helper()
	if a.status != status || a.Code != code {
		t.Errorf("got %d %s (%s), want %d %s", a.status, a.Code, a.Message, status, code)
	}
}
