package store

import (
	"sync"

	"github.com/tidwall/btree"
)

// Bucket is what is in one bucket. Its lock is never held while a client is
// waited for, nor while blobs are written, read or freed.
type Bucket struct {
	gate *gate // nil until the bucket is published

	mu      sync.RWMutex
	gone    bool // dropped; what is here is only for those who came before
	keys    btree.Map[string, *chain]
	uploads uploads
}

func newBucket() *Bucket { return &Bucket{uploads: newUploads()} }

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
	c, ok := b.keys.Get(o.Key)
	if !ok {
		b.keys.Set(o.Key, &chain{versions: []*Object{o}})
		return nil
	}
	var freed []Chunk
	if i := c.find(o.Version); i >= 0 {
		freed = c.versions[i].Chunks
		c.cut(i)
	}
	c.add(o)
	return freed
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
		if b.version(old.Key, old.Version) != old {
			return nil, ErrMoved
		}
		c, _ := b.keys.Get(old.Key)
		c.replace(c.find(old.Version), o)
		return old.Chunks, nil
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
		return found.Chunks, nil
	})
	return removed, err
}

// remove takes a version that is there out of its chain.
func (b *Bucket) remove(key, version string) {
	c, _ := b.keys.Get(key)
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
		release(b.chunks())
	}
}

// chunks is every chunk that the bucket holds, of a bucket that cannot change.
func (b *Bucket) chunks() []Chunk {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var all []Chunk
	b.keys.Scan(func(_ string, c *chain) bool {
		for _, o := range c.versions {
			all = append(all, o.Chunks...)
		}
		return true
	})
	return append(all, b.uploads.chunks()...)
}

// copyTo fills an empty bucket with the same records.
func (b *Bucket) copyTo(to *Bucket) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	b.keys.Scan(func(key string, c *chain) bool {
		copied := &chain{}
		for _, o := range c.versions {
			if retain(o.Chunks) == nil { // freed only where the bucket is gone
				copied.add(o)
			}
		}
		if len(copied.versions) > 0 {
			to.keys.Set(key, copied)
		}
		return true
	})
	b.uploads.copyTo(&to.uploads)
}
