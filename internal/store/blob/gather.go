package blob

import (
	"crypto/md5"
	"hash"
	"io"
	"iter"
	"sync"
)

// Bytes are gathered in buffers of two sizes: of a body a few bytes may be all that ever
// comes.
const (
	firstBuffer = 4 << 10
	nextBuffer  = 64 << 10
)

var (
	firsts = sync.Pool{New: func() any { return new(gathered) }}
	nexts  = sync.Pool{New: func() any { return new([nextBuffer]byte) }}
)

// gathered is bytes that have arrived. Release it.
type gathered struct {
	first [firstBuffer]byte
	next  []*[nextBuffer]byte
	size  int64
	taken int64 // by take
}

// gather reads n bytes of a body, or what is left of it; ended says that it is at its end.
// What it has read it returns in any case.
func gather(b *body, n int64) (g *gathered, ended bool, err error) {
	g = firsts.Get().(*gathered)
	for g.size < n {
		room := g.room()
		got, err := io.ReadFull(b, room[:min(int64(len(room)), n-g.size)])
		g.size += int64(got)
		if err != nil { // io.EOF, or io.ErrUnexpectedEOF within the buffer
			return g, true, b.err
		}
	}
	return g, false, b.err
}

// room is a buffer for the bytes that come next.
func (g *gathered) room() []byte {
	if g.size < firstBuffer {
		return g.first[g.size:]
	}
	buffer := nexts.Get().(*[nextBuffer]byte)
	g.next = append(g.next, buffer)
	return buffer[:]
}

// all is the bytes in runs.
func (g *gathered) all() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		left := g.size - min(g.size, firstBuffer)
		if !yield(g.first[:g.size-left]) {
			return
		}
		for _, buffer := range g.next {
			n := min(left, nextBuffer)
			if left -= n; !yield(buffer[:n]) {
				return
			}
		}
	}
}

// hash gives the hash all bytes.
func (g *gathered) hash(h hash.Hash) {
	for run := range g.all() {
		h.Write(run)
	}
}

// sum is the MD5 of all bytes.
func (g *gathered) sum() (sum [md5.Size]byte) {
	if g.size <= firstBuffer {
		return md5.Sum(g.first[:g.size])
	}
	h := md5.New()
	g.hash(h)
	h.Sum(sum[:0])
	return sum
}

// take moves the next bytes into p.
func (g *gathered) take(p []byte) int {
	from := g.first[:]
	off := g.taken
	if off >= firstBuffer {
		off -= firstBuffer
		i := off / nextBuffer
		if i >= int64(len(g.next)) {
			return 0
		}
		from, off = g.next[i][:], off%nextBuffer
	}
	n := copy(p, from[off:min(int64(len(from)), off+g.size-g.taken)])
	g.taken += int64(n)
	return n
}

// release gives the buffers back.
func (g *gathered) release() {
	for i, buffer := range g.next {
		nexts.Put(buffer)
		g.next[i] = nil
	}
	g.next, g.size, g.taken = g.next[:0], 0, 0
	firsts.Put(g)
}
