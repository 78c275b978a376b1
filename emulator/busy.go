package emulator

import (
	"net"
	"net/http"
	"sync"
)

// busy counts the connections of a server on which somebody asks or is answered: those that are
// open and not idle.
type busy struct {
	mu   sync.Mutex
	open map[net.Conn]bool
}

// seen is what http.Server.ConnState is told.
func (b *busy) seen(c net.Conn, s http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch s {
	case http.StateNew, http.StateActive:
		if b.open == nil {
			b.open = map[net.Conn]bool{}
		}
		b.open[c] = true
	default:
		delete(b.open, c)
	}
}

func (b *busy) any() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.open) > 0
}

// Busy says whether somebody asks, or is being answered, at the world's own port; false where
// it has none. A request that was broken off is in the journal once nobody is.
func (w *World) Busy() bool { return w.port != nil && w.port.busy.any() }
