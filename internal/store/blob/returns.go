package blob

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// returnSize is how many bytes are freed before the machine gets them back at once, which
// costs a garbage collection. Less comes back in Go's own time, within minutes.
const returnSize = 64 << 20

// returns gives the machine back the memory of what was freed.
type returns struct {
	bytes   atomic.Int64 // freed since the last time
	running atomic.Bool
}

// freed counts bytes that nobody needs any more.
func (r *returns) freed(bytes int64) {
	if r.bytes.Add(bytes) < returnSize || !r.running.CompareAndSwap(false, true) {
		return
	}
	r.bytes.Store(0)
	go func() {
		defer r.running.Store(false)
		runtime.GC() // segments in their pool outlive one collection
		debug.FreeOSMemory()
	}()
}
