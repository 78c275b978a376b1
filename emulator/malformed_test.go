package emulator_test

import (
	"bufio"
	"encoding/xml"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// What net/http refuses by itself is answered as S3 answers, and the server
// lives on.
func TestMalformedHTTP(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	for _, row := range []struct{ name, request, code string }{
		{"no version", "GET /my-bucket\r\n\r\n", "BadRequest"},
		{"bad escape", "GET /my-bucket/%zz HTTP/1.1\r\nHost: x\r\n\r\n", "BadRequest"},
		{"header without colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", "BadRequest"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "BadRequest"},
		{"bad length", "PUT /my-bucket/k HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", "BadRequest"},
		{"unknown coding", "PUT /my-bucket/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: brotli\r\n\r\n", "NotImplemented"},
		{"huge header", "GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + strings.Repeat("a", 2<<20) + "\r\n\r\n", "RequestHeaderSectionTooLarge"},
	} {
		t.Run(row.name, func(t *testing.T) {
			resp, body := raw(t, srv.Endpoint, row.request)
			var e struct{ Code, Message, RequestId, HostId string }
			if err := xml.Unmarshal(body, &e); err != nil {
				t.Fatalf("%v in %q", err, body)
			}
			if e.Code != row.code || e.Message == "" {
				t.Errorf("got %s (%s), want %s", e.Code, e.Message, row.code)
			}
			if id := resp.Header.Get("x-amz-request-id"); id != e.RequestId || len(id) != 16 {
				t.Errorf("header says request %q, body %q", id, e.RequestId)
			}
		})
	}
	if resp, err := http.Get(srv.Endpoint + "/_s3fault/health"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the server is gone: %v", err)
	} else {
		resp.Body.Close()
	}
}

// raw sends bytes and reads one answer.
func raw(t *testing.T, endpoint, request string) (*http.Response, []byte) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() { _, _ = io.WriteString(conn, request) }()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}
