package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/store/blob"
)

// Kept reads the worlds of a folder, whose records share bodies. Once all are read, Sweep it.
type Kept struct {
	folder *data.Folder
	blobs  map[blob.ID]*Blob
	// damages are what of the worlds cannot be read, in words.
	damages []string
}

// Damages are the objects, uploads and buckets, of what was read, that are damaged, or whose
// files are.
func (k *Kept) Damages() []string { return k.damages }

// NewKept reads nothing yet.
func NewKept(f *data.Folder) *Kept {
	return &Kept{folder: f, blobs: make(map[blob.ID]*Blob, f.Bodies())}
}

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

// Hold reads a world that is not served, so that its bodies stay.
func (k *Kept) Hold(shelf string) {
	buckets, err := k.folder.Shelves(shelf + allBuckets)
	if err != nil {
		k.damages = append(k.damages, err.Error())
	}
	k.Open(&Home{folder: k.folder, shelf: shelf}, buckets)
}

// HoldDamaged is Hold for a world of which nobody knows what it was.
func (k *Kept) HoldDamaged(shelf string, damage error) {
	k.damages = append(k.damages, damage.Error())
	k.Hold(shelf)
}

// Sweep takes away the bodies that no record has. Where a record is damaged nobody knows which
// those are.
func (k *Kept) Sweep() error {
	blobs := k.blobs
	k.blobs = nil
	return k.folder.Sweep(func(id blob.ID) bool { return len(k.damages) > 0 || blobs[id] != nil })
}

// Open reads what is in the buckets of a world at a home. What cannot be read is damage of its
// bucket.
func (k *Kept) Open(h *Home, buckets []string) *Index {
	x := NewIndex(k.folder)
	for _, name := range buckets {
		x.create(name)
		r := reading{k, x.buckets[name], name, h.shelf + bucketsShelf + name}
		r.all()
	}
	return x
}

// reading is a bucket that is being read.
type reading struct {
	*Kept
	to    *Bucket
	name  string
	shelf string
}

func (r reading) all() {
	r.to.wrote = true
	r.each(objectsShelf, r.object)
	r.each(uploadsShelf, r.upload)
	r.each(partsShelf, r.part)
}

// each has all records of a kind taken, also those that are damaged, as far as they can be read.
func (r reading) each(shelf string, take func(key, value []byte, damaged error)) {
	err := r.folder.Each(r.shelf+shelf, func(key, value []byte, damaged error) error {
		take(key, value, damaged)
		return nil
	})
	if err != nil {
		r.harm().all = r.damaged("the bucket "+r.name, err)
	}
}

// harm is the bucket's damage, to be added to.
func (r reading) harm() *damage {
	if r.to.damage == nil {
		r.to.damage = &damage{}
	}
	return r.to.damage
}

// damaged is the error of a record, which is told.
func (r reading) damaged(what string, err error) error {
	err = unreadable(what, err)
	r.damages = append(r.damages, err.Error())
	return err
}

// nameIn is the key of an object in the key of its record.
func nameIn(key []byte) string { return string(key[:max(0, len(key)-8)]) }

func (r reading) object(key, value []byte, damaged error) {
	o, err := readObject(value, r.blob)
	if err == nil && (len(key) <= 8 || o.Key != string(key[:len(key)-8])) {
		err = errRecord
	}
	if err = cmp.Or(damaged, err); err != nil {
		r.spoilt(nameIn(key), o.Key, err)
		return
	}
	o.Written = binary.BigEndian.Uint64(key[len(key)-8:])
	r.need(o.Chunks, "the object", r.name, o.Key)
	r.to.load(o)
}

// spoilt notes that a record is damaged, and so what is under the name that it is kept under and
// the one that it says.
func (r reading) spoilt(kept, said string, err error) {
	if said == "" && errors.Is(err, data.ErrKey) {
		r.lost(err)
		return
	}
	for _, name := range slices.Compact([]string{kept, cmp.Or(said, kept)}) {
		note(&r.harm().objects, name, r.damaged(fmt.Sprintf("the object %s/%s", r.name, name), err))
	}
}

// load puts a record that was kept on top of its key.
func (b *Bucket) load(o *Object) {
	o.born = b.branch
	b.share(o)
	b.seen(max(o.Revision, o.Written))
	c, _ := b.keys.Get(o.Key)
	b.keys.Load(o.Key, c.add(o, b.branch)) // they come in order, nearly
}

// seen makes later revisions greater.
func (b *Bucket) seen(revision uint64) {
	if revision > b.written.revision.Load() {
		b.written.revision.Store(revision)
	}
}

func (r reading) upload(key, value []byte, damaged error) {
	u := &Upload{}
	err := read(value, r.blob, u.fields)
	if err == nil && u.ID != string(key) {
		err = errRecord
	}
	if err = cmp.Or(damaged, err); err != nil {
		r.spoiltUpload(string(key), err)
		return
	}
	r.to.seen(u.Began)
	r.to.uploads.last = max(r.to.uploads.last, orderOf(u.ID))
	r.to.uploads.add(&upload{Upload: u})
}

// lost notes that nobody knows what in the bucket a record is of.
func (r reading) lost(err error) {
	r.harm().all = r.damaged("something in the bucket "+r.name, err)
}

func (r reading) spoiltUpload(id string, err error) {
	if errors.Is(err, data.ErrKey) {
		r.lost(err)
		return
	}
	note(&r.harm().uploads, id, r.damaged(fmt.Sprintf("the upload %.96q in %s", id, r.name), err))
}

// orderOf is what the id of an upload begins with; 0: it is none of ours.
func orderOf(id string) uint64 {
	b, err := inOrder.DecodeString(id)
	if err != nil || len(b) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func (r reading) part(key, value []byte, damaged error) {
	id := string(key[:max(0, len(key)-4)])
	u, p := r.to.uploads.byID[id], &Part{}
	err := read(value, r.blob, p.fields)
	if err == nil && u == nil {
		err = errors.New("there is no such upload")
	}
	if err = cmp.Or(damaged, err); err != nil {
		r.spoiltUpload(id, err)
		return
	}
	r.need(p.Chunks, "a part of the upload of", r.name, u.Key)
	p.born = r.to.branch
	u.parts.Set(p.Number, p)
}
