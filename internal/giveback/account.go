// Package giveback gives the machine back at once what Go would give back in its own time.
package giveback

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// size is by how many bytes less must be held than was before the machine gets them
// back at once, which costs garbage collections. Less comes back in Go's own time, within
// minutes; and what is freed only to be taken again, as of objects that are overwritten, is
// none of it.
const size = 64 << 20

// pause is for how long the machine gets nothing back then, so that a server that
// frees much all the time does not collect all the time.
const pause = 5 * time.Second

// Account counts what is held of something, and gives the memory back of what was freed. Its zero
// value holds nothing. It is safe for concurrent use.
type Account struct {
	held atomic.Int64 // bytes
	most atomic.Int64 // that were held since the last time
	busy atomic.Bool  // giving back, or pausing after it
}

// Taken counts bytes that are held from now on.
func (a *Account) Taken(bytes int64) {
	held := a.held.Add(bytes)
	for most := a.most.Load(); held > most && !a.most.CompareAndSwap(most, held); most = a.most.Load() {
	}
}

// waiting is how many bytes the machine has not got back.
func (a *Account) waiting() int64 { return a.most.Load() - a.held.Load() }

// Freed counts bytes that nobody needs any more.
func (a *Account) Freed(bytes int64) {
	a.held.Add(-bytes)
	if a.waiting() < size || !a.busy.CompareAndSwap(false, true) {
		return
	}
	a.most.Store(a.held.Load())
	go func() {
		runtime.GC() // buffers in their pools outlive one collection
		debug.FreeOSMemory()
		time.AfterFunc(pause, func() {
			a.busy.Store(false)
			a.Freed(0) // what came meanwhile
		})
	}()
}
