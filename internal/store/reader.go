package store

import (
	"context"
	"io"
	"sync"
)

// copyBuffers are for Reader.WriteTo: the blobs' readers hide their own.
var copyBuffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// Open reads length bytes of an object from offset off, 0 and o.Size for all of
// it. An open reader keeps the bytes: it ends well although the object is
// overwritten or deleted meanwhile. Close it. Errors: ErrRange; ErrMoved when
// the record was let go and its bytes are freed.
func (x *Index) Open(_ context.Context, o *Object, off, length int64) (io.ReadCloser, error) {
	chunks, err := o.Range(off, length)
	if err != nil {
		return nil, err
	}
	if err := retain(chunks); err != nil {
		return nil, err
	}
	return &reader{held: chunks, left: chunks}, nil
}

// reader reads chunks one after the other, and holds no lock between two reads.
type reader struct {
	held []Chunk // what Close lets go of
	left []Chunk // those not yet begun
	open io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if err := r.advance(); err != nil {
			return 0, err
		}
		n, err := r.open.Read(p)
		if err == io.EOF {
			r.open, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// advance opens the next chunk where none is open; io.EOF: there is none left.
func (r *reader) advance() error {
	if r.open != nil {
		return nil
	}
	if len(r.left) == 0 {
		return io.EOF
	}
	c := r.left[0]
	open, err := c.Blob.store.Get(c.Blob.id, c.Offset, c.Length)
	if err != nil {
		return err
	}
	r.open, r.left = open, r.left[1:]
	return nil
}

// WriteTo spares io.Copy a buffer for each object.
func (r *reader) WriteTo(w io.Writer) (int64, error) {
	buffer := copyBuffers.Get().(*[64 << 10]byte)
	defer copyBuffers.Put(buffer)
	// The wrappings hide WriteTo and ReadFrom, which would not use the buffer.
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, buffer[:])
}

// Close lets go of the bytes. Reading afterwards is at the end.
func (r *reader) Close() error {
	release(r.held)
	r.held, r.left, r.open = nil, nil, nil
	return nil
}
