package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/data"
)

// put is Put: it makes o the newest version of its key. o belongs to the store from
// now on.
func (b *Bucket) put(o *Object, e Expect) error {
	if o.Version == "" {
		o.Version = NullVersion
	}
	return b.write(o.Chunks, func() ([]Chunk, error) {
		c, err := b.takes(o, e)
		if err != nil {
			return nil, err
		}
		return b.stack(c, o), nil
	})
}

// takes is the chain of o's key, if the bucket takes o on top of it: e holds for the latest
// record, and the version with its id may give way.
func (b *Bucket) takes(o *Object, e Expect) (chain, error) {
	c, _ := b.keys.Get(o.Key)
	if err := cmp.Or(b.damage.of(o.Key), e.check(c.latest)); err != nil {
		return c, err
	}
	if !e.spares(c.version(o.Version)) {
		return c, ErrMoved
	}
	return c, nil
}

// stack puts o on top of its key, of which there is the chain c. It returns the chunks that
// are no longer needed.
func (b *Bucket) stack(c chain, o *Object) (freed []Chunk) {
	b.own(o)
	b.ledger.put(o)
	if c.latest == nil {
		o.Key = strings.Clone(o.Key) // what it was cut out of is not kept
	} else {
		o.Key = c.latest.Key
		if i := c.find(o.Version); i >= 0 {
			b.ledger.remove(c.at(i))
			freed = b.branch.give(c.at(i).record())
			c = c.cut(i, b.branch)
		}
	}
	b.keys.Set(o.Key, c.add(o, b.branch))
	return freed
}

// own makes o a record of this bucket, newer than every other.
func (b *Bucket) own(o *Object) {
	b.share(o)
	o.Revision, o.born, b.wrote = b.written.revision.Add(1), b.branch, true
	o.Written = cmp.Or(o.Written, o.Revision)
}

// share gives o the headers of the record before, where they are the same.
func (b *Bucket) share(o *Object) {
	if maps.EqualFunc(b.headers, o.Headers, slices.Equal) {
		o.Headers = b.headers
	}
	b.headers = o.Headers
}

// replace is Replace: o takes the place of old, with its key and version.
func (b *Bucket) replace(old, o *Object) error {
	o.Key, o.Version = old.Key, old.Version
	return b.write(o.Chunks, func() ([]Chunk, error) {
		c, _ := b.keys.Get(old.Key)
		now := c.version(old.Version)
		if revisionOf(now) != old.Revision {
			return nil, ErrMoved
		}
		b.own(o)
		b.ledger.replace(now, o)
		b.keys.Set(old.Key, c.replace(c.find(old.Version), o, b.branch))
		return b.branch.give(now.record()), nil
	})
}

// remove is Remove: it takes one version of a key away, if it is there.
func (b *Bucket) remove(key, version string, e Expect) error {
	if version == "" {
		version = NullVersion
	}
	return b.write(nil, func() ([]Chunk, error) {
		c, _ := b.keys.Get(key)
		found := c.version(version)
		if err := b.damage.of(key); err != nil {
			return nil, err
		}
		if err := e.check(found); err != nil || found == nil {
			return nil, err
		}
		if !e.spares(found) {
			return nil, ErrMoved
		}
		b.ledger.remove(found)
		if c = c.cut(c.find(version), b.branch); c.latest == nil {
			b.keys.Delete(key)
		} else {
			b.keys.Set(key, c)
		}
		return b.branch.give(found.record()), nil
	})
}

// write changes the bucket in one step, if it is still there: f makes chunks those
// of a record, and returns those that are no longer needed. It returns when the change is kept.
// Error: ErrMoved, or f's; nothing has then changed, and what was staged still is. Another one is
// the disk's.
func (b *Bucket) write(chunks []Chunk, f func() ([]Chunk, error)) error {
	if err := retain(chunks); err != nil {
		return err
	}
	freed, kept, err := b.enter(f)
	if err != nil {
		release(chunks)
		return err
	}
	settle(chunks)
	release(freed)
	return kept.Wait(context.Background())
}

func (b *Bucket) enter(f func() ([]Chunk, error)) (freed []Chunk, kept data.Ticket, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return nil, kept, ErrMoved
	}
	if freed, err = f(); err != nil {
		return nil, kept, err
	}
	b.written.changes.Add(1)
	return freed, b.ledger.queue(), nil
}
