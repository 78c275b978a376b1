package blob

import (
	"context"
	"io"
)

// Bounded holds a body to what a blob may be, for other keepers of bytes.
type Bounded struct{ body }

// NewBounded holds r to the size that was declared for it in bytes, -1 where none was. Error:
// ErrTooLarge.
func NewBounded(ctx context.Context, r io.Reader, size int64) (*Bounded, error) {
	if size > MaxSize {
		return nil, ErrTooLarge
	}
	return &Bounded{body{ctx: ctx, r: r, size: size}}, nil
}

// Err is why the body did not come to its end, with the errors of Store.Put; nil: it did, or
// has not yet.
func (b *Bounded) Err() error { return b.err }
