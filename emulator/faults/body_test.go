package faults

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

// set gives the caller's world one rule, which strikes once.
func (c *caller) set(operation, effect string) {
	c.t.Helper()
	rule := fmt.Sprintf(`[{name: f, match: {operation: %s}, when: {first: 1}, effect: {%s}}]`, operation, effect)
	if err := c.srv.SetFaults(c.world, []byte(rule)); err != nil {
		c.t.Fatal(err)
	}
}

// A byte that is changed on its way is refused by whatever tells of the body, and of a
// chunked body it is one of the payload, never of its frames.
func TestCorruptedUploads(t *testing.T) {
	srv, base := serveTable(t)
	for _, row := range []struct {
		name, code string
		status     int
		sign       func(c *caller, r *http.Request, body string) error
	}{
		{"the hash is signed", "XAmzContentSHA256Mismatch", 400, func(c *caller, r *http.Request, body string) error {
			sigv4.Sign(r, c.key, s3Scope, sigv4.HashPayload([]byte(body)), time.Now())
			return nil
		}},
		{"the chunks are signed", "SignatureDoesNotMatch", 403, func(c *caller, r *http.Request, body string) error {
			return sigv4.SignChunks(r, c.key, s3Scope, strings.NewReader(body), int64(len(body)), nil, time.Now())
		}},
		{"a checksum is told", "BadDigest", 400, func(c *caller, r *http.Request, body string) error {
			r.Header.Set("X-Amz-Checksum-Crc32", sum(body))
			c.sign(r)
			return nil
		}},
		{"nothing is told", "", 200, func(c *caller, r *http.Request, _ string) error {
			c.sign(r)
			return nil
		}},
	} {
		for _, at := range []int{0, 99, 65536, 69999} {
			t.Run(fmt.Sprint(row.name, " ", at), func(t *testing.T) {
				c := newCaller(t, srv, base)
				before := c.contents()
				c.set("PutObject", fmt.Sprintf("corrupt: {at: %d}", at))
				body := strings.Repeat("0123456789", 7000)
				r := c.request("PUT", "/new.bin", body)
				if err := row.sign(c, r, body); err != nil {
					t.Fatal(err)
				}
				got := sent(t, r)
				if code := strings.Join(elements(got.body, "Code"), ""); got.status != row.status || code != row.code {
					t.Fatalf("the answer is %d %s", got.status, got.body)
				}
				if row.status == 200 {
					before["new.bin"] = body[:at] + string(body[at]^1) + body[at+1:]
				}
				if after := differs(c.contents(), before); after != "" {
					t.Errorf("in the bucket %s", after)
				}
			})
		}
	}
}

var s3Scope = sigv4.Scope{Region: "us-east-1", Service: "s3"}

func sum(body string) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}

// sent sends a signed request.
func sent(t *testing.T, r *http.Request) answer {
	t.Helper()
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	return answer{reply.StatusCode, reply.Header, string(text), err}
}

// In an answer the checksum is that of the true bytes.
func TestCorruptedDownload(t *testing.T) {
	srv, base := serveTable(t)
	c := newCaller(t, srv, base)
	put := c.request("PUT", "/new.bin", written)
	put.Header.Set("X-Amz-Checksum-Crc32", sum(written))
	c.do(put)
	c.set("GetObject", "corrupt: {at: 7}")
	get := c.request("GET", "/new.bin", "")
	get.Header.Set("X-Amz-Checksum-Mode", "ENABLED")
	got := c.do(get)
	if told := got.header.Get("X-Amz-Checksum-Crc32"); told != sum(written) || firstDifference(got.body, written) != 7 {
		t.Errorf("the answer has %s and differs at %d", told, firstDifference(got.body, written))
	}
}

// Nothing beyond that byte of the object leaves, whatever range is asked for.
func TestTruncatedRanges(t *testing.T) {
	srv, base := serveTable(t)
	for _, row := range []struct {
		effect, ranged string
		bytes          int
	}{
		{"truncate_at: 100", "bytes=50-", 50},
		{"truncate_at: 100", "bytes=99-99", 1},
		{"truncate_at: 100", "bytes=200-", 0},
		{"truncate_at: 100", "bytes=-250", 50},
		{"truncate_at: 1KiB", "bytes=0-", 300},
		{"truncate_after: 100", "bytes=50-", 100},
		{"truncate_after: 100", "bytes=0-49", 50},
	} {
		c := newCaller(t, srv, base)
		c.set("GetObject", row.effect)
		r := c.request("GET", "/a.bin", "")
		r.Header.Set("Range", row.ranged)
		connection := dial(t, base, nil)
		_, _ = io.WriteString(connection, c.bytes(r))
		got := receive(connection, "GET")
		cut := got.answer != nil && int64(row.bytes) < got.answer.ContentLength
		if got.answer == nil || len(got.body) != row.bytes || cut != (got.end != nil) {
			t.Errorf("%s, %s: the wire carries %s, %d bytes", row.effect, row.ranged, got, len(got.body))
		}
		eventually(t, "the answer is over", func() bool { return entry(c).Answered })
		if e := entry(c); e.BytesOut != int64(row.bytes) {
			t.Errorf("%s, %s: the journal says that %d bytes left", row.effect, row.ranged, e.BytesOut)
		}
	}
}

// A client that waits for "100 Continue" before it sends is not told to go on, or late.
func TestWithheldContinue(t *testing.T) {
	srv, base := serveTable(t)
	for effect, told := range map[string]bool{"continue: never": false, "continue: 1ms": true} {
		for _, body := range []string{"", written} {
			c := newCaller(t, srv, base)
			c.set("PutObject", effect)
			r := c.request("PUT", "/new.bin", body)
			if body == "" {
				r.Body = http.NoBody
			}
			expects(r)
			head, _, _ := strings.Cut(c.bytes(r), "\r\n\r\n")
			connection := dial(t, base, nil)
			_, _ = io.WriteString(connection, head+"\r\n\r\n")
			if !told { // it loses patience, once the server waits for the body
				eventually(t, "the rule strikes", func() bool { return strikes(t, c) == 1 })
				_, _ = io.WriteString(connection, body)
			}
			if told {
				line := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
				if _, err := io.ReadFull(connection, line); err != nil || !strings.Contains(string(line), "100 Continue") {
					t.Errorf("%s: told %q, %v", effect, line, err)
				}
				_, _ = io.WriteString(connection, body)
			}
			if got := receive(connection, "PUT"); got.String() != "200 OK" {
				t.Errorf("%s: the wire carries %s", effect, got)
			}
		}
	}
}

// strikes is how often the one rule has struck.
func strikes(t *testing.T, c *caller) int {
	t.Helper()
	all, err := c.srv.Faults(c.world)
	if err != nil {
		t.Fatal(err)
	}
	return int(all[0].Struck)
}

// Served without our listener, what needs the connection is refused by its name.
func TestNoConnection(t *testing.T) {
	srv, _ := serveTable(t)
	server := httptest.NewServer(http.HandlerFunc(srv.ServeHTTP))
	defer server.Close()
	for _, row := range []struct{ operation, effect string }{
		{"PutObject", "reset: true"}, {"PutObject", "close: true"}, {"GetObject", "truncate_after: 1"},
		{"GetObject", "truncate_at: 1"}, {"GetObject", "reset: true, after_bytes: 1"},
		{"PutObject", "close: true, after_bytes: 1"}, {"PutObject", "continue: never"},
	} {
		c := newCaller(t, srv, server.URL)
		before := c.contents()
		c.set(row.operation, row.effect)
		r := c.request("GET", "/a.bin", "")
		if row.operation == "PutObject" {
			r = c.request("PUT", "/new.bin", written)
		}
		name, _, _ := strings.Cut(row.effect, ":")
		got := c.do(r)
		if got.status != 501 || !strings.Contains(got.body, "s3fault: the effect "+name+" of the fault rule f") {
			t.Errorf("%s: %d %s", row.effect, got.status, got.body)
		}
		e := entry(c)
		if e == nil || !strings.Contains(strings.Join(e.Warnings, ""), "the effect "+name) {
			t.Errorf("%s: the journal says %+v", row.effect, e)
		}
		if after := differs(c.contents(), before); after != "" {
			t.Errorf("%s: in the bucket %s", row.effect, after)
		}
	}
}
