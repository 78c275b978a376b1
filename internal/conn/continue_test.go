package conn

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// echo answers with the body, "100 Continue" withheld for so long.
func echo(d time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		was := LimitBody(r)
		if d != 0 {
			Of(r.Context()).WithholdContinue(d)
		}
		text, err := io.ReadAll(r.Body)
		r.Body = was
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			text = []byte(err.Error())
		}
		_, _ = w.Write(text)
	}
}

const put = "PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"

// expects sends the body when it is told to go on.
func expects(c client) string {
	c.send(put)
	if got := c.line() + c.line(); got != "HTTP/1.1 100 Continue" {
		c.t.Errorf("the client is told %q", got)
	}
	c.send("hello")
	_, body := c.answer()
	return body
}

func TestContinue(t *testing.T) {
	for name, d := range map[string]time.Duration{"at once": 0, "late": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, patient, echo(d))
			c := dial(t, address)
			for range 3 {
				if body := expects(c); body != "hello" {
					t.Errorf("the answer is %q", body)
				}
			}
		})
	}
}

// A client that does not wait is not told.
func TestContinueIsWithheld(t *testing.T) {
	for name, d := range map[string]time.Duration{"never": Forever, "late": time.Hour} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, patient, echo(d))
			c := dial(t, address)
			for range 3 {
				c.send(put + "hello")
				if r, body := c.answer(); r.StatusCode != http.StatusOK || body != "hello" {
					t.Errorf("the answer is %s %q", r.Status, body)
				}
			}
		})
	}
}

// What was withheld from one request is not withheld from the next.
func TestContinueOfTheNextRequest(t *testing.T) {
	var requests int
	address, _ := serve(t, patient, func(w http.ResponseWriter, r *http.Request) {
		requests++
		if requests == 1 {
			Of(r.Context()).WithholdContinue(Forever) // of a request that waits for none
			return
		}
		echo(0)(w, r)
	})
	c := dial(t, address)
	c.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	c.answer()
	if body := expects(c); body != "hello" {
		t.Errorf("the answer is %q", body)
	}
}

// A body that stalls, or that never comes, is refused when the patience is at its end.
func TestBodyStalls(t *testing.T) {
	for name, request := range map[string]string{
		"it stalls": "PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel",
		"in chunks": "PUT /k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n",
		"no go-on":  put,
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, 20*time.Millisecond, echo(Forever))
			c := dial(t, address)
			c.send(request)
			r, body := c.answer()
			if r.StatusCode != http.StatusBadRequest || !strings.HasPrefix(body, "RequestTimeout: ") {
				t.Errorf("the answer is %s %q", r.Status, body)
			}
			if rest, err := io.ReadAll(c); len(rest) != 0 || err != nil {
				t.Errorf("behind the answer comes %q, %v", rest, err)
			}
		})
	}
}
