package store

import (
	"context"
	"io"
)

// Open reads length bytes of an object from offset off, 0 and o.Size for all of
// it. An open reader keeps the bytes: it ends well although the object is
// overwritten or deleted meanwhile. Close it. Errors: ErrRange; ErrMoved when
// the record was let go and its bytes are freed; on a disk, that the bytes are damaged, and where
// they are.
func (x *Index) Open(_ context.Context, o *Object, off, length int64) (io.ReadCloser, error) {
	chunks := o.Chunks // which nobody changes
	if off != 0 || length != o.Size {
		var err error
		if chunks, err = o.Range(off, length); err != nil {
			return nil, err
		}
	}
	if err := retain(chunks); err != nil {
		return nil, err
	}
	r := &reader{held: chunks, left: chunks}
	if err := r.begin(); err != nil {
		_ = r.Close()
		return nil, err
	}
	return r, nil
}

// reader reads chunks one after the other, and holds no lock between two reads.
type reader struct {
	held []Chunk // what Close lets go of
	left []Chunk // those not yet begun
	open io.Reader
}

// begin opens the first chunk, and looks whether the others can be: a reply that has begun
// cannot say any more that they cannot.
func (r *reader) begin() error {
	if err := r.advance(); err != nil && err != io.EOF {
		return err
	}
	for _, c := range r.left {
		if err := c.Blob.damage(); err != nil {
			return err
		}
	}
	return nil
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
			err = r.shut()
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

// WriteTo has each chunk write itself: the blobs' readers copy nothing on the way.
func (r *reader) WriteTo(w io.Writer) (written int64, err error) {
	for {
		switch err := r.advance(); err {
		case nil:
		case io.EOF:
			return written, nil
		default:
			return written, err
		}
		n, err := io.Copy(w, r.open)
		if written += n; err != nil {
			return written, err
		}
		if err := r.shut(); err != nil {
			return written, err
		}
	}
}

// Close lets go of the bytes. Reading afterwards is at the end.
func (r *reader) Close() error {
	err := r.shut()
	release(r.held)
	r.held, r.left = nil, nil
	return err
}

// shut ends the chunk that is open.
func (r *reader) shut() (err error) {
	if c, ok := r.open.(io.Closer); ok {
		err = c.Close()
	}
	r.open = nil
	return err
}
