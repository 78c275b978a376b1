package store

import (
	"maps"

	"github.com/s3fault/s3fault/internal/data"
)

// draft is the next Index of a served world, until it is published or abandoned.
// A bucket that it writes to is a copy; what gives way to it is locked meanwhile,
// so that nothing comes in between.
type draft struct {
	from     *Index
	next     *Index             // nil: the buckets are those of from
	own      map[string]*Bucket // those that from does not have
	replaced []*Bucket          // those of from that next does not have, locked
	ops      []data.Op          // by which it is kept
}

func (x *Index) draft() *draft { return &draft{from: x} }

// index is the Index that will be served.
func (d *draft) index() *Index {
	if d.next == nil {
		return d.from
	}
	return d.next
}

// changed is the Index that will be served, to be changed.
func (d *draft) changed() *Index {
	if d.next == nil {
		d.next = NewIndex(d.from.blobs)
		d.next.home, d.next.written, d.next.buckets = d.from.home, d.from.written, maps.Clone(d.from.buckets)
		d.next.served.Store(true)
		d.own = map[string]*Bucket{}
	}
	return d.next
}

func (d *draft) add(name string, b *Bucket) {
	b.ledger = d.from.home.ledger(name, d)
	d.changed().buckets[name], d.own[name] = b, b
}

func (d *draft) bucket(name string) *Bucket {
	if b := d.own[name]; b != nil {
		return b
	}
	old := d.index().buckets[name]
	if old == nil {
		return nil
	}
	d.lock(old)
	b := old.half()
	d.add(name, b)
	return b
}

func (d *draft) create(name string) {
	if d.index().buckets[name] == nil {
		d.add(name, newBucket(d.from.written))
	}
}

func (d *draft) drop(name string, contents bool) error {
	b := d.index().buckets[name]
	if b == nil {
		return ErrNoSuchBucket
	}
	if d.own[name] == nil {
		d.lock(b)
	}
	if !contents && !b.empty() {
		return ErrBucketNotEmpty
	}
	delete(d.changed().buckets, name)
	if h := d.from.home; h != nil {
		d.ops = append(d.ops, data.Drop(h.shelf+bucketsShelf+name))
	}
	if d.own[name] != nil {
		delete(d.own, name)
		b.free()
	}
	return nil
}

func (d *draft) lock(b *Bucket) {
	b.mu.Lock()
	d.replaced = append(d.replaced, b)
}

// publish calls visible at the moment from which on the changes are seen: a write
// that finds its bucket gone then also finds the Moment without it.
func (d *draft) publish(visible func()) {
	for _, b := range d.own {
		if b.ledger != nil {
			b.ledger.draft = nil
		}
	}
	for _, b := range d.replaced {
		b.gone = true
	}
	visible()
	for _, b := range d.replaced {
		b.mu.Unlock()
	}
	for _, b := range d.replaced {
		release(b.end())
	}
}

// abandon leaves all as it was.
func (d *draft) abandon() {
	for _, b := range d.replaced {
		b.mu.Unlock()
	}
	for _, b := range d.own {
		b.free()
	}
}
