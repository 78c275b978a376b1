package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/rounds"
)

// side by side, writers put bodies of 1 KiB under keys of their own, total of them all.
func (w *keptWorld) putMany(t *testing.T, writers, total int) {
	t.Helper()
	body := bytes.Repeat([]byte("x"), 1<<10)
	var all sync.WaitGroup
	var next atomic.Int64
	for range writers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(total); n = next.Add(1) {
				if err := w.put(fmt.Sprintf("folder-%d/key-%d", n%1000, n), body); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// inUse is the memory in use, in bytes, once what can be collected is.
func inUse() uint64 {
	var m runtime.MemStats
	for range 3 { // pools outlive one collection
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// All objects are there after a restart, in little memory; how long it takes is told.
func TestRestartWithMany(t *testing.T) {
	objects := rounds.Of(2_000, 1_000_000)
	dir := t.TempDir()
	w := openKept(t, dir, data.Options{NoSync: true})
	w.putMany(t, 256, objects)
	if err := w.folder.Close(); err != nil {
		t.Fatal(err)
	}
	before, began := inUse(), time.Now()
	w = openKept(t, dir, data.Options{})
	took, used := time.Since(began), inUse()-before
	t.Logf("%d objects of 1 KiB: open after %v, in %d MiB of heap", objects, took.Round(time.Millisecond), used>>20)
	if most := uint64(objects)*1000 + 4<<20; used > most {
		t.Errorf("%d bytes are in use, and %d is the most", used, most)
	}
	b, seen := w.live.Now().Index.Bucket("b"), 0
	for q := (ListQuery{Max: 1000}); ; {
		page := b.List(q)
		seen += len(page.Objects)
		if !page.Truncated {
			break
		}
		q.After = page.Next
	}
	if seen != objects {
		t.Errorf("%d objects are there", seen)
	}
	if err := w.folder.Close(); err != nil {
		t.Fatal(err)
	}
}

// noise is a body that looks at the memory in use as it is read.
type noise struct {
	left int64
	most uint64
}

func (n *noise) Read(p []byte) (int, error) {
	if n.left == 0 {
		return 0, io.EOF
	}
	if n.left%(64<<20) < int64(len(p)) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		n.most = max(n.most, m.HeapInuse)
	}
	size := min(n.left, int64(len(p)))
	n.left -= size
	return int(size), nil
}

// A large body goes to its file, and never is in memory.
func TestLargePutTakesNoMemory(t *testing.T) {
	size := int64(rounds.Of(128<<20, 5<<30))
	w := openKept(t, t.TempDir(), data.Options{})
	before, body := inUse(), &noise{left: size}
	staged, err := w.live.Now().Index.Write(context.Background(), body, size)
	if err != nil {
		t.Fatal(err)
	}
	if more := int64(body.most) - int64(before); body.most == 0 || more > 64<<20 {
		t.Errorf("%d MiB more were in use", more>>20)
	}
	staged.Discard()
	if err := w.folder.Close(); err != nil {
		t.Fatal(err)
	}
}

// How many puts a second there are, beside how often the disk syncs.
func TestPutsBesideSync(t *testing.T) {
	seconds := rounds.Of(0, 10)
	if seconds == 0 {
		t.Skip("it measures: S3FAULT_LONG")
	}
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "synced"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	syncs, page := 0, make([]byte, 4<<10)
	began := time.Now()
	for ; time.Since(began) < time.Duration(seconds)*time.Second; syncs++ {
		if _, err := file.WriteAt(page, 0); err != nil {
			t.Fatal(err)
		}
		if err := file.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	rate := float64(syncs) / time.Since(began).Seconds()
	for _, writers := range []int{1, 8, 64, 256} {
		w := openKept(t, filepath.Join(dir, fmt.Sprint(writers)), data.Options{})
		puts := 40 * writers
		began := time.Now()
		w.putMany(t, writers, puts)
		t.Logf("%d writers: %.0f puts a second, where the disk syncs %.0f times",
			writers, float64(puts)/time.Since(began).Seconds(), rate)
		if err := w.folder.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
