package emulator

import (
	"runtime"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
)

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers and cleanups let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// worldBytes is the most that a private world of the library may take: the promise is 20 KB
// (faults.md), and some room for what the runtime does beside.
const worldBytes = 20_000

// Private worlds of the library take no more than they may, give it back, and have no part
// in the journal of another.
func TestWorldsTakeLittle(t *testing.T) {
	s := serveLibrary(t)
	openAll(t, s)
	names := s.config.File.Names()
	n := rounds.Of(1000, 10_000)
	before := heap()
	for i := range n {
		create(t, s, NewWorld{Scenario: names[i%len(names)]})
	}
	each := int(heap()-before) / n
	t.Logf("%d worlds take %d bytes each", n, each)
	if each > worldBytes {
		t.Errorf("each of %d worlds takes %d bytes", n, each)
	}
	s.Close()
	left := int(heap()) - int(before)
	t.Logf("%d bytes stay behind", left)
	if left > n*worldBytes/20 {
		t.Errorf("when they are gone, %d bytes stay behind", left)
	}
	runtime.KeepAlive(s)
}
