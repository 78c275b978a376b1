package emulator

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/s3err"
)

// begin notes what is known before anything is read.
func (x *exchange) begin(r *http.Request) {
	x.entry = Entry{
		RequestID: s3err.NewRequestID(),
		HostID:    s3err.NewHostID(),
		Time:      x.server.config.Now(),
		Method:    r.Method,
		Host:      r.Host,
		Path:      r.URL.EscapedPath(),
	}
}

// enter notes the world, whose clock the entry and the reply then have.
func (x *exchange) enter(realm *realm) {
	x.realm = realm
	x.entry.World = realm.name
}

// finish journals the request and then answers it, so that whoever reads an
// answer finds its entry.
func (x *exchange) finish(w http.ResponseWriter, r *http.Request, reply *s3api.Reply, refused *s3err.Error) {
	x.note(reply, refused)
	if x.entry.Denied() != nil {
		x.realm.denied.keep(x.entry.RequestID, x.call.Kept())
	}
	x.server.journal.Add(x.entry)
	if x.server.config.Observe != nil {
		x.server.config.Observe(x.entry)
	}
	w.Header().Set("Date", x.now().UTC().Format(http.TimeFormat))
	if refused != nil {
		refused.Write(w, r.Method == http.MethodHead, x.entry.RequestID, x.entry.HostID)
		drain(w, r)
		return
	}
	x.write(w, r, reply)
}

func (x *exchange) now() time.Time {
	if x.call == nil {
		return x.entry.Time
	}
	return x.call.Now
}

func (x *exchange) note(reply *s3api.Reply, refused *s3err.Error) {
	if x.call != nil {
		x.entry.Key = x.call.Key // a form names it in its fields
	}
	if refused != nil {
		x.entry.Status, x.entry.Code, x.entry.Message = refused.Status, refused.Code.String(), refused.Message
		return
	}
	x.entry.Status = status(reply)
}

func status(reply *s3api.Reply) int {
	if reply.Status == 0 {
		return http.StatusOK
	}
	return reply.Status
}

func (x *exchange) write(w http.ResponseWriter, r *http.Request, reply *s3api.Reply) {
	h := w.Header()
	for name, values := range reply.Header {
		h[name] = values
	}
	h.Set("X-Amz-Request-Id", x.entry.RequestID)
	h.Set("X-Amz-Id-2", x.entry.HostID)
	h.Set("Server", "AmazonS3")
	if reply.Body == nil {
		w.WriteHeader(status(reply))
		return
	}
	defer reply.Body.Close()
	if reply.Length >= 0 {
		h.Set("Content-Length", strconv.FormatInt(reply.Length, 10))
	}
	w.WriteHeader(status(reply))
	if r.Method != http.MethodHead {
		// A client that went away needs no answer, and there is nobody else to tell.
		_ = reply.Body.WriteTo(w)
	}
}

// What drain reads at most, so that a client that sends first and reads then
// sees the refusal instead of a reset.
const (
	drainBytes = 32 << 20
	drainTime  = 5 * time.Second
)

// drain reads what is left of a refused request's body. A client that waits for
// "100 Continue" sends none.
func drain(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 || r.Header.Get("Expect") != "" {
		return
	}
	rc := http.NewResponseController(w)
	if rc.Flush() != nil || rc.SetReadDeadline(time.Now().Add(drainTime)) != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, r.Body, drainBytes)
	_ = rc.SetReadDeadline(time.Time{})
}
