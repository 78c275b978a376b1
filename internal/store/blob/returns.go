package blob

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// returnSize is how many bytes are freed before the machine gets them back at once, which
// costs garbage collections. Less comes back in Go's own time, within minutes.
const returnSize = 64 << 20

// returnPause is for how long the machine gets nothing back then, so that a server that
// frees much all the time does not collect all the time.
const returnPause = 5 * time.Second

// returns gives the machine back the memory of what was freed.
type returns struct {
	bytes atomic.Int64 // freed since the last time
	busy  atomic.Bool  // giving back, or pausing after it
}

// freed counts bytes that nobody needs any more.
func (r *returns) freed(bytes int64) {
	if r.bytes.Add(bytes) < returnSize || !r.busy.CompareAndSwap(false, true) {
		return
	}
	r.bytes.Store(0)
	go func() {
		runtime.GC() // segments in their pool outlive one collection
		debug.FreeOSMemory()
		time.AfterFunc(returnPause, func() {
			r.busy.Store(false)
			r.freed(0) // what came meanwhile
		})
	}()
}
