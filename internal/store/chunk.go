package store

import (
	"slices"
	"sync/atomic"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// Blob is a blob with the count of those who need it: records, parts of uploads,
// open readers and the Staged that wrote it. The last to let go frees it.
type Blob struct {
	store Bytes
	id    blob.ID
	refs  atomic.Int64
	// staged is set as long as the reference of the Staged stands. The first
	// record takes that reference over.
	staged atomic.Bool
}

// Chunk is a run of bytes in one blob.
type Chunk struct {
	Blob   *Blob
	Offset int64 // bytes
	Length int64
}

// retain counts one more reference, unless the blob has been freed.
func (b *Blob) retain() bool {
	for {
		n := b.refs.Load()
		if n == 0 {
			return false
		}
		if b.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// release counts one reference less and frees the blob with the last.
func (b *Blob) release() {
	if b.refs.Add(-1) == 0 {
		// It is there, since only this frees it, and only once.
		_ = b.store.Delete(b.id)
	}
}

// damage is what is wrong with bytes on a disk, as far as one sees without reading them; nil:
// nothing.
func (b *Blob) damage() error {
	if on, ok := b.store.(interface{ BodyDamage(blob.ID) error }); ok {
		return on.BodyDamage(b.id)
	}
	return nil
}

// unstage gives up the reference of the Staged, once.
func (b *Blob) unstage() {
	if b.staged.CompareAndSwap(true, false) {
		b.release()
	}
}

// retain counts a reference to the blob of each chunk, or to none of them:
// ErrMoved says that one has been freed, since its record was let go.
func retain(chunks []Chunk) error {
	for i, c := range chunks {
		if !c.Blob.retain() {
			release(chunks[:i])
			return ErrMoved
		}
	}
	return nil
}

// release lets go of the blob of each chunk. It is not called under a bucket's
// lock, since freeing takes the backend's.
func release(chunks []Chunk) {
	for _, c := range chunks {
		c.Blob.release()
	}
}

// settle ends the staging of chunks that a record now holds.
func settle(chunks []Chunk) {
	for _, c := range chunks {
		c.Blob.unstage()
	}
}

// SameBytes says whether two runs are the same bytes of the same blobs.
func SameBytes(a, b []Chunk) bool {
	return slices.EqualFunc(a, b, func(a, b Chunk) bool {
		return a.Blob.id == b.Blob.id && a.Offset == b.Offset && a.Length == b.Length
	})
}

// cut is the part of chunks that covers length bytes from offset off, which are
// within them. It shares nothing with chunks.
func cut(chunks []Chunk, off, length int64) []Chunk {
	var out []Chunk
	for _, c := range chunks {
		if length == 0 {
			break
		}
		if off >= c.Length {
			off -= c.Length
			continue
		}
		n := min(c.Length-off, length)
		out = append(out, Chunk{Blob: c.Blob, Offset: c.Offset + off, Length: n})
		off, length = 0, length-n
	}
	return out
}
