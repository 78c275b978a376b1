package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/sigv4"
)

// halfPut sends the head and half of the body of an upload to the server with that control
// plane, and returns once the server reads the body. finish sends the rest, and returns the
// status.
func halfPut(admin string) (finish func() (int, error), err error) {
	resp, err := transport.RoundTrip(newRequest("GET", admin+"/scenarios/plain", nil))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var plain emulator.Scenario
	if err := json.NewDecoder(resp.Body).Decode(&plain); err != nil {
		return nil, err
	}
	const half = "12345"
	body, send := io.Pipe()
	r := newRequest("PUT", plain.Endpoint+"/my-bucket/new.txt", body)
	r.ContentLength = 2 * int64(len(half))
	r.Header.Set("Expect", "100-continue") // no byte leaves before the server wants it
	c := plain.Callers["app"]
	who := sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey}
	sigv4.Sign(r, who, sigv4.Scope{Region: plain.Region, Service: "s3"}, sigv4.UnsignedPayload, time.Now())
	type answer struct {
		status int
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		resp, err := (&http.Transport{Proxy: nil, ExpectContinueTimeout: time.Minute}).RoundTrip(r)
		_ = body.CloseWithError(cmpOr(err, io.ErrClosedPipe))
		if err != nil {
			answers <- answer{err: err}
			return
		}
		defer resp.Body.Close()
		answers <- answer{status: resp.StatusCode}
	}()
	if _, err := io.WriteString(send, half); err != nil {
		return nil, err
	}
	return func() (int, error) {
		if _, err := io.WriteString(send, half); err != nil {
			return 0, err
		}
		a := <-answers
		return a.status, a.err
	}, nil
}

func cmpOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func newRequest(method, url string, body io.Reader) *http.Request {
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		panic(err) // the addresses are the server's own
	}
	return r
}

// patience is how long a test waits for what must come.
const patience = time.Minute

func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for until := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// A server that is told to end takes away its ready file and closes its addresses first, and
// an upload that it has begun with still succeeds.
func TestEndsGracefully(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ready := filepath.Join(t.TempDir(), "ready.json")
	var told bytes.Buffer
	ended := make(chan error, 1)
	go func() {
		root := newRoot()
		root.SetOut(io.Discard)
		root.SetErr(&told)
		root.SetArgs([]string{"serve", "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0", "--ready-file", ready})
		ended <- root.ExecuteContext(ctx)
	}()
	var addresses readiness
	eventually(t, "it is ready", func() bool {
		content, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(content, &addresses) == nil
	})
	finish, err := halfPut(addresses.Admin)
	if err != nil {
		t.Fatal(err)
	}
	end()
	eventually(t, "the ready file goes", func() bool {
		_, err := os.Stat(ready)
		return errors.Is(err, fs.ErrNotExist)
	})
	for _, url := range []string{addresses.Endpoint, addresses.Admin} {
		host := newRequest("GET", url, nil).URL.Host
		eventually(t, host+" is closed", func() bool {
			c, err := net.Dial("tcp", host)
			if err == nil {
				c.Close()
			}
			return errors.Is(err, syscall.ECONNREFUSED)
		})
	}
	if status, err := finish(); status != http.StatusOK || err != nil {
		t.Errorf("the upload: %d, %v", status, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v\n%s", err, told.String())
	}
}

// A ready file that another server has put in the place of one's own is left there.
func TestReadyFileOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	same := readiness{Endpoint: "http://127.0.0.1:9403", PID: 1}
	removeFirst, err := writeReady(path, same)
	if err != nil {
		t.Fatal(err)
	}
	removeSecond, err := writeReady(path, same)
	if err != nil {
		t.Fatal(err)
	}
	removeFirst()
	if _, err := os.Stat(path); err != nil {
		t.Error("the first took away the second's")
	}
	removeSecond()
	removeSecond()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := writeReady(filepath.Join(path, "no", "such", "folder"), same); err == nil {
		t.Error("no error for a folder that is not there")
	}
}

// beginUpload begins an upload to the server of a ready file, which goes on until the script
// is over.
func beginUpload(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: beginupload file")
	}
	_, err := halfPut(served(ts, args[0]) + emulator.ControlPrefix)
	ts.Check(err)
}
