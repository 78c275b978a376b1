package store

import (
	"net/http"
	"sync"

	"github.com/tidwall/btree"
)

// Bucket is what is in one bucket. Its lock is never held while a client is
// waited for, nor while blobs are written, read or freed.
type Bucket struct {
	written *tally

	mu     sync.RWMutex
	gone   bool // dropped; what is here is only for those who came before
	branch *branch
	wrote  bool // since it was copied
	// headers are those of the newest record, which those that are written with the same
	// share: one map a record would take more room than the record.
	headers http.Header
	keys    btree.Map[string, chain]
	uploads uploads
	ledger  *ledger // where it is kept; the same as long as it is served
	// damage is what of it was kept and cannot be read; nil: nothing.
	damage *damage
}

func newBucket(written *tally) *Bucket {
	return &Bucket{written: written, branch: newBranch(), uploads: newUploads()}
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
	c, _ := b.keys.Get(key)
	return c.latest
}

// Version is one version of a key, an object or a delete marker; nil: none.
func (b *Bucket) Version(key, version string) *Object {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.version(key, version)
}

func (b *Bucket) version(key, version string) *Object {
	c, _ := b.keys.Get(key)
	return c.version(version)
}

// Empty says that there is no version of any key. Unfinished uploads do not
// count: S3 lets a bucket with them be deleted.
func (b *Bucket) Empty() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.empty()
}

func (b *Bucket) empty() bool { return b.keys.Len() == 0 && b.ListDamage("") == nil }

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
	b.keys.Scan(func(_ string, c chain) bool {
		for i := range c.len() {
			f(c.at(i).record())
		}
		return true
	})
	b.uploads.each(f)
}

// copied is a bucket with the same records. One that is gone has none.
func (b *Bucket) copied() *Bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return newBucket(b.written)
	}
	return b.half()
}

// given is what the bucket's family has given away in part.
func (b *Bucket) given() int64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	b.branch.family.Lock()
	defer b.branch.family.Unlock()
	return b.branch.family.given
}

// half is copied under the lock.
func (b *Bucket) half() *Bucket {
	out := newBucket(b.written)
	b.branch, out.branch = b.branch.part()
	b.wrote = false
	out.keys, out.damage = *b.keys.Copy(), b.damage
	b.uploads.copyTo(&out.uploads)
	return out
}
