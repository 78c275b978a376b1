package emulator

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for until := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// stalled are requests that stall, by the stage.
var stalled = []struct{ stage, operation, effect string }{
	{"arrival", "PutObject", "stall: forever"},
	{"request_body", "PutObject", "stall: forever, after_bytes: 1000"},
	{"before_commit", "PutObject", "stall: forever"},
	{"after_commit", "PutObject", "stall: forever"},
	{"arrival", "GetObject", "stall: forever"},
	{"response_body", "GetObject", "stall: forever, after_bytes: 1"},
	{"arrival", "PutObject", "latency: 24h"},
	{"request_body", "PutObject", "bandwidth: 1"},
	{"response_body", "GetObject", "latency: 24h"},
}

// stall sends such a request and waits until it is struck.
func stall(t *testing.T, s *Server, base, stage, operation, effect string) net.Conn {
	t.Helper()
	rule := fmt.Sprintf(`[{name: f, match: {operation: %s}, stage: %s, effect: {%s}}]`, operation, stage, effect)
	if err := s.SetFaults("plain", []byte(rule)); err != nil {
		t.Fatal(err)
	}
	method, path, body := http.MethodPut, "/my-bucket/new.bin", strings.Repeat("x", 100_000)
	if operation == "GetObject" {
		method, path, body = http.MethodGet, "/my-bucket/file.txt", ""
	}
	r, err := http.NewRequest(method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
	sigv4.Sign(r, keyOf(t, s, "plain", "app"), scope, sigv4.UnsignedPayload, s.config.Now())
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := text.WriteTo(c); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the rule strikes", func() bool {
		all, err := s.Faults("plain")
		return err == nil && all[0].Struck == 1
	})
	return c
}

// Nothing is left of a request whose client goes away while it is struck: no goroutine,
// and of its bytes only what was written before the strike.
func TestNothingIsLeftOfAStall(t *testing.T) {
	s, _ := serveFamiliar(t)
	base, stop, err := s.Loopback(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	stall(t, s, base, "arrival", "GetObject", "stall: 0s").Close() // all that serves is running
	for _, row := range stalled {
		t.Run(row.stage+" "+row.operation+" "+row.effect, func(t *testing.T) {
			goroutines, blobs := runtime.NumGoroutine(), s.blobs.Len()
			if row.stage == "after_commit" {
				blobs++
			}
			stall(t, s, base, row.stage, row.operation, row.effect).Close()
			eventually(t, "its goroutines end", func() bool { return runtime.NumGoroutine() <= goroutines })
			eventually(t, "its bytes go", func() bool { return s.blobs.Len() <= blobs })
			if err := s.Reset("plain"); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A server that shuts down waits for no stall.
func TestShutdownEndsAStall(t *testing.T) {
	for _, row := range stalled {
		t.Run(row.stage+" "+row.operation+" "+row.effect, func(t *testing.T) {
			s, _ := serveFamiliar(t)
			base, stop, err := s.Loopback(context.WithoutCancel(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			c := stall(t, s, base, row.stage, row.operation, row.effect)
			defer c.Close()
			if err := stop(); err != nil {
				t.Error(err)
			}
			all := s.Requests("plain")
			if len(all) != 1 || all[0].Fault == nil || !all[0].Answered {
				t.Errorf("the journal says %+v", all)
			}
		})
	}
}
