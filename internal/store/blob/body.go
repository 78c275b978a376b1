package blob

import (
	"context"
	"crypto/md5"
	"hash"
	"io"
)

// pieceSize is the most bytes of one blob: parts of uploads, of which most clients make
// 5 or 8 MiB, are in one.
const pieceSize = 16 << 20

// eager is the share of a piece that must have arrived before memory is taken for all of
// it: a client that sends slowly makes the store hold no more than four times what came.
const eager = 4

// body holds a reader to the size that was declared for it, and remembers why it
// ended early.
type body struct {
	ctx  context.Context // of who sends it
	r    io.Reader
	size int64 // -1: unknown
	seen int64
	err  error // other than io.EOF
	// whole takes the MD5 of a body in several pieces; nil: it is in one, of which that is
	// taken where it is kept.
	whole hash.Hash
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
	if b.whole != nil {
		b.whole.Write(p[:n])
	}
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

// arriving is a piece of a body, which reads as its bytes. Release it.
type arriving struct {
	*gathered
	rest io.Reader // behind what was gathered; nil: nothing
	size int64
}

// next is the next piece of the body; last says that nothing comes behind it. One that is
// small, or of a body whose size nobody told, has arrived.
func (b *body) next() (a arriving, last bool, err error) {
	left := b.size - b.seen
	switch {
	case b.size < 0:
		a.gathered, last, err = gather(b, pieceSize)
		a.size = a.gathered.size
		if !last && b.whole == nil {
			b.whole = md5.New()
			a.hash(b.whole)
		}
		return a, last, err
	case left < smallSize:
		a.gathered, _, err = gather(b, left+1) // to its end
		a.size = left
		return a, true, err
	}
	a.size = min(left, pieceSize)
	a.gathered, _, err = gather(b, a.size/eager)
	a.rest = b // to its end
	if a.size < left {
		a.rest = io.LimitReader(b, a.size-a.gathered.size)
	}
	return a, a.size == left, err
}

func (a arriving) Read(p []byte) (int, error) {
	switch n := a.take(p); {
	case n > 0 || len(p) == 0:
		return n, nil
	case a.rest == nil:
		return 0, io.EOF
	}
	return a.rest.Read(p)
}
