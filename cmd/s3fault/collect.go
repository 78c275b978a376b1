package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// What may be garbage, as a share of what is alive: as much as makes garbageRoom, within bounds.
// The runtime's own 100 percent collects a server of few objects all the time, and has one of many
// take twice what they do.
const (
	leastPercent, mostPercent = 33, 400
	garbageRoom               = 8 << 20 // bytes
)

// fitCollector fits the garbage collector of a server to what is alive, unless whoever starts it says
// how it is to collect. Nothing is collected before a server of few scenarios answers. Other commands
// have a percent of their own, or the runtime's.
func fitCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		afterCollection(0)
	}
}

// afterCollection sets the percent, where it was another, and again after the next collection,
// which finds the cycle that is left behind here.
func afterCollection(was int) {
	percent := percentFor(aliveBytes())
	if percent != was {
		debug.SetGCPercent(percent)
	}
	runtime.AddCleanup(new(cycle), afterCollection, percent)
}

// cycle is larger than what the allocator keeps in one piece with other things.
type cycle [64]byte

// percentFor is the percent for so many bytes alive; 0: none have been counted yet. It goes in
// steps, for a change of it stops all.
func percentFor(alive uint64) int {
	const step = 10
	if alive == 0 {
		return mostPercent
	}
	percent := garbageRoom * 100 / alive / step * step
	return int(min(max(percent, leastPercent), mostPercent))
}

// aliveBytes is what the last collection found alive; 0: there was none.
func aliveBytes() uint64 {
	alive := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(alive)
	return alive[0].Value.Uint64()
}
