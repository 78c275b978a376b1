package blob

import (
	"context"
	"hash"
	"io"
	"sync"
)

// segmentSize is in how large pieces a body is gathered, and the largest body
// that is not gathered first: its declared size is allocated at once.
const segmentSize = 256 << 10

// pieceSize is the most bytes of one blob, whole segments: parts of uploads, of which most
// clients make 5 or 8 MiB, are of one.
const pieceSize = 16 << 20

// segments are reused, since nearly every large body needs several.
var segments = sync.Pool{New: func() any { return new([segmentSize]byte) }}

// body holds a reader to the size that was declared for it, and remembers why it
// ended early.
type body struct {
	ctx  context.Context // of who sends it
	r    io.Reader
	size int64 // -1: unknown
	seen int64
	err  error // other than io.EOF
}

func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	// Once it has arrived it does not matter any more whether its sender is there.
	if err := b.ctx.Err(); err != nil && b.seen < b.size {
		b.err = err
		return 0, err
	}
	n, err := b.r.Read(p)
	b.seen += int64(n)
	switch {
	case err != nil && err != io.EOF:
		b.err = err
	case b.size >= 0 && b.seen > b.size:
		b.err = ErrTooLong
	case b.seen > MaxSize:
		b.err = ErrTooLarge
	case err != nil && b.seen < b.size:
		b.err = io.ErrUnexpectedEOF
	default:
		return n, err
	}
	return n, b.err
}

// gathered is a body that has arrived. Reading it gives its segments back as it
// goes, so that it and the backend's copy hardly ever exist side by side.
type gathered struct {
	segments []*[segmentSize]byte
	size     int64 // bytes not yet read
	off      int   // in the first segment
}

// gather reads the next pieceSize bytes of a body, or what is left of it; more says that
// it may go on behind them.
func gather(b *body) (g *gathered, more bool, err error) {
	g = &gathered{}
	for g.size < pieceSize {
		segment := segments.Get().(*[segmentSize]byte)
		g.segments = append(g.segments, segment)
		n, err := io.ReadFull(b, segment[:])
		g.size += int64(n)
		if b.err != nil {
			g.release()
			return nil, false, b.err
		}
		if err != nil { // io.EOF, or io.ErrUnexpectedEOF within the segment
			return g, false, nil
		}
	}
	return g, true, nil
}

// hash gives the hash what has arrived, of which nothing is read yet.
func (g *gathered) hash(h hash.Hash) {
	left := g.size
	for _, segment := range g.segments {
		n := min(left, segmentSize)
		h.Write(segment[:n])
		left -= n
	}
}

func (g *gathered) Read(p []byte) (int, error) {
	if g.size == 0 {
		return 0, io.EOF
	}
	n := copy(p, g.segments[0][g.off:min(int64(segmentSize), int64(g.off)+g.size)])
	g.off += n
	g.size -= int64(n)
	if g.off == segmentSize {
		segments.Put(g.segments[0])
		g.segments, g.off = g.segments[1:], 0
	}
	return n, nil
}

// release gives back the segments that were not read.
func (g *gathered) release() {
	for _, segment := range g.segments {
		segments.Put(segment)
	}
	g.segments = nil
}
