package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

// show lets CloudTrail see an answered request, before its answer leaves: the
// event is kept, and every trail that has it writes it into its bucket at once.
func (p *passage) show(reply *exchange.Reply) {
	h := exchange.Happened(p.call, reply)
	if h == nil {
		return
	}
	p.showOne(h)
	for _, also := range h.Also {
		if p.world.events.Asks(also) {
			p.showOne(also)
		}
	}
}

// showOne keeps one event, and writes it into the buckets of the trails that have it.
func (p *passage) showOne(h *trail.Happened) {
	if h.Management {
		p.world.events.Manage(h)
	}
	event := h.Event()
	for _, t := range p.world.live.Now().State.Trails {
		if t.Has(event) {
			p.deliver(t, trail.Of(h, t.Account))
		}
	}
}

// deliver writes a log file with the record into the trail's bucket, if the bucket's
// policy lets CloudTrail.
func (p *passage) deliver(t *world.Trail, r *trail.Record) {
	key := trail.FileKey(t, r)
	for {
		m := p.world.live.Now()
		err := p.writeLog(m, t, key, trail.File(r), r.At)
		if errors.Is(err, store.ErrMoved) {
			continue
		}
		failure := ""
		if err != nil {
			failure = err.Error()
		}
		p.world.events.Delivered(t, r, failure)
		return
	}
}

// writeLog is one try, on one moment.
func (p *passage) writeLog(m *store.Moment, t *world.Trail, key string, file []byte, at time.Time) error {
	state := m.InForce(at)
	b := state.Bucket(t.Bucket)
	if b == nil {
		return errors.New("NoSuchBucket")
	}
	if exchange.Decide([]*authz.Request{trail.MayPut(state, t, b, key, at)})[0].Denied() {
		return errors.New("AccessDenied")
	}
	facts := store.Defaults(m.State, b, key, at)
	if facts.Encryption.ByKMS() && facts.Encryption.KeyARN == "" {
		return errors.New(s3err.KMSNotFoundException.String()) // the default key is gone [unsure]
	}
	staged, err := m.Index.Write(context.Background(), bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return fmt.Errorf("InternalError: %w", err)
	}
	defer staged.Discard()
	facts.Headers = http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}
	o := store.Make(b, facts, staged.Body(facts.Encryption, p.ids.request), at)
	return p.world.live.Commit(context.Background(), m, store.Put{Bucket: t.Bucket, Object: o})
}
