package store

import (
	"context"
	"io"
	"sync"
)

// transfer is what WriteTo needs: the blobs' readers hide their own WriteTo, and the
// wrappings hide WriteTo and ReadFrom, which would not use the buffer.
type transfer struct {
	buffer [64 << 10]byte
	to     struct{ io.Writer }
	from   struct{ io.Reader }
}

var transfers = sync.Pool{New: func() any { return new(transfer) }}

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
	t := transfers.Get().(*transfer)
	defer transfers.Put(t)
	t.to.Writer, t.from.Reader = w, r
	defer func() { t.to.Writer, t.from.Reader = nil, nil }()
	return io.CopyBuffer(&t.to, &t.from, t.buffer[:])
}

// Close lets go of the bytes. Reading afterwards is at the end.
func (r *reader) Close() error {
	release(r.held)
	r.held, r.left, r.open = nil, nil, nil
	return nil
}
