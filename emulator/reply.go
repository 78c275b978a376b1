package emulator

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api"
)

// panicked is the reply where a handler has a bug: an InternalError, whose entry says
// where it was.
func (p *passage) panicked(r *http.Request, what any) *exchange.Reply {
	p.panic = fmt.Sprintf("%v\n%s", what, debug.Stack())
	if p.call == nil {
		p.call = &s3api.Call{Frame: p.frame(r, nil)}
	}
	return p.call.Fail(fmt.Errorf("panic: %v", what))
}

// finish records the request and then answers it, so that whoever reads an answer finds
// its entry.
func (p *passage) finish(w http.ResponseWriter, r *http.Request, reply *exchange.Reply) {
	reply = exchange.Leave(p.call, reply)
	f := p.call.Base()
	dated := f.Client()
	p.show(reply)
	switch {
	case p.world == nil:
	case f.Denied() != nil:
		p.world.past.keep(f.RequestID, p.world.live)
	default:
		p.world.past.trim(p.world.live)
	}
	record := p.keep(reply)
	if reply.HangUp == nil {
		p.empty.goOn()
	}
	r.Body = p.sent // or net/http does not know what is left of it
	defer func() { p.complete(record, reply.Written) }()
	reply.Write(w, r, dated)
}

// keep puts the request into the journal.
func (p *passage) keep(reply *exchange.Reply) *exchange.Record {
	made := exchange.Made{At: p.at, World: p.worldName(), Panic: p.panic, Samples: p.samples(),
		Briefly: p.server.config.ObserveBriefly}
	record, bytes := exchange.NewRecord(p.call, reply, made, p.observed())
	p.records().PutSized(record.ID(), record, bytes)
	return record
}

// complete adds to the record what is known once nothing more is read or written, and
// tells of it those who count requests and log them.
func (p *passage) complete(record *exchange.Record, written int64) {
	record.Answered(written, p.server.config.Now(), p.observed())
	p.records().Stir()
	if p.only != nil { // what is sent to a copy is nobody's request
		return
	}
	p.server.metrics.Count(record.Outcome())
	if p.server.config.Observe != nil {
		p.server.config.Observe(p.told)
	}
}

// observed is where what is told of the request is made; nil: it is told nobody.
func (p *passage) observed() *Entry {
	if p.server.config.Observe == nil || p.only != nil {
		return nil
	}
	return &p.told
}

func (p *passage) worldName() string {
	if p.world == nil {
		return ""
	}
	return p.world.name
}

// samples are those of the records among which the record belongs.
func (p *passage) samples() *exchange.Samples {
	if p.world == nil {
		return &p.server.samples
	}
	return &p.world.samples
}

// records is where the record belongs.
func (p *passage) records() *records {
	if p.world == nil {
		return p.server.strays
	}
	return p.world.records
}
