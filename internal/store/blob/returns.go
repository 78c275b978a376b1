package blob

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// returnSize is by how many bytes less must be held than was before the machine gets them
// back at once, which costs garbage collections. Less comes back in Go's own time, within
// minutes; and what is freed only to be taken again, as of objects that are overwritten, is
// none of it.
const returnSize = 64 << 20

// returnPause is for how long the machine gets nothing back then, so that a server that
// frees much all the time does not collect all the time.
const returnPause = 5 * time.Second

// returns gives the machine back the memory of what was freed.
type returns struct {
	held atomic.Int64 // bytes
	most atomic.Int64 // that were held since the last time
	busy atomic.Bool  // giving back, or pausing after it
}

// taken counts bytes that are held from now on.
func (r *returns) taken(bytes int64) {
	held := r.held.Add(bytes)
	for most := r.most.Load(); held > most && !r.most.CompareAndSwap(most, held); most = r.most.Load() {
	}
}

// waiting is how many bytes the machine has not got back.
func (r *returns) waiting() int64 { return r.most.Load() - r.held.Load() }

// freed counts bytes that nobody needs any more.
func (r *returns) freed(bytes int64) {
	r.held.Add(-bytes)
	if r.waiting() < returnSize || !r.busy.CompareAndSwap(false, true) {
		return
	}
	r.most.Store(r.held.Load())
	go func() {
		runtime.GC() // buffers in their pools outlive one collection
		debug.FreeOSMemory()
		time.AfterFunc(returnPause, func() {
			r.busy.Store(false)
			r.freed(0) // what came meanwhile
		})
	}()
}
