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
// but what its world gives up later. The oldest make room.
type past struct {
	mu     sync.Mutex
	worlds []pastWorld
	kept   atomic.Int32 // how many there are, for who has nothing to do with them
	closed bool
}

type pastWorld struct {
	request string // by its id
	live    *store.Live
}

// keep remembers the world that a request was refused in.
func (p *past) keep(request string, of *store.Live) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.worlds = append(p.worlds, pastWorld{request, of.Fork()})
	p.bound()
}

// trim makes room after a request that may have taken objects away.
func (p *past) trim() {
	if p.kept.Load() <= 1 {
		return // the last one stays
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bound()
}

// bound lets go of the oldest while there are too many, or too much is kept for them.
func (p *past) bound() {
	for len(p.worlds) > pastWorlds || len(p.worlds) > 1 && p.worlds[0].live.Now().Index.Given() > pastBytes {
		p.worlds[0].live.Close()
		p.worlds = append(p.worlds[:0], p.worlds[1:]...)
	}
	p.kept.Store(int32(len(p.worlds)))
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
	for _, w := range p.worlds {
		w.live.Close()
	}
	p.worlds, p.closed = nil, p.closed || end
	p.kept.Store(0)
}
