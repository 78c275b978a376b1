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
func (x *exchange) finish(w http.ResponseWriter, r *http.Request, a answer) {
	a.note(x)
	if x.entry.Denied() != nil {
		x.realm.denied.keep(x.entry.RequestID, x.kept())
	}
	x.record()
	x.server.journal.Add(x.entry)
	if x.server.config.Observe != nil {
		x.server.config.Observe(x.entry)
	}
	w.Header().Set("Date", x.now().UTC().Format(http.TimeFormat))
	a.write(x, w, r)
}

// kept is the request's questions, to be put to other moments later.
func (x *exchange) kept() retry {
	if x.api != nil {
		return retryAPI(x.api.Kept())
	}
	return retryS3(x.call.Kept())
}

func (x *exchange) now() time.Time {
	switch {
	case x.call != nil:
		return x.call.Now
	case x.api != nil:
		return x.api.Now
	}
	return x.entry.Time
}

// answer is what becomes of a request: what the journal has of it, and what the
// client reads.
type answer interface {
	note(x *exchange)
	write(x *exchange, w http.ResponseWriter, r *http.Request)
}

// s3Answer is S3's: a reply, or a refusal.
type s3Answer struct {
	reply   *s3api.Reply
	refused *s3err.Error
}

func (a *s3Answer) note(x *exchange) {
	if x.call != nil {
		x.entry.Key = x.call.Key // a form names it in its fields
	}
	if refused := a.refused; refused != nil { // nothing was done that there could be a warning about
		x.entry.Status, x.entry.Code, x.entry.Message = refused.Status, refused.Code.String(), refused.Message
		return
	}
	x.entry.Status, x.entry.Warnings = status(a.reply), x.call.Warnings
}

func (a *s3Answer) write(x *exchange, w http.ResponseWriter, r *http.Request) {
	if a.refused != nil {
		a.refused.Write(w, r.Method == http.MethodHead, x.entry.RequestID, x.entry.HostID)
		drain(w, r)
		return
	}
	x.write(w, r, a.reply)
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
	if reply.Body != nil {
		defer reply.Body.Close()
		if reply.Length >= 0 {
			h.Set("Content-Length", strconv.FormatInt(reply.Length, 10))
		}
	}
	s3err.Spell(h)
	w.WriteHeader(status(reply))
	if reply.Body != nil && r.Method != http.MethodHead {
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
