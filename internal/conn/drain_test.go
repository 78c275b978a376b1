package conn

import (
	"io"
	"net/http"
	"testing"
)

// refusing answers 403 once it has read so many bytes of a body, and drains the rest.
func refusing(after int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		was := LimitBody(r)
		_, _ = io.CopyN(io.Discard, r.Body, after)
		r.Body = was
		c := Of(r.Context())
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusForbidden)
		_ = http.NewResponseController(w).Flush()
		if r.Header.Get("Expect") == "" || c.BodyBegun() {
			c.Drain(r.Body)
		}
	}
}

// A client that sends all of its body first reads the answer behind it, and then the end.
func TestDrain(t *testing.T) {
	address, _ := serve(t, patient, refusing(1))
	c := dial(t, address)
	c.send("PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 41943040\r\n\r\n")
	if _, err := c.Conn.Write(make([]byte, 40<<20)); err != nil {
		t.Fatal(err)
	}
	if r, _ := c.answer(); r.StatusCode != http.StatusForbidden {
		t.Errorf("the answer is %s", r.Status)
	}
	if rest, err := io.ReadAll(c); len(rest) != 0 || err != nil {
		t.Errorf("behind the answer comes %q, %v", rest, err)
	}
}

// One that was told to send its body is drained as well; one that was not sends none.
func TestDrainOfWhoWaits(t *testing.T) {
	address, _ := serve(t, patient, refusing(1))
	c := dial(t, address)
	c.send("PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 41943040\r\nExpect: 100-continue\r\n\r\n")
	if got := c.line() + c.line(); got != "HTTP/1.1 100 Continue" {
		t.Fatalf("the client is told %q", got)
	}
	if _, err := c.Conn.Write(make([]byte, 40<<20)); err != nil {
		t.Fatal(err)
	}
	if r, _ := c.answer(); r.StatusCode != http.StatusForbidden {
		t.Errorf("the answer is %s", r.Status)
	}
	address, _ = serve(t, patient, refusing(0))
	c = dial(t, address)
	c.send("PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 41943040\r\nExpect: 100-continue\r\n\r\n")
	if r, _ := c.answer(); r.StatusCode != http.StatusForbidden {
		t.Errorf("the answer is %s", r.Status)
	}
}

// A body that does not come is not waited for: behind the answer is the end, in order.
func TestDrainEnds(t *testing.T) {
	address, _ := serve(t, patient, refusing(1))
	c := dial(t, address)
	c.send("PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 41943040\r\n\r\nx")
	if r, _ := c.answer(); r.StatusCode != http.StatusForbidden {
		t.Errorf("the answer is %s", r.Status)
	}
	if rest, err := io.ReadAll(c); len(rest) != 0 || err != nil {
		t.Errorf("behind the answer comes %q, %v", rest, err)
	}
}
