package conn

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// The phrase is that of one answer, and what follows is whole.
func TestReason(t *testing.T) {
	const body = "HTTP/1.1 200 OK\r\n\r\n" // looks like an answer and is none
	address, _ := serve(t, patient, func(w http.ResponseWriter, r *http.Request) {
		if phrase := r.URL.Query().Get("phrase"); phrase != "" {
			Of(r.Context()).Reason(phrase)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, body)
	})
	c := dial(t, address)
	for _, row := range []struct{ request, want string }{
		{"GET /?phrase=Slow+Down HTTP/1.1", "HTTP/1.1 503 Slow Down"},
		{"GET / HTTP/1.1", "HTTP/1.1 503 Service Unavailable"},
		{"HEAD /?phrase=x HTTP/1.1", "HTTP/1.1 503 x"},
		{"GET /?phrase=" + strings.Repeat("x", 200) + " HTTP/1.1", "HTTP/1.1 503 " + strings.Repeat("x", 200)},
		{"GET /?phrase=Slow+Down HTTP/1.0", "HTTP/1.0 503 Slow Down"},
	} {
		c.send(row.request + "\r\nHost: x\r\n\r\n")
		start, err := c.Peek(len(row.want) + 2)
		if err != nil || string(start) != row.want+"\r\n" {
			t.Errorf("%s: the answer begins with %q, %v; want %q", row.request, start, err, row.want)
		}
		r, err := http.ReadResponse(c.Reader, &http.Request{Method: strings.Fields(row.request)[0]})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r.Body)
		if want := body; r.Request.Method != "HEAD" && (string(got) != want || err != nil) {
			t.Errorf("%s: the body is %q, %v", row.request, got, err)
		}
	}
}

// What is counted is what the caller gave, or net/http takes the write for a short one.
func TestReasonCountsWhatWasGiven(t *testing.T) {
	c, client := wrapped(t)
	c.Reason("Slow Down")
	const given = "HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\n"
	if n, err := c.Write([]byte(given)); n != len(given) || err != nil {
		t.Errorf("wrote %d, %v; want %d", n, err, len(given))
	}
	c.Close()
	const want = "HTTP/1.1 503 Slow Down\r\nA: b\r\n\r\n"
	if got, err := io.ReadAll(client); string(got) != want || err != nil {
		t.Errorf("the client reads %q, %v", got, err)
	}
	c.Reason("Slow Down")
	if n, err := c.Write([]byte(given)); n != 0 || err == nil {
		t.Errorf("wrote %d to a closed connection, %v", n, err)
	}
}
