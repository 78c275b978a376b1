package blob

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

// pattern is n bytes of which no two stretches are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	x := uint32(n + 1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	s := NewStore()
	for _, n := range []int{
		0, 1, 1024, firstBuffer - 1, firstBuffer, firstBuffer + 1, smallSize - 1, smallSize, smallSize + 1,
		4 * nextBuffer, eager*(firstBuffer+3*nextBuffer) + 7,
	} {
		for _, declared := range []int64{int64(n), -1} {
			for name, wrap := range map[string]func(io.Reader) io.Reader{
				"whole": func(r io.Reader) io.Reader { return r }, "halves": iotest.HalfReader, "data with EOF": iotest.DataErrReader,
			} {
				body := pattern(n)
				info, err := s.Put(context.Background(), wrap(bytes.NewReader(body)), declared)
				if err != nil {
					t.Fatalf("%d bytes (%s), declared %d: %v", n, name, declared, err)
				}
				if info.Size != int64(n) || info.MD5 != md5.Sum(body) {
					t.Errorf("%d bytes (%s), declared %d: %+v", n, name, declared, info)
				}
				expect(t, s, info.ID, 0, body)
				expect(t, s, info.ID, n/3, body[n/3:n/2])
				expect(t, s, info.ID, n, nil)
				if err := s.Delete(info.ID); err != nil {
					t.Errorf("Delete: %v", err)
				}
			}
		}
	}
	if s.Len() != 0 {
		t.Errorf("%d blobs are left", s.Len())
	}
}

func expect(t *testing.T, s *Store, id ID, off int, want []byte) {
	t.Helper()
	r, err := s.Get(id, int64(off), int64(len(want)))
	if err != nil {
		t.Fatalf("Get(%d, %d): %v", off, len(want), err)
	}
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("Get(%d, %d): %d bytes, %v", off, len(want), len(got), err)
	}
}

// refusal is an error with facts, as the verifying reader of a body has.
type refusal struct{ cause error }

func (r *refusal) Error() string { return "refused" }
func (r *refusal) Unwrap() error { return r.cause }

func TestBrokenBodies(t *testing.T) {
	mine := &refusal{cause: io.EOF} // it is not the end, although it wraps one
	failing := func(n int) io.Reader { return io.MultiReader(bytes.NewReader(pattern(n)), iotest.ErrReader(mine)) }
	tests := []struct {
		name string
		r    io.Reader
		size int64
		want error
	}{
		{"short", strings.NewReader("abc"), 4, io.ErrUnexpectedEOF},
		{"empty but declared", strings.NewReader(""), 1, io.ErrUnexpectedEOF},
		{"short of several buffers", bytes.NewReader(pattern(nextBuffer + 1)), 3 * nextBuffer, io.ErrUnexpectedEOF},
		{"long", strings.NewReader("abc"), 2, ErrTooLong},
		{"long where nothing was declared to come", strings.NewReader("abc"), 0, ErrTooLong},
		{"long of several buffers", bytes.NewReader(pattern(2*nextBuffer + 1)), 2 * nextBuffer, ErrTooLong},
		{"declared too large", strings.NewReader("abc"), MaxSize + 1, ErrTooLarge},
		{"fails at once", failing(0), 10, mine},
		{"fails at once, nothing declared", failing(0), 0, mine},
		{"fails midway", failing(5), 10, mine},
		{"fails at the end", failing(10), 10, mine},
		{"fails, size unknown", failing(10), -1, mine},
		{"fails at the end of a buffer", failing(nextBuffer), nextBuffer, mine},
		{"fails at the end of several buffers", failing(2 * nextBuffer), 2 * nextBuffer, mine},
	}
	for _, test := range tests {
		s := NewStore()
		if _, err := s.Put(context.Background(), test.r, test.size); err != test.want {
			t.Errorf("%s: %v, want %v itself", test.name, err, test.want)
		}
		if s.Len() != 0 {
			t.Errorf("%s: a blob is kept", test.name)
		}
	}
}

// No test sends 5 GiB: one byte more is too many for a body that had them.
func TestLimit(t *testing.T) {
	b := &body{ctx: context.Background(), r: strings.NewReader("abc"), size: -1, seen: MaxSize - 1}
	if n, err := b.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Errorf("the last byte: %d, %v", n, err)
	}
	if _, err := b.Read(make([]byte, 1)); err != ErrTooLarge {
		t.Errorf("one more: %v, want ErrTooLarge", err)
	}
}

func TestDeclaredSizeIsNotAllocated(t *testing.T) {
	s := NewStore()
	for _, declared := range []int64{smallSize - 1, smallSize, 1 << 20, pieceSize, MaxSize} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := s.Put(context.Background(), strings.NewReader("abc"), declared)
		runtime.ReadMemStats(&after)
		if err != io.ErrUnexpectedEOF {
			t.Fatalf("%v, want io.ErrUnexpectedEOF", err)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 4*firstBuffer {
			t.Errorf("3 bytes that were declared as %d took %d bytes", declared, got)
		}
	}
}

func TestRanges(t *testing.T) {
	s := NewStore()
	info, err := s.Put(context.Background(), strings.NewReader("hello"), 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ off, length int64 }{
		{-1, 1}, {0, -1}, {0, 6}, {5, 1}, {6, 0}, {1 << 62, 1 << 62}, {1, MaxSize},
	} {
		if _, err := s.Get(info.ID, test.off, test.length); err != ErrRange {
			t.Errorf("Get(%d, %d): %v, want ErrRange", test.off, test.length, err)
		}
	}
	if _, err := s.Get(info.ID+1, 0, 0); err != ErrNotFound {
		t.Errorf("Get of no blob: %v", err)
	}
	if err := s.Delete(info.ID + 1); err != ErrNotFound {
		t.Errorf("Delete of no blob: %v", err)
	}
}

func TestReaderOutlivesBlob(t *testing.T) {
	s := NewStore()
	info, err := s.Put(context.Background(), strings.NewReader("hello"), 5)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Get(info.ID, 0, 5)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(info.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); string(got) != "hello" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if again, err := s.Put(context.Background(), strings.NewReader("other"), 5); err != nil || again.ID == info.ID {
		t.Errorf("id %v is used again for %v (%v)", info.ID, again.ID, err)
	}
}

// reentrant uses every backend of the store while it is being read.
type reentrant struct {
	s    *Store
	done bool
}

func (r *reentrant) Read(p []byte) (int, error) {
	if r.done {
		return 0, io.EOF
	}
	r.done = true
	for range shards {
		if _, err := r.s.Put(context.Background(), strings.NewReader("x"), 1); err != nil {
			return 0, err
		}
	}
	return copy(p, "slow"), nil
}

// A lock held while a body is read would end this test in a deadlock.
func TestNoLockWhileReading(t *testing.T) {
	for _, size := range []int64{4, -1} {
		s := NewStore()
		if _, err := s.Put(context.Background(), &reentrant{s: s}, size); err != nil {
			t.Errorf("declared %d: %v", size, err)
		}
		if s.Len() != shards+1 {
			t.Errorf("declared %d: %d blobs", size, s.Len())
		}
	}
}

func TestPanicIsAnError(t *testing.T) {
	s := NewStore()
	for i := range s.backends.each {
		s.backends.each[i] = nil // every call of it panics
	}
	for _, size := range []int64{smallSize, -1} {
		if _, err := s.Put(context.Background(), bytes.NewReader(pattern(smallSize)), size); err == nil {
			t.Error("Put: no error")
		}
	}
	if _, err := s.Get(largeID(1), 0, 0); err == nil {
		t.Error("Get: no error")
	}
	if err := s.Delete(largeID(1)); err == nil {
		t.Error("Delete: no error")
	}
	if s.Len() != 0 {
		t.Errorf("%d blobs are held", s.Len())
	}
}

func TestConcurrent(t *testing.T) {
	s := NewStore()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 50 {
				if err := useOne(s, pattern(g*1000+i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if s.Len() != 0 {
		t.Errorf("%d blobs are left", s.Len())
	}
}

func useOne(s *Store, body []byte) error {
	info, err := s.Put(context.Background(), bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return err
	}
	r, err := s.Get(info.ID, 0, info.Size)
	if err != nil {
		return err
	}
	got, err := io.ReadAll(r)
	if !bytes.Equal(got, body) {
		err = errors.Join(err, fmt.Errorf("blob %v has other bytes", info.ID))
	}
	return errors.Join(err, s.Delete(info.ID))
}

func BenchmarkPut(b *testing.B) {
	for _, size := range []int{1 << 10, smallSize, 1 << 20, 16 << 20} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			s, body := NewStore(), pattern(size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				info, err := s.Put(context.Background(), bytes.NewReader(body), int64(size))
				if err == nil {
					err = s.Delete(info.ID)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A large body is in several blobs, and is what it would be in one.
func TestPieces(t *testing.T) {
	for _, n := range []int{pieceSize - 1, pieceSize, pieceSize + 1, 2 * pieceSize, 2*pieceSize + 7} {
		s := NewStore()
		body := pattern(n)
		info, err := s.Put(context.Background(), bytes.NewReader(body), int64(n))
		if err != nil || info.Size != int64(n) || info.MD5 != md5.Sum(body) {
			t.Fatalf("%d bytes: %+v, %v", n, info, err)
		}
		first := info.Size
		for _, piece := range info.Rest {
			first -= piece.Size
		}
		pieces := append([]Piece{{info.ID, first}}, info.Rest...)
		if want := (n + pieceSize - 1) / pieceSize; len(pieces) != want || s.Len() != want {
			t.Errorf("%d bytes are in %d pieces, and %d blobs are held; want %d", n, len(pieces), s.Len(), want)
		}
		off := 0
		for _, piece := range pieces {
			expect(t, s, piece.ID, 0, body[off:off+int(piece.Size)])
			off += int(piece.Size)
		}
	}
}

// Of a large body that breaks off nothing is left.
func TestBrokenPieces(t *testing.T) {
	s := NewStore()
	broken := io.MultiReader(bytes.NewReader(pattern(2*pieceSize+3)), iotest.ErrReader(io.ErrClosedPipe))
	if _, err := s.Put(context.Background(), broken, -1); err != io.ErrClosedPipe || s.Len() != 0 {
		t.Errorf("%v, and %d blobs are held", err, s.Len())
	}
}

// No more of a body is held twice than a piece, and its memory comes back when it is
// deleted.
func TestHeldOnce(t *testing.T) {
	const size = 12 * pieceSize
	s := NewStore()
	var peak uint64
	info, err := s.Put(context.Background(), &watched{left: size, peak: &peak}, size)
	if err != nil {
		t.Fatal(err)
	}
	if limit := uint64(size + 5*pieceSize); peak > limit {
		t.Errorf("%d MiB were in use for %d MiB", peak>>20, size>>20)
	}
	s.drop(info)
	var now runtime.MemStats
	for range 200 { // it comes back in the background
		runtime.GC()
		if runtime.ReadMemStats(&now); now.HeapInuse < size/2 {
			break
		}
		runtime.Gosched()
	}
	if now.HeapInuse > size/2 {
		t.Errorf("%d MiB are in use after the delete", now.HeapInuse>>20)
	}
}

// watched is a body that looks at the memory in use as it is read.
type watched struct {
	left int64
	peak *uint64
}

func (w *watched) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	if w.left%(pieceSize/2) < int64(len(p)) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		*w.peak = max(*w.peak, m.HeapInuse)
	}
	n := int(min(w.left, int64(len(p))))
	w.left -= int64(n)
	return n, nil
}
