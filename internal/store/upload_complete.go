package store

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

// MinPartSize is the least that every part but the last must have, 5 MiB in bytes
// (S3 User Guide, "Amazon S3 multipart upload limits").
const MinPartSize = 5 << 20

// PartRef names a part in the list for CompleteMultipartUpload.
type PartRef struct {
	Number   int
	ETag     string // without quotes
	Checksum string // base64; empty: not given
}

// Assembly is an upload put together. Make an object of it and give it to
// CompleteUpload.
type Assembly struct {
	Upload *Upload
	Body   Body
	Object *Object // nil: not yet made

	revision uint64
}

// Make makes the object, with the upload's facts and the checksum sum.
func (a *Assembly) Make(b *world.Bucket, sum Checksum, now time.Time) {
	f := a.Upload.Facts
	f.Checksum = sum
	a.Object = Make(b, f, a.Body, now)
}

// Assemble puts the listed parts of an upload together, with the ETag of S3: the MD5 of the parts' MD5s and their
// number. Parts have MD5 ETags. Nothing changes. Errors: ErrNoSuchUpload; a
// *PartError with ErrInvalidPartOrder, then ErrInvalidPart, then
// ErrEntityTooSmall for the first part that it is true of.
func (b *Bucket) Assemble(key, id string, list []PartRef) (*Assembly, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	u := b.uploads.find(key, id)
	if u == nil {
		return nil, ErrNoSuchUpload
	}
	parts, err := u.pick(list)
	if err != nil {
		return nil, err
	}
	return &Assembly{Upload: u.Upload, Body: body(parts), revision: u.revision}, nil
}

// pick finds the listed parts.
func (u *upload) pick(list []PartRef) ([]*Part, error) {
	if len(list) == 0 {
		return nil, &PartError{Reason: ErrInvalidPart}
	}
	for i, ref := range list[1:] {
		if ref.Number <= list[i].Number {
			return nil, &PartError{Reason: ErrInvalidPartOrder, Number: ref.Number, ETag: ref.ETag}
		}
	}
	parts := make([]*Part, 0, len(list))
	for _, ref := range list {
		p, ok := u.parts.Get(ref.Number)
		if !ok || p.ETag != ref.ETag || (ref.Checksum != "" && p.Checksum.Value != ref.Checksum) {
			return nil, &PartError{Reason: ErrInvalidPart, Number: ref.Number, ETag: ref.ETag}
		}
		parts = append(parts, p)
	}
	for _, p := range parts[:len(parts)-1] {
		if p.Size < MinPartSize {
			return nil, &PartError{Reason: ErrEntityTooSmall, Number: p.Number, ETag: p.ETag, Size: p.Size}
		}
	}
	return parts, nil
}

// body is what the parts become. The bytes stay where they are.
func body(parts []*Part) Body {
	var out Body
	digests := md5.New()
	for _, p := range parts {
		digest, err := hex.DecodeString(p.ETag)
		if err != nil { // no MD5 then; what is there still makes an ETag
			digest = []byte(p.ETag)
		}
		digests.Write(digest)
		out.Size += p.Size
		out.Chunks = append(out.Chunks, p.Chunks...)
		part := *p
		part.Chunks = nil
		out.Parts = append(out.Parts, part)
	}
	out.ETag = fmt.Sprintf("%x-%d", digests.Sum(nil), len(parts))
	return out
}

// completeUpload is CompleteUpload.
func (b *Bucket) completeUpload(a *Assembly, e Expect) error {
	o := a.Object
	if o.Version == "" {
		o.Version = NullVersion
	}
	err := b.write(o.Chunks, func() ([]Chunk, error) {
		u := b.uploads.find(a.Upload.Key, a.Upload.ID)
		switch {
		case u == nil:
			return nil, ErrNoSuchUpload
		case u.revision != a.revision:
			return nil, ErrMoved
		}
		c, err := b.takes(o, e)
		if err != nil {
			return nil, err
		}
		b.uploads.done.add(u.ID, a)
		return append(b.endUpload(u), b.stack(c, o)...), nil
	})
	if err == ErrMoved && b.ended(a.Upload) { // which frees the parts
		return ErrNoSuchUpload
	}
	return err
}

// ended says that the bucket has the upload no more.
func (b *Bucket) ended(u *Upload) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return !b.gone && b.uploads.find(u.Key, u.ID) == nil
}

// Completed is a finished upload and the object that it became, of the last uploads
// only; nil: not known. S3 answers a repeated CompleteMultipartUpload with the
// same success. The object may since have been overwritten or deleted.
func (b *Bucket) Completed(key, id string) *Assembly {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if a := b.uploads.done.uploads[id]; a != nil && a.Object.Key == key {
		return a
	}
	return nil
}

// rememberUploads is how many finished uploads a bucket remembers.
const rememberUploads = 128

// completed is the memory of finished uploads. It holds records, not their bytes.
type completed struct {
	uploads map[string]*Assembly // by upload id
	order   []string             // of their ids, the oldest at next once it is full
	next    int
}

func (c *completed) add(id string, a *Assembly) {
	if c.uploads == nil {
		c.uploads = map[string]*Assembly{}
	}
	c.uploads[id] = a
	if len(c.order) < rememberUploads {
		c.order = append(c.order, id)
		return
	}
	delete(c.uploads, c.order[c.next])
	c.order[c.next] = id
	c.next = (c.next + 1) % rememberUploads
}

func (c *completed) copied() completed {
	return completed{uploads: maps.Clone(c.uploads), order: slices.Clone(c.order), next: c.next}
}
