package store

import (
	"sync"
	"sync/atomic"

	"github.com/tidwall/btree"
)

// Bucket is what is in one bucket. Its lock is never held while a client is
// waited for, nor while blobs are written, read or freed.
type Bucket struct {
	gate      *gate          // nil until the bucket is published
	revisions *atomic.Uint64 // the newest record's, of all buckets of an Index

	mu      sync.RWMutex
	gone    bool // dropped; what is here is only for those who came before
	branch  *branch
	wrote   bool // since it was copied
	keys    btree.Map[string, *chain]
	uploads uploads
}

func newBucket(revisions *atomic.Uint64) *Bucket {
	return &Bucket{revisions: revisions, branch: newBranch(), uploads: newUploads()}
}

// Current is the object under a key; nil: none, or a delete marker is current.
func (b *Bucket) Current(key string) *Object {
	if o := b.Latest(key); o != nil && !o.Marker {
		return o
	}
	return nil
}

// Latest is the newest record of a key, an object or a delete marker; nil: none.
func (b *Bucket) Latest(key string) *Object {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.latest(key)
}

func (b *Bucket) latest(key string) *Object {
	if c, ok := b.keys.Get(key); ok {
		return c.latest()
	}
	return nil
}

// Version is one version of a key, an object or a delete marker; nil: none.
func (b *Bucket) Version(key, version string) *Object {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.version(key, version)
}

func (b *Bucket) version(key, version string) *Object {
	if c, ok := b.keys.Get(key); ok {
		if i := c.find(version); i >= 0 {
			return c.versions[i]
		}
	}
	return nil
}

// Empty says that there is no version of any key. Unfinished uploads do not
// count: S3 lets a bucket with them be deleted.
func (b *Bucket) Empty() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.keys.Len() == 0
}

// Put makes o the newest version of its key, in the place of the version with the
// same id if there is one; without an id it is the null version. e is about the
// latest record of the key. o belongs to the store from now on. Errors: those of
// e; ErrMoved too when the bucket or o's bytes are gone. After an error nothing
// has changed and o can be given again.
func (b *Bucket) Put(o *Object, e Expect) error {
	if o.Version == "" {
		o.Version = NullVersion
	}
	if err := retain(o.Chunks); err != nil {
		return err
	}
	err := b.update(func() ([]Chunk, error) {
		if err := b.takes(o, e); err != nil {
			return nil, err
		}
		return b.put(o), nil
	})
	if err != nil {
		release(o.Chunks)
		return err
	}
	settle(o.Chunks)
	return nil
}

// takes says whether the bucket takes o: e holds for the latest record of its key,
// and the version with its id may give way.
func (b *Bucket) takes(o *Object, e Expect) error {
	if err := e.check(b.latest(o.Key)); err != nil {
		return err
	}
	if !e.spares(b.version(o.Key, o.Version)) {
		return ErrMoved
	}
	return nil
}

// put is Put under the lock. It returns the chunks that are no longer needed.
func (b *Bucket) put(o *Object) []Chunk {
	b.own(o)
	c := b.chain(o.Key)
	if c == nil {
		b.keys.Set(o.Key, &chain{of: b.branch, versions: []*Object{o}})
		return nil
	}
	var freed []Chunk
	if i := c.find(o.Version); i >= 0 {
		freed = b.branch.give(c.versions[i].record())
		c.cut(i)
	}
	c.add(o)
	return freed
}

// own makes o a record of this bucket, newer than every other.
func (b *Bucket) own(o *Object) {
	o.Revision, o.born, b.wrote = b.revisions.Add(1), b.branch, true
}

// chain is the versions of a key, to be changed; nil: there are none.
func (b *Bucket) chain(key string) *chain {
	c, ok := b.keys.Get(key)
	if ok && c.of != b.branch { // a copy of the bucket may have it
		c = c.copied(b.branch)
		b.keys.Set(key, c)
	}
	return c
}

// Replace puts a record with other facts in the place of old, without making it
// newer. Key and Version are those of old. Error: ErrMoved when old is no longer
// there.
func (b *Bucket) Replace(old, o *Object) error {
	o.Key, o.Version = old.Key, old.Version
	if err := retain(o.Chunks); err != nil {
		return err
	}
	err := b.update(func() ([]Chunk, error) {
		now := b.version(old.Key, old.Version)
		if now == nil || now.Revision != old.Revision {
			return nil, ErrMoved
		}
		b.own(o)
		c := b.chain(old.Key)
		c.replace(c.find(old.Version), o)
		return b.branch.give(now.record()), nil
	})
	if err != nil {
		release(o.Chunks)
		return err
	}
	settle(o.Chunks)
	return nil
}

// Delete removes one version of a key for good and returns it, nil where there
// is none; an empty version is the null version. e is about that version. (What
// DeleteObject does to a bucket with versioning is a Put of a delete marker.)
// Errors: those of e; ErrMoved too when the bucket is gone.
func (b *Bucket) Delete(key, version string, e Expect) (*Object, error) {
	if version == "" {
		version = NullVersion
	}
	var removed *Object
	err := b.update(func() ([]Chunk, error) {
		found := b.version(key, version)
		if err := e.check(found); err != nil || found == nil {
			return nil, err
		}
		if !e.spares(found) {
			return nil, ErrMoved
		}
		removed = found
		b.remove(key, version)
		return b.branch.give(found.record()), nil
	})
	return removed, err
}

// remove takes a version that is there out of its chain.
func (b *Bucket) remove(key, version string) {
	c := b.chain(key)
	if len(c.versions) == 1 {
		b.keys.Delete(key)
		return
	}
	c.cut(c.find(version))
}

// update changes the bucket in one step, if it is still served, and then lets go
// of the chunks that the change no longer needs. Error: ErrMoved, or f's.
func (b *Bucket) update(f func() ([]Chunk, error)) error {
	freed, err := b.enter(f)
	release(freed)
	return err
}

func (b *Bucket) enter(f func() ([]Chunk, error)) ([]Chunk, error) {
	if b.gate != nil {
		b.gate.RLock()
		defer b.gate.RUnlock()
		if b.gate.closed {
			return nil, ErrMoved
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return nil, ErrMoved
	}
	return f()
}

// free ends the bucket: nothing can be written any more, and its bytes are let
// go of. Its records stay, for those who are still looking at them.
func (b *Bucket) free() {
	b.mu.Lock()
	already := b.gone
	b.gone = true
	b.mu.Unlock()
	if !already {
		release(b.end())
	}
}

// end takes a bucket that cannot change out of the family of its copies. It
// returns the chunks that nobody has any more.
func (b *Bucket) end() []Chunk {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.branch.end(b.wrote, b.each)
}

// each calls f with every record that the bucket has.
func (b *Bucket) each(f func(record)) {
	b.keys.Scan(func(_ string, c *chain) bool {
		for _, o := range c.versions {
			f(o.record())
		}
		return true
	})
	b.uploads.each(f)
}

// copied is a bucket with the same records, for another Index. A bucket that is
// gone has none.
func (b *Bucket) copied(revisions *atomic.Uint64) *Bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := newBucket(revisions)
	if b.gone {
		return out
	}
	b.branch, out.branch = b.branch.part()
	b.wrote = false
	out.keys = *b.keys.Copy()
	b.uploads.copyTo(&out.uploads)
	return out
}
