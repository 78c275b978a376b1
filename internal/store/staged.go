package store

import (
	"bytes"
	"context"
	"crypto/md5"
	"io"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// Staged is bytes that are in the store and that nobody can see yet. Put its
// Chunks into an Object or a Part and write that; the bytes then live as long as
// the record. Until then they are good for any number of attempts.
type Staged struct {
	Chunks []Chunk
	Size   int64 // bytes
	MD5    [md5.Size]byte
}

// Keep holds the bytes for good, whatever becomes of the records that have them, so that
// any number of records can be given them.
func (s *Staged) Keep() {
	_ = retain(s.Chunks) // they are still staged
}

// Discard frees the bytes unless a record has taken them over. Defer it: after a
// write it does nothing, and it may be called again.
func (s *Staged) Discard() {
	if s != nil {
		settle(s.Chunks)
	}
}

// Write reads r to its end and keeps the bytes, visible to nobody. size is the
// length that was declared in bytes, -1 where none was. Memory grows with what
// arrives. Errors: r's own, unchanged; io.ErrUnexpectedEOF for a short body;
// ctx's, when the sender went away before all of it had come; ErrTooLong; ErrTooLarge.
// After an error nothing is kept.
func (x *Index) Write(ctx context.Context, r io.Reader, size int64) (*Staged, error) {
	if r == nil {
		r = bytes.NewReader(nil)
	}
	info, err := x.blobs.Put(ctx, r, size)
	if err != nil {
		return nil, err
	}
	if info.Size == 0 { // no bytes need no blob
		return &Staged{MD5: info.MD5}, x.blobs.Delete(info.ID)
	}
	first := &struct { // in one piece of memory, which lives as long as the record
		blob   Blob
		chunks [1]Chunk
	}{}
	first.blob.hold(x.blobs, info.ID)
	first.chunks[0] = Chunk{Blob: &first.blob, Length: info.Size}
	s := &Staged{Size: info.Size, MD5: info.MD5, Chunks: first.chunks[:]}
	for _, piece := range info.Rest {
		b := new(Blob)
		b.hold(x.blobs, piece.ID)
		s.Chunks[0].Length -= piece.Size
		s.Chunks = append(s.Chunks, Chunk{Blob: b, Length: piece.Size})
	}
	return s, nil
}

// hold makes a new Blob that of a staged one.
func (b *Blob) hold(s Bytes, id blob.ID) {
	b.store, b.id = s, id
	b.refs.Store(1)
	b.staged.Store(true)
}
