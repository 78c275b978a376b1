//go:build !race

package store

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

// bytesPerRecord is the most memory that an object takes beside its bytes: record, key, ETag,
// checksum, blob, and its place in the index and in a pack.
const bytesPerRecord = 700

// What an object takes beside its bytes is bounded, and nothing that its request brought is
// kept with it.
func TestRecordMemory(t *testing.T) {
	const n, size = 20_000, 16
	f := newFixture(t)
	before := heap()
	for i := range n {
		request := fmt.Sprintf("PUT /b/folder%03d/object%08d?%s HTTP/1.1", i/100, i, strings.Repeat("x", 600))
		putOne(t, f, request[len("PUT /b/"):strings.IndexByte(request, '?')], size)
	}
	if each := int(heap()-before)/n - size; each > bytesPerRecord {
		t.Errorf("an object takes %d bytes beside its own", each)
	}
	runtime.KeepAlive(f)
}

// putOne writes an object as PutObject does.
func putOne(t testing.TB, f *fixture, key string, size int) {
	t.Helper()
	s, err := f.index().Write(context.Background(), bytes.NewReader(make([]byte, size)), int64(size))
	if err != nil {
		t.Fatal(err)
	}
	facts := Facts{
		Key: key, Headers: http.Header{"Content-Type": {"text/" + key[:0] + "plain"}}, Encryption: Encryption{Algorithm: "AES256"},
		Checksum: Checksum{Algorithm: "CRC64NVME", Value: strings.Clone("qUVrWYOrIAM="), Type: "FULL_OBJECT"},
	}
	o := Make(&world.Bucket{}, facts, s.Body(facts.Encryption, ""), time.Now())
	if err := f.commit(Put{Bucket: "b", Object: o}); err != nil {
		t.Fatal(err)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	for range 3 { // pools outlive one collection
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A page costs no memory for each key or common prefix that it passes.
func TestListAllocations(t *testing.T) {
	f := newFixture(t)
	for i := range 5000 {
		if err := f.bucket().put(&Object{Facts: Facts{Key: fmt.Sprintf("dir%02d/%04d", i/100, i)}}, Any); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		q    ListQuery
		most float64
	}{
		{ListQuery{Max: 1000}, 1},
		{ListQuery{Max: 1000, After: "dir25/"}, 1},
		{ListQuery{Max: 1000, Prefix: "none"}, 0},
		{ListQuery{Max: 1000, Delimiter: "/"}, 7}, // fifty prefixes, of a list that grows
	} {
		if got := testing.AllocsPerRun(20, func() { f.bucket().List(row.q) }); got > row.most {
			t.Errorf("%+v: %v allocations, want %v at most", row.q, got, row.most)
		}
	}
}
