package faults

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for until := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// wire is what a connection carried to the client.
type wire struct {
	goOn   bool           // 100 Continue came first
	answer *http.Response // nil: none came
	body   []byte
	end    error // nil: the answer was whole

	changed int // a byte of the body that is not the true one; -1: none is
}

// recorder counts what comes, while somebody else reads it.
type recorder struct {
	net.Conn
	mu   sync.Mutex
	text []byte
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = append(r.text, p[:n]...)
	return n, err
}

// body is how many bytes came behind the headers of an answer.
func (r *recorder) body() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, body, _ := bytes.Cut(r.text, []byte("\r\n\r\n"))
	return len(body)
}

// compare holds a body against the true one.
func (w *wire) compare(t *testing.T, truth string) {
	t.Helper()
	w.changed = -1
	if w.answer == nil || w.answer.StatusCode != http.StatusOK {
		return
	}
	i := firstDifference(string(w.body), truth)
	if i < len(w.body) {
		w.changed = i
	}
	if i == len(w.body) && w.end == nil {
		t.Errorf("the answer has %d bytes of %d, and its end is one", len(w.body), len(truth))
	}
}

// dial opens a connection, of TLS where there is a config for it.
func dial(t *testing.T, base string, over *tls.Config) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if over != nil {
		return tls.Client(c, over)
	}
	return c
}

// receive reads an answer, or what there is of one.
func receive(c net.Conn, method string) (w wire) {
	w.changed = -1
	r := bufio.NewReader(c)
	for {
		w.answer, w.end = http.ReadResponse(r, &http.Request{Method: method})
		if w.end != nil || w.answer.StatusCode != http.StatusContinue {
			break
		}
		w.goOn = true
	}
	if w.end != nil {
		w.answer = nil
		return w
	}
	w.body, w.end = io.ReadAll(w.answer.Body)
	return w
}

// ended is how a connection can end, in words.
func ended(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		return "RST"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "FIN"
	}
	if errors.Is(err, net.ErrClosed) {
		return "then nothing for as long as the client waits"
	}
	return err.Error()
}

// String is what the wire carried, in words.
func (w wire) String() string {
	if w.answer == nil {
		return "nothing, " + ended(w.end)
	}
	text := w.answer.Status
	if code := elements(string(w.body), "Code"); len(code) > 0 {
		text += " " + code[0]
	}
	if w.goOn {
		text = "100 Continue, " + text
	}
	if w.changed >= 0 {
		text += fmt.Sprintf(", byte %d is not the true one", w.changed)
	}
	switch {
	case w.end != nil:
		text += fmt.Sprintf(", %d bytes of the body, %s", len(w.body), ended(w.end))
	case w.answer.Close:
		text += ", closes"
	}
	return text
}
