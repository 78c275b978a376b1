package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// bodiless are requests that have no body, or bring one that their operation does not
// look at.
var bodiless = []struct {
	method, path string
	headers      []string
}{
	{"GET", "/", nil}, {"GET", "/my-bucket", nil}, {"GET", "/my-bucket?list-type=2", nil}, {"HEAD", "/my-bucket", nil},
	{"GET", "/my-bucket?location", nil}, {"GET", "/my-bucket?versions", nil}, {"GET", "/my-bucket?uploads", nil},
	{"GET", "/my-bucket?policy", nil}, {"DELETE", "/my-bucket?policy", nil}, {"DELETE", "/my-bucket?tagging", nil},
	{"DELETE", "/my-bucket", nil}, {"GET", "/my-bucket/k", nil}, {"HEAD", "/my-bucket/k", nil}, {"GET", "/my-bucket/k?tagging", nil},
	{"GET", "/my-bucket/none", nil}, {"DELETE", "/my-bucket/k", nil}, {"DELETE", "/my-bucket/k?tagging", nil}, {"POST", "/my-bucket/n?uploads", nil},
	{"PUT", "/my-bucket/n", []string{"x-amz-copy-source", "my-bucket/k"}}, {"GET", "/my-bucket?lifecycle", nil},
	{"PUT", "/my-bucket/n", nil}, {"PUT", "/my-bucket?acl", []string{"x-amz-acl", "private"}}, {"PUT", "/new-bucket", nil},
	{"GET", "/v20180820/configuration/publicAccessBlock", []string{"x-amz-account-id", "123456789012"}},
}

// A body that was added to a signed request without one, or put in the place of the
// one that was signed, is refused (s3-errors.md A34), and nothing is done.
func TestBodiesThatWereNotSigned(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	send(t, srv, "app", "PUT", "/my-bucket/k", []byte(original)).want(t, 200, "")
	for _, row := range bodiless {
		for signed, sent := range map[string]string{"": "added", "abc": "abd", "gone": ""} {
			t.Run(fmt.Sprintf("%s %s %q", row.method, row.path, sent), func(t *testing.T) {
				r := request(t, srv, row.method, row.path, []byte(sent))
				headers(row.headers...)(r)
				sign(srv, r, "admin", []byte(signed), time.Now())
				code := "XAmzContentSHA256Mismatch"
				switch {
				case row.method == "HEAD":
					code = ""
				case strings.HasPrefix(row.path, "/v20180820/"):
					do(t, r) // S3 Control has its own words for it
					return
				}
				a := do(t, r)
				a.want(t, 400, code)
				if code != "" && !bytes.Contains(a.body, []byte("<ClientComputedContentSHA256>"+sigv4.HashPayload([]byte(signed))+"</ClientComputedContentSHA256><S3ComputedContentSHA256>"+sigv4.HashPayload([]byte(sent))+"</")) {
					t.Errorf("%s", a.body)
				}
				unharmed(t, srv)
			})
		}
	}
	if list := send(t, srv, "admin", "GET", "/my-bucket?list-type=2", nil); bytes.Contains(list.body, []byte("<Key>n</Key>")) || bytes.Contains(list.body, []byte("new-bucket")) {
		t.Errorf("something was done: %s", list.body)
	}
}

// A body that is refused is read, and its refusal heard; S3 hangs up behind it
// (recorded), and then only.
func TestConnectionAfterATamperedBody(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	client := &http.Transport{MaxConnsPerHost: 1}
	defer client.CloseIdleConnections()
	usable := false
	for i, body := range []string{"", "added", strings.Repeat("x", 300_000), ""} {
		r := request(t, srv, "GET", "/my-bucket/file.txt", []byte(body))
		sign(srv, r, "app", nil, time.Now())
		reused := false
		r = r.WithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { reused = c.Reused }}))
		resp, err := client.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		want := 200
		if body != "" {
			want = 400
		}
		if err != nil || resp.StatusCode != want || reused != usable {
			t.Errorf("request %d: %s %v, connection reused: %v", i, resp.Status, err, reused)
		}
		usable = body == ""
	}
}

// Of a body that the signature says nothing of, nothing is wanted.
func TestBodiesThatNobodySigned(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	get := func() *http.Request { return request(t, srv, "GET", "/my-bucket/file.txt", []byte("a body")) }
	unsigned, presigned, v2 := get(), get(), get()
	sigv4.Sign(unsigned, credentials(srv, "app"), scope(srv), sigv4.UnsignedPayload, time.Now())
	sigv4.Presign(presigned, credentials(srv, "app"), scope(srv), time.Hour, time.Now())
	sigv4.PresignV2(v2, credentials(srv, "app"), "/my-bucket/file.txt", time.Now().Add(time.Hour))
	for name, r := range map[string]*http.Request{"UNSIGNED-PAYLOAD": unsigned, "presigned": presigned, "presigned with SigV2": v2} {
		t.Run(name, func(t *testing.T) { do(t, r).want(t, 200, "") })
	}
}

// Transfer-Encoding: chunked without a decoded length is a header that S3 has nothing
// for, whatever the request.
func TestChunkedWithoutALength(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	for _, row := range []struct {
		method, path string
		edit         func(*http.Request)
		status       int
	}{
		{"PUT", "/my-bucket/n", nil, 501},
		{"PUT", "/my-bucket/n?partNumber=1&uploadId=x", nil, 501},
		{"PUT", "/my-bucket/n", header("x-amz-decoded-content-length", "4"), 200},
		{"PUT", "/my-bucket/n", headers("x-amz-content-sha256", sigv4.StreamingUnsignedTrailer), 501},
		{"POST", "/my-bucket?delete", nil, 501},
		{"PUT", "/my-bucket?policy", nil, 501},
		{"GET", "/my-bucket/file.txt", nil, 501},
		{"DELETE", "/my-bucket/file.txt", nil, 501},
	} {
		for _, presigned := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s %s %v", row.method, row.path, presigned), func(t *testing.T) {
				r := request(t, srv, row.method, row.path, nil)
				payload := sigv4.UnsignedPayload
				if row.edit != nil {
					row.edit(r)
				}
				if declared := r.Header.Get("x-amz-content-sha256"); declared != "" {
					payload = declared
				}
				if presigned {
					sigv4.Presign(r, credentials(srv, "app"), scope(srv), time.Hour, time.Now())
				} else {
					sigv4.Sign(r, credentials(srv, "app"), scope(srv), payload, time.Now())
				}
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader("body")), -1
				a := do(t, r)
				code, element := "", ""
				if row.status == 501 {
					code, element = "NotImplemented", "<Message>A header you provided implies functionality that is not implemented</Message><Header>Transfer-Encoding</Header><RequestId>"
				}
				a.want(t, row.status, code)
				if !bytes.Contains(a.body, []byte(element)) {
					t.Errorf("%s", a.body)
				}
			})
		}
	}
	entries := srv.Requests()
	if e := entries[0]; e.Operation != "PutObject" || e.Status != 501 || e.Code != "NotImplemented" {
		t.Errorf("the journal has %+v", e)
	}
}
