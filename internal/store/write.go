package store

import "cmp"

// put is Put: it makes o the newest version of its key. o belongs to the store from
// now on.
func (b *Bucket) put(o *Object, e Expect) error {
	if o.Version == "" {
		o.Version = NullVersion
	}
	return b.write(o.Chunks, func() ([]Chunk, error) {
		if err := b.takes(o, e); err != nil {
			return nil, err
		}
		return b.stack(o), nil
	})
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

// stack puts o on top of its key. It returns the chunks that are no longer needed.
func (b *Bucket) stack(o *Object) []Chunk {
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
	o.Written = cmp.Or(o.Written, o.Revision)
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

// replace is Replace: o takes the place of old, with its key and version.
func (b *Bucket) replace(old, o *Object) error {
	o.Key, o.Version = old.Key, old.Version
	return b.write(o.Chunks, func() ([]Chunk, error) {
		now := b.version(old.Key, old.Version)
		if revisionOf(now) != old.Revision {
			return nil, ErrMoved
		}
		b.own(o)
		c := b.chain(old.Key)
		c.replace(c.find(old.Version), o)
		return b.branch.give(now.record()), nil
	})
}

// remove is Remove: it takes one version of a key away, if it is there.
func (b *Bucket) remove(key, version string, e Expect) error {
	if version == "" {
		version = NullVersion
	}
	return b.write(nil, func() ([]Chunk, error) {
		found := b.version(key, version)
		if err := e.check(found); err != nil || found == nil {
			return nil, err
		}
		if !e.spares(found) {
			return nil, ErrMoved
		}
		b.cut(key, version)
		return b.branch.give(found.record()), nil
	})
}

// cut takes a version that is there out of its chain.
func (b *Bucket) cut(key, version string) {
	c := b.chain(key)
	if len(c.versions) == 1 {
		b.keys.Delete(key)
		return
	}
	c.cut(c.find(version))
}

// write changes the bucket in one step, if it is still there: f makes chunks those
// of a record, and returns those that are no longer needed. Error: ErrMoved, or f's;
// nothing has then changed, and what was staged still is.
func (b *Bucket) write(chunks []Chunk, f func() ([]Chunk, error)) error {
	if err := retain(chunks); err != nil {
		return err
	}
	freed, err := b.enter(f)
	if err != nil {
		release(chunks)
		return err
	}
	settle(chunks)
	release(freed)
	return nil
}

func (b *Bucket) enter(f func() ([]Chunk, error)) ([]Chunk, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return nil, ErrMoved
	}
	return f()
}
