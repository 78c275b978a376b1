// Package sheet is what answers in XML are written with: memory that the next answer gets
// once this one has left, and the ways in which AWS escapes text.
package sheet

import (
	"io"
	"slices"
	"sync"
)

// Sheet is an answer that is being written: append to Text.
type Sheet struct{ Text []byte }

// Bounds in bytes: small is the most of an error, largest the most that is kept for another
// answer. A page of a thousand keys of usual length has 300 KB.
const (
	small   = 4 << 10
	largest = 1 << 20
)

// Small and large ones are kept apart, so that no page has to grow out of an error's.
var smallOnes, largeOnes = sync.Pool{New: blank}, sync.Pool{New: blank}

func blank() any { return new(Sheet) }

func kept(size int) *sync.Pool {
	if size <= small {
		return &smallOnes
	}
	return &largeOnes
}

// New is an empty sheet with room for size bytes; it grows where that is too few.
func New(size int) *Sheet {
	s := kept(size).Get().(*Sheet)
	s.Text = slices.Grow(s.Text[:0], size)
	return s
}

// Body is what is written, as the body of an answer. Once it is closed neither the Sheet nor
// its Text may be looked at: they are another answer's.
func (s *Sheet) Body() *Body { return &Body{sheet: s} }

// Body is a written sheet, which is read once.
type Body struct {
	sheet *Sheet // nil: closed
	read  int
}

// Len is how many bytes are still to be read.
func (b *Body) Len() int64 { return int64(len(b.rest())) }

func (b *Body) rest() []byte {
	if b.sheet == nil {
		return nil
	}
	return b.sheet.Text[b.read:]
}

// Read is io.Reader's.
func (b *Body) Read(p []byte) (int, error) {
	n := copy(p, b.rest())
	if b.read += n; n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// WriteTo writes the rest in one piece.
func (b *Body) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b.rest())
	b.read += n
	return int64(n), err
}

// Close gives the memory to the next answer.
func (b *Body) Close() error {
	if s := b.sheet; s != nil && cap(s.Text) <= largest {
		kept(cap(s.Text)).Put(s)
	}
	b.sheet = nil
	return nil
}
