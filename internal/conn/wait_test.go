package conn

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// requests to wait in, by what of their bodies is there.
var requests = map[string]string{
	"no body":        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	"a body to come": "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
	"some of a body": "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" + strings.Repeat("y", 100000),
	"all of a body":  "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("y", 100000),
	"expects":        put,
	"a second":       strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 2),
}

// waits handles every request by waiting, and tells what came of it.
func waits(d time.Duration) (h http.HandlerFunc, begun chan struct{}, ended chan error) {
	begun, ended = make(chan struct{}, 2), make(chan error, 2)
	return func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		ended <- Wait(r.Context(), d)
	}, begun, ended
}

// A client that goes away ends the wait for it, whatever has been read of its request.
func TestWaitEndsWithTheClient(t *testing.T) {
	for name, request := range requests {
		for _, reset := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				h, begun, ended := waits(Forever)
				address, _ := serve(t, patient, h)
				c := dial(t, address)
				c.send(request)
				<-begun
				if reset {
					c.linger(0)
				}
				c.Close()
				if err := <-ended; !errors.Is(err, ErrGone) {
					t.Errorf("the wait ended with %v", err)
				}
			})
		}
	}
}

func TestWaitEndsWithTheServer(t *testing.T) {
	for name, request := range requests {
		t.Run(name, func(t *testing.T) {
			h, begun, ended := waits(Forever)
			address, shut := serve(t, patient, h)
			dial(t, address).send(request)
			<-begun
			shut()
			if err := <-ended; !errors.Is(err, ErrClosing) {
				t.Errorf("the wait ended with %v", err)
			}
		})
	}
}

// A wait takes nothing of the request, and the connection goes on.
func TestWaitTakesNothing(t *testing.T) {
	const request = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
	address, _ := serve(t, patient, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(w, r.Body, 2)
		for range 3 {
			if err := Wait(r.Context(), time.Millisecond); err != nil {
				t.Errorf("the wait ended with %v", err)
			}
		}
		_, _ = io.Copy(w, r.Body)
		if err := Wait(r.Context(), time.Millisecond); err != nil {
			t.Errorf("the wait behind the body ended with %v", err)
		}
	})
	c := dial(t, address)
	c.send(strings.Repeat(request, 3))
	for range 3 {
		if r, body := c.answer(); r.StatusCode != http.StatusOK || body != "hello" {
			t.Errorf("the answer is %s %q", r.Status, body)
		}
	}
}
