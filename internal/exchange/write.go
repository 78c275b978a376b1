package exchange

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/internal/conn"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/s3err"
)

// Write sends the reply to a request, dated now, and closes its body, of which Written says
// then how much left. It is the one place where an answer gets headers that do not depend
// on the service. To hang up, before the body or within, it panics with
// http.ErrAbortHandler.
func (r *Reply) Write(w http.ResponseWriter, to *http.Request, now time.Time) {
	if r.HangUp != nil {
		r.HangUp.Do(to)
	}
	if r.Body != nil {
		defer r.Body.Close()
	}
	silent := r.Body == nil || to.Method == http.MethodHead
	h := w.Header()
	for name, values := range r.Header {
		h[s3err.Spelled(name)] = values
	}
	h["Date"] = r.value(dateOf(now))
	switch {
	case r.Body != nil && r.Length >= 0:
		h["Content-Length"] = r.value(strconv.FormatInt(r.Length, 10))
	case !silent:
		h["Transfer-Encoding"] = r.value("chunked")
	}
	c := conn.Of(to.Context())
	if c != nil && r.Reason != http.StatusText(r.StatusCode()) {
		c.Reason(r.Reason)
	}
	w.WriteHeader(r.StatusCode())
	if !silent {
		r.send(w, to)
	}
	if r.Refusal() && !c.Stalled() {
		drain(c, w, to)
	}
}

// send sends the body. A client that went away needs no answer, and there is nobody else to
// tell.
func (r *Reply) send(w http.ResponseWriter, to *http.Request) {
	var err error
	r.Written, err = io.Copy(w, r.Body)
	if hangUp, ok := errors.AsType[*fault.HangUp](err); ok {
		hangUp.Do(to)
	}
}

// StatusCode is the HTTP status; 0: there is no reply.
func (r *Reply) StatusCode() int {
	if r.Status == 0 && r.HangUp == nil {
		return http.StatusOK
	}
	return r.Status
}

// drain reads what is left of a refused request's body, so that a client that sends first
// and reads then sees the refusal instead of a reset. One that waits for "100 Continue"
// and was not told sends none.
func drain(c *conn.Conn, w http.ResponseWriter, r *http.Request) {
	if c == nil || r.ContentLength == 0 || r.Header.Get("Expect") != "" && !c.BodyBegun() {
		return
	}
	if http.NewResponseController(w).Flush() == nil {
		c.Drain(r.Body)
	}
}

// date is a second as the Date header has it.
type date struct {
	unix int64
	text string
}

// lastDate is the one that was sent last: a server sends many of each.
var lastDate atomic.Pointer[date]

func dateOf(t time.Time) string {
	unix := t.Unix()
	if d := lastDate.Load(); d != nil && d.unix == unix {
		return d.text
	}
	d := &date{unix, t.UTC().Format(http.TimeFormat)}
	lastDate.Store(d)
	return d.text
}
