package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/store/blob"
)

// Kept reads the worlds of a folder, whose records share bodies. Once all are read, Sweep it.
type Kept struct {
	folder *data.Folder
	blobs  map[blob.ID]*Blob
	// damages are the objects whose bytes are not all there, in words.
	damages []string
}

// Damages are the objects and parts, of what was read, whose files are damaged.
func (k *Kept) Damages() []string { return k.damages }

// NewKept reads nothing yet.
func NewKept(f *data.Folder) *Kept { return &Kept{folder: f, blobs: map[blob.ID]*Blob{}} }

// blob is the Blob of a body, which nobody needs yet.
func (k *Kept) blob(id blob.ID) *Blob {
	b := k.blobs[id]
	if b == nil {
		b = &Blob{store: k.folder, id: id}
		k.blobs[id] = b
	}
	return b
}

// need counts a record that has chunks.
func (k *Kept) need(chunks []Chunk, what, bucket, key string) {
	for _, c := range chunks {
		c.Blob.refs.Add(1)
		if err := k.folder.BodyDamage(c.Blob.id); err != nil {
			k.damages = append(k.damages, fmt.Sprintf("%s %s/%s cannot be read: %v", what, bucket, key, err))
		}
	}
}

// Hold reads a world that is not served, so that its bodies stay. Error: a *DamagedError.
func (k *Kept) Hold(shelf string) error {
	buckets, err := k.folder.Shelves(shelf + allBuckets)
	if err != nil {
		return err
	}
	_, err = k.Open(&Home{folder: k.folder, shelf: shelf}, buckets)
	return err
}

// Sweep takes away the bodies that no record has.
func (k *Kept) Sweep() error {
	needed := func(id blob.ID) bool { return k.blobs[id] != nil }
	defer func() { k.blobs = nil }()
	return k.folder.Sweep(needed)
}

// DamagedError says that a record of a world cannot be read.
type DamagedError struct {
	What string // as "the record of bucket/key"
	Err  error
}

func (e *DamagedError) Error() string { return fmt.Sprintf("%s is damaged: %v", e.What, e.Err) }
func (e *DamagedError) Unwrap() error { return e.Err }

// Open reads what is in the buckets of a world at a home. Error: a *DamagedError.
func (k *Kept) Open(h *Home, buckets []string) (*Index, error) {
	x := NewIndex(k.folder)
	for _, name := range buckets {
		x.create(name)
		r := reading{k, x.buckets[name], name, h.shelf + bucketsShelf + name}
		if err := r.all(); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// reading is a bucket that is being read.
type reading struct {
	*Kept
	to    *Bucket
	name  string
	shelf string
}

func (r reading) all() error {
	r.to.wrote = true
	err := r.each(objectsShelf, "the record of %s/%s", r.object)
	if err == nil {
		err = r.each(uploadsShelf, "the upload in %s, %s,", r.upload)
	}
	if err == nil {
		err = r.each(partsShelf, "a part in %s, %q,", r.part)
	}
	return err
}

func (r reading) each(shelf, what string, take func(key, value []byte) error) error {
	return r.folder.Each(r.shelf+shelf, func(key, value []byte, err error) error {
		if err == nil {
			err = take(key, value)
		}
		if err != nil {
			return &DamagedError{fmt.Sprintf(what, r.name, nameIn(key)), err}
		}
		return nil
	})
}

// nameIn is the key of an object in the key of its record.
func nameIn(key []byte) string { return string(key[:max(0, len(key)-8)]) }

func (r reading) object(key, value []byte) error {
	if len(key) <= 8 {
		return errRecord
	}
	o, err := readObject(value, r.blob)
	if err != nil {
		return err
	}
	o.Written = binary.BigEndian.Uint64(key[len(key)-8:])
	if o.Key != nameIn(key) {
		return errRecord
	}
	r.need(o.Chunks, "the object", r.name, o.Key)
	r.to.load(o)
	return nil
}

// load puts a record that was kept on top of its key.
func (b *Bucket) load(o *Object) {
	o.born = b.branch
	b.share(o)
	b.seen(max(o.Revision, o.Written))
	c, _ := b.keys.Get(o.Key)
	b.keys.Set(o.Key, c.add(o, b.branch))
}

// seen makes later revisions greater.
func (b *Bucket) seen(revision uint64) {
	if revision > b.written.revision.Load() {
		b.written.revision.Store(revision)
	}
}

func (r reading) upload(_, value []byte) error {
	u := &Upload{}
	if err := read(value, r.blob, u.fields); err != nil {
		return err
	}
	r.to.seen(u.Began)
	r.to.uploads.last = max(r.to.uploads.last, orderOf(u.ID))
	r.to.uploads.add(&upload{Upload: u})
	return nil
}

// orderOf is what the id of an upload begins with; 0: it is none of ours.
func orderOf(id string) uint64 {
	b, err := inOrder.DecodeString(id)
	if err != nil || len(b) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func (r reading) part(key, value []byte) error {
	if len(key) <= 4 {
		return errRecord
	}
	u := r.to.uploads.byID[string(key[:len(key)-4])]
	p := &Part{}
	err := read(value, r.blob, p.fields)
	switch {
	case err != nil:
		return err
	case u == nil:
		return errors.New("there is no such upload")
	}
	r.need(p.Chunks, "a part of the upload of", r.name, u.Key)
	p.born = r.to.branch
	u.parts.Set(p.Number, p)
	return nil
}
