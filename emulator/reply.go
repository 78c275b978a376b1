package emulator

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/journal"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/s3err"
)

// begin notes what is known before anything is read.
func (p *passage) begin(r *http.Request) {
	p.entry = Entry{
		RequestID: s3err.NewRequestID(),
		HostID:    s3err.NewHostID(),
		Time:      p.server.config.Now(),
		Method:    r.Method,
		Host:      r.Host,
		Path:      r.URL.EscapedPath(),
	}
}

// enter notes the world, whose clock the entry and the reply then have.
func (p *passage) enter(w *World) {
	p.world = w
	p.entry.World = w.name
}

// panicked is the reply where a handler has a bug: an InternalError, whose entry says
// where it was.
func (p *passage) panicked(r *http.Request, what any) *exchange.Reply {
	p.entry.Panic = fmt.Sprintf("%v\n%s", what, debug.Stack())
	if p.call == nil {
		p.call = &s3api.Call{Frame: p.frame(r, nil)}
	}
	return p.call.Fail(fmt.Errorf("panic: %v", what))
}

// finish journals the request and then answers it, so that whoever reads an
// answer finds its entry.
func (p *passage) finish(w http.ResponseWriter, r *http.Request, reply *exchange.Reply) {
	p.note(reply)
	if p.entry.Denied() != nil {
		p.world.denied.Put(p.entry.RequestID, p.call.Kept())
	}
	p.record(reply)
	p.journal().Add(p.entry)
	if p.server.config.Observe != nil {
		p.server.config.Observe(p.entry)
	}
	reply.Write(w, r, p.call.Base().Now)
}

// journal is where the entry belongs.
func (p *passage) journal() *journal.Journal {
	if p.world == nil {
		return p.server.strays
	}
	return p.world.journal
}

// note completes the entry.
func (p *passage) note(reply *exchange.Reply) {
	f, e := p.call.Base(), &p.entry
	e.Status, e.Code, e.Message = reply.StatusCode(), reply.Code, reply.Message
	e.SourceIP, e.Diagnosis, e.Decisions = f.SourceIP, f.Diagnosis, f.Decisions
	if f.Caller != nil {
		e.Caller, e.Principal = f.Caller.Name, f.Caller.Principal.ARN
	}
	p.call.Note(e, reply)
}
