// Package store holds what is in the buckets: an ordered index of immutable
// records over counted blobs. It knows nothing of who may do what, nor of HTTP.
package store

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// Index is the buckets of one world with their objects. Which buckets there are
// is fixed once the Index is part of a Live: Create, Drop and Remove are for an
// Index that is being filled, and for the one that Live.Change and Live.Replace
// lend. What is in a bucket changes through the Bucket.
type Index struct {
	blobs   *blob.Store
	gate    *gate
	buckets map[string]*Bucket
	// revisions counts the records that were written, here and in copies.
	revisions *atomic.Uint64

	// What a draft does when it is published.
	shared bool // buckets belongs to the Index that this is a draft of
	added  []*Bucket
	gone   []departure
}

// gate stands before every commit to an Index that is served: Live.Replace holds
// it shut while it puts another Index in its place.
type gate struct {
	sync.RWMutex
	closed bool
}

// departure is a bucket that a draft takes away.
type departure struct {
	bucket   *Bucket
	contents bool // with what is in it; otherwise it must be empty
}

// NewIndex makes an Index without buckets, over blobs that worlds may share.
func NewIndex(b *blob.Store) *Index {
	return &Index{blobs: b, gate: &gate{}, buckets: map[string]*Bucket{}, revisions: &atomic.Uint64{}}
}

// Bucket is the contents of the named bucket; nil: there is none.
func (x *Index) Bucket(name string) *Bucket { return x.buckets[name] }

// Create adds an empty bucket and returns it, or the one that is there.
func (x *Index) Create(name string) *Bucket {
	if b := x.buckets[name]; b != nil {
		return b
	}
	b := newBucket(x.revisions)
	x.add(name, b)
	return b
}

func (x *Index) add(name string, b *Bucket) {
	x.own()
	x.buckets[name] = b
	x.added = append(x.added, b)
}

// Drop takes an empty bucket away, with its unfinished uploads. Errors:
// ErrNoSuchBucket, ErrBucketNotEmpty, which Live.Change returns as well when an
// object comes before the change is published.
func (x *Index) Drop(name string) error {
	b := x.buckets[name]
	if b == nil {
		return ErrNoSuchBucket
	}
	if !b.Empty() {
		return ErrBucketNotEmpty
	}
	x.depart(name, departure{bucket: b})
	return nil
}

// Remove takes a bucket away with all that is in it. Error: ErrNoSuchBucket.
func (x *Index) Remove(name string) error {
	b := x.buckets[name]
	if b == nil {
		return ErrNoSuchBucket
	}
	x.depart(name, departure{bucket: b, contents: true})
	return nil
}

func (x *Index) depart(name string, d departure) {
	x.own()
	delete(x.buckets, name)
	x.gone = append(x.gone, d)
}

// Copy makes an Index with the same objects and uploads, which can be changed
// before it is published. Records and bytes are shared, however many there are.
func (x *Index) Copy() *Index {
	out := NewIndex(x.blobs)
	out.revisions = x.revisions
	for name, b := range x.buckets {
		out.add(name, b.copied(out.revisions))
	}
	return out
}

// Close frees everything that an Index holds. It is for one that was never
// published, Live.Close for the others.
func (x *Index) Close() {
	x.abandon()
	for _, b := range x.buckets {
		b.free()
	}
}

// draft is an Index to be changed and then published in the place of x, or
// abandoned. It costs nothing until it is changed.
func (x *Index) draft() *Index {
	return &Index{blobs: x.blobs, gate: x.gate, buckets: x.buckets, revisions: x.revisions, shared: true}
}

// own gives a draft a map of its own.
func (x *Index) own() {
	if x.shared {
		x.buckets, x.shared = maps.Clone(x.buckets), false
	}
}

// abandon frees what a draft added.
func (x *Index) abandon() {
	for _, b := range x.added {
		b.free()
	}
	x.added, x.gone = nil, nil
}

// publish makes the draft's changes real, and calls visible at the moment from
// which on they must be seen: a write that finds its bucket gone then also finds
// the Moment without it. Error: ErrBucketNotEmpty, and nothing has happened.
func (x *Index) publish(visible func()) error {
	departed, err := lockAll(x.gone)
	if err != nil {
		return err
	}
	for _, b := range x.added {
		b.gate = x.gate
	}
	for _, b := range departed {
		b.gone = true
	}
	visible()
	for _, b := range departed {
		b.mu.Unlock()
	}
	for _, b := range departed {
		release(b.end())
	}
	x.added, x.gone = nil, nil
	return nil
}

// lockAll locks the buckets that go, unless one of them must be empty and is not.
func lockAll(gone []departure) ([]*Bucket, error) {
	var locked []*Bucket
	for _, d := range gone {
		d.bucket.mu.Lock()
		locked = append(locked, d.bucket)
		if !d.contents && d.bucket.keys.Len() > 0 {
			for _, b := range slices.Backward(locked) {
				b.mu.Unlock()
			}
			return nil, ErrBucketNotEmpty
		}
	}
	return locked, nil
}
