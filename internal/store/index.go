// Package store holds what is in the buckets: an ordered index of immutable
// records over counted blobs. It knows nothing of who may do what, nor of HTTP.
package store

import (
	"cmp"
	"context"
	"io"
	"sync/atomic"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// Index is the buckets of one world with their objects. It is changed through Apply
// until it is served, and from then on through Live.Commit.
type Index struct {
	blobs   Bytes
	home    *Home // where it is kept; nil: nowhere
	buckets map[string]*Bucket
	written *tally
	served  atomic.Bool
}

// Bytes is where the bytes of bodies are: a blob.Store, which has them in memory, or the
// folder in which a server keeps its worlds (data.Folder). A reader that Get gives may be an
// io.Closer.
type Bytes interface {
	Put(ctx context.Context, r io.Reader, size int64) (blob.Info, error)
	Get(id blob.ID, off, length int64) (io.Reader, error)
	Delete(id blob.ID) error
}

// tally counts what is written to all buckets of an Index, and of its copies.
type tally struct {
	revision atomic.Uint64 // the newest record's
	changes  atomic.Uint64 // whatever they changed
}

// NewIndex makes an Index without buckets, over blobs that worlds may share.
func NewIndex(b Bytes) *Index {
	return &Index{blobs: b, buckets: map[string]*Bucket{}, written: new(tally)}
}

// Bucket is the contents of the named bucket; nil: there is none.
func (x *Index) Bucket(name string) *Bucket { return x.buckets[name] }

// Latest is the newest record of a key, an object or a delete marker; nil: none. Of a world
// that is kept on a disk it waits until the record is. Errors: it could not be kept, or its record
// is damaged; ctx's.
func (x *Index) Latest(ctx context.Context, bucket, key string) (*Object, error) {
	if b := x.buckets[bucket]; b != nil {
		return b.Latest(key), b.sure(ctx, key)
	}
	return nil, nil
}

// Version is one version of a key, an object or a delete marker; nil: none. It waits, and
// fails, as Latest.
func (x *Index) Version(ctx context.Context, bucket, key, version string) (*Object, error) {
	if b := x.buckets[bucket]; b != nil {
		return b.Version(key, version), b.sure(ctx, key)
	}
	return nil, nil
}

// List is a page of the current objects of a bucket. It waits as Latest does. Errors: ErrMoved
// when the bucket is gone; those of Latest.
func (x *Index) List(ctx context.Context, bucket string, q ListQuery) (Page, error) {
	if b := x.buckets[bucket]; b != nil {
		return b.List(q), cmp.Or(b.ListDamage(q.Prefix), b.Sure(ctx))
	}
	return Page{}, ErrMoved
}

// Apply makes a change in an Index that nobody is served. Errors: ErrServed; those
// of the change.
func (x *Index) Apply(c Contents) error {
	if x.served.Load() {
		return ErrServed
	}
	return c.apply(x)
}

// serve ends Apply.
func (x *Index) serve() { x.served.Store(true) }

func (x *Index) bucket(name string) *Bucket { return x.buckets[name] }

func (x *Index) create(name string) {
	if x.buckets[name] == nil {
		x.buckets[name] = newBucket(x.written)
	}
}

func (x *Index) drop(name string, contents bool) error {
	b := x.buckets[name]
	switch {
	case b == nil:
		return ErrNoSuchBucket
	case !contents && !b.Empty():
		return ErrBucketNotEmpty
	}
	delete(x.buckets, name)
	b.free()
	return nil
}

// Copy makes an Index with the same objects and uploads, which nobody is served.
// Records and bytes are shared, however many there are. Close it.
func (x *Index) Copy() *Index {
	out := NewIndex(x.blobs)
	out.written = x.written
	for name, b := range x.buckets {
		out.buckets[name] = b.copied()
	}
	return out
}

// Given is how many bytes its buckets, or copies of them, have given away that others of
// them still have.
func (x *Index) Given() (n int64) {
	for _, b := range x.buckets {
		n += b.given()
	}
	return n
}

// Close frees everything that an Index holds which nobody is served; Live.Close
// does it for the others.
func (x *Index) Close() {
	for _, b := range x.buckets {
		b.free()
	}
}
