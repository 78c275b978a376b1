package emulator

import (
	"sync"
	"sync/atomic"

	"github.com/s3fault/s3fault/internal/store"
)

// What is kept of a world for advice on its newest refused requests: as many worlds as they
// were, and as many bytes of objects that are gone from it since.
const (
	pastWorlds = 64
	pastBytes  = 64 << 20
)

// past are the worlds of the newest refused requests, as they were when the answer was given. One costs nothing
// but what its world gives up later, and is that of all requests between which nothing changed. The oldest make
// room.
type past struct {
	mu     sync.Mutex
	worlds []pastWorld
	seen   store.Stand  // when there was last no more than room for
	kept   atomic.Int32 // how many there are, for who has nothing to do with them
	closed bool
}

type pastWorld struct {
	request string // by its id
	live    *store.Live
	stand   store.Stand // of the world that it is a fork of, or a little before
}

// keep remembers the world that a request was refused in.
func (p *past) keep(request string, of *store.Live) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	w := pastWorld{request: request, stand: of.Stand()}
	if n := len(p.worlds); n > 0 && p.worlds[n-1].stand == w.stand {
		w.live = p.worlds[n-1].live
	} else {
		w.live = of.Fork()
	}
	p.worlds = append(p.worlds, w)
	p.bound(w.stand)
}

// trim makes room after a request that may have taken objects away.
func (p *past) trim(of *store.Live) {
	if p.kept.Load() <= 1 {
		return // the last one stays
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bound(of.Stand())
}

// bound lets go of the oldest while there are too many, or too much is kept for them: that grows
// where the world has changed.
func (p *past) bound(now store.Stand) {
	moved := now != p.seen
	for len(p.worlds) > pastWorlds || moved && len(p.worlds) > 1 && p.worlds[0].live.Now().Index.Given() > pastBytes {
		p.drop()
	}
	p.seen = now
	p.kept.Store(int32(len(p.worlds)))
}

// drop lets go of the oldest.
func (p *past) drop() {
	last := len(p.worlds) == 1 || p.worlds[1].live != p.worlds[0].live
	if last {
		p.worlds[0].live.Close()
	}
	p.worlds = append(p.worlds[:0], p.worlds[1:]...)
}

// find is the world that a request was refused in, as a fork to be closed; nil: it is not
// remembered.
func (p *past) find(request string) *store.Live {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.worlds {
		if w.request == request {
			return w.live.Fork()
		}
	}
	return nil
}

// clear lets go of all; with end nothing is kept any more.
func (p *past) clear(end bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.worlds) > 0 {
		p.drop()
	}
	p.worlds, p.closed = nil, p.closed || end
	p.kept.Store(0)
}
