package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// put keeps a body and returns its id.
func put(t testing.TB, s *Store, body []byte) ID {
	t.Helper()
	info, err := s.Put(context.Background(), bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return info.ID
}

// bytesHeld is how many bytes the store holds for small blobs, here and in the backends.
func (s *Store) bytesHeld() (n int) {
	s.packs.mu.RLock()
	defer s.packs.mu.RUnlock()
	for _, p := range s.packs.all {
		n += cap(p.bytes)
		if p.kept != 0 {
			backend, name := s.backends.of(p.kept)
			head, err := backend.HeadObject(bucket, name)
			if err != nil {
				return -1
			}
			n += int(head.Size)
		}
	}
	return n
}

// What is done with small blobs in any order leaves those that were not deleted, and never
// holds much more than them.
func TestPacked(t *testing.T) {
	s, r := NewStore(), rand.New(rand.NewPCG(1, 2))
	type kept struct {
		id   ID
		body []byte
	}
	var all []kept
	living, steps := 0, 6000
	if testing.Short() {
		steps = 2000
	}
	for step := range steps {
		grow := step%2000 < 1200 // and shrink, by turns
		switch {
		case len(all) == 0 || grow && r.IntN(4) > 0:
			body := pattern(r.IntN(1 << r.IntN(17)))
			all = append(all, kept{put(t, s, body), body})
			living += len(body)
		default:
			i := r.IntN(len(all))
			gone := all[i]
			all = slices.Delete(all, i, i+1)
			if err := s.Delete(gone.id); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Get(gone.id, 0, 0); err != ErrNotFound {
				t.Fatalf("Get of a deleted blob: %v", err)
			}
			living -= len(gone.body)
		}
		if len(all) > 0 {
			one := all[r.IntN(len(all))]
			from := r.IntN(len(one.body) + 1)
			expect(t, s, one.id, from, one.body[from:])
		}
		if held, limit := s.bytesHeld(), 2*living+packSize+len(all)*2*runMemory+len(s.packs.all)*thinnest; held > limit {
			t.Fatalf("step %d: %d bytes are held for %d blobs of %d", step, held, len(all), living)
		}
	}
	for _, one := range all {
		expect(t, s, one.id, 0, one.body)
		if err := s.Delete(one.id); err != nil {
			t.Fatal(err)
		}
	}
	if s.Len() != 0 || s.bytesHeld() > packSize || len(s.packs.all) > 1 {
		t.Errorf("%d blobs, %d packs and %d bytes are left", s.Len(), len(s.packs.all), s.bytesHeld())
	}
}

// One key that is written over and over holds no more than the pack that is being filled.
func TestOverwrittenIsFreed(t *testing.T) {
	s, body := NewStore(), pattern(1000)
	keeps := put(t, s, body)
	last := put(t, s, body)
	for range 5 * packSize / len(body) {
		next := put(t, s, body)
		if err := s.Delete(last); err != nil {
			t.Fatal(err)
		}
		last = next
	}
	if held := s.bytesHeld(); held > packSize+2*thinnest {
		t.Errorf("%d bytes are held for two blobs of 1000", held)
	}
	expect(t, s, keeps, 0, body)
	expect(t, s, last, 0, body)
}

// Blobs without a byte are blobs, and more of the smallest than places in a pack go on in others.
func TestManyTiny(t *testing.T) {
	s := NewStore()
	var all []ID
	for i := range 2<<placeBits + 3 {
		all = append(all, put(t, s, []byte("ab")[:i%3]))
	}
	if slices.Sort(all); len(slices.Compact(all)) != 2<<placeBits+3 {
		t.Error("an id was given out twice")
	}
	for i, id := range all {
		if i%1000 == 0 {
			if _, err := s.Get(id, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Delete(id); err != nil {
			t.Fatal(err)
		}
	}
	if s.Len() != 0 || len(s.packs.all) > 1 {
		t.Errorf("%d blobs and %d packs are left", s.Len(), len(s.packs.all))
	}
}

// While packs are handed over and packed anew, each blob is found with its own bytes.
func TestPackedConcurrently(t *testing.T) {
	s := NewStore()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 1))
			var ids []ID
			var sizes []int // of the same blobs
			check := func(i int) error {
				got, err := s.Get(ids[i], 0, int64(sizes[i]))
				if err != nil {
					return err
				}
				if all, err := io.ReadAll(got); err != nil || !bytes.Equal(all, pattern(sizes[i])) {
					return errors.Join(err, fmt.Errorf("blob %v has other bytes", ids[i]))
				}
				return nil
			}
			for range 400 {
				n := r.IntN(8 << 10)
				ids, sizes = append(ids, put(t, s, pattern(n))), append(sizes, n)
				if err := check(r.IntN(len(ids))); err != nil {
					t.Error(err)
				}
				if i := r.IntN(len(ids)); r.IntN(10) < 8 {
					if err := s.Delete(ids[i]); err != nil {
						t.Error(err)
					}
					ids, sizes = slices.Delete(ids, i, i+1), slices.Delete(sizes, i, i+1)
				}
			}
		})
	}
	wg.Wait()
}

// A backend that takes nothing loses nothing that was packed.
func TestPackOfBrokenBackend(t *testing.T) {
	s := NewStore()
	for i := range s.backends.each {
		s.backends.each[i] = nil
	}
	var all []ID
	for i := range 100 {
		all = append(all, put(t, s, pattern(10_000+i)))
	}
	for i, id := range all {
		expect(t, s, id, 0, pattern(10_000+i))
		if err := s.Delete(id); err != nil {
			t.Error(err)
		}
	}
	if len(s.packs.all) > 1 {
		t.Errorf("%d packs are left", len(s.packs.all))
	}
}

// writes counts how often it is written to.
type writes struct{ n, bytes int }

func (w *writes) Write(p []byte) (int, error) {
	w.n++
	w.bytes += len(p)
	return len(p), nil
}

// What Get gives writes the very memory of the backend, of a large blob and of a packed one.
func TestNoCopy(t *testing.T) {
	s := NewStore()
	for _, size := range []int{1000, smallSize, 1 << 20} {
		id := put(t, s, pattern(size))
		if size < smallSize {
			s.packs.handOver(s.packs.all[id.number()])
		}
		r, err := s.Get(id, 0, int64(size))
		if err != nil {
			t.Fatal(err)
		}
		var w writes
		if n, err := r.(io.WriterTo).WriteTo(&w); n != int64(size) || err != nil || w != (writes{1, size}) {
			t.Errorf("%d bytes: %d in %+v, %v", size, n, w, err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	for _, size := range []int{1 << 10, smallSize, 1 << 20} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			s := NewStore()
			var ids [64]ID
			for range 16 { // of packs that were handed over, most of them
				for i := range ids {
					ids[i] = put(b, s, pattern(size))
				}
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				r, err := s.Get(ids[i%len(ids)], 0, int64(size))
				if err == nil {
					_, err = r.(io.WriterTo).WriteTo(io.Discard)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
