package emulator

import (
	"sync"

	"github.com/s3fault/s3fault/internal/exchange"
)

// recalled is how many of a world's newest denied requests can be asked about
// again.
const recalled = 256

// recall keeps denied requests, so that advice can put their questions to other
// worlds. It is safe for concurrent use.
type recall struct {
	mu    sync.Mutex
	calls map[string]exchange.Call // by request id
	ids   [recalled]string
	next  int
}

// keep takes the place of the oldest.
func (r *recall) keep(id string, c exchange.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls = make(map[string]exchange.Call)
	}
	delete(r.calls, r.ids[r.next])
	r.calls[id], r.ids[r.next] = c, id
	r.next = (r.next + 1) % recalled
}

// find is the kept call; nil: it is not kept any more.
func (r *recall) find(id string) exchange.Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[id]
}
