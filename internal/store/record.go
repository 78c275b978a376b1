package store

import (
	"encoding/binary"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store/blob"
)

// This file says how records are written down. The numbers of fields are never given to others.

func (o *Object) fields(c *coder) {
	c.unsigned(1, &o.Revision)
	c.message(2, true, o.Facts.fields)
	c.text(3, &o.Version)
	c.flag(4, &o.Marker)
	c.flag(5, &o.Unversioned)
	c.number(6, &o.Size)
	c.text(7, &o.ETag)
	c.time(8, &o.Modified)
	c.message(9, o.Restore != nil, func(c *coder) {
		if c.reading {
			o.Restore = &Restoration{}
		}
		o.Restore.fields(c)
	})
	list(c, 10, &o.Parts, (*Part).fields)
	list(c, 11, &o.Chunks, (*Chunk).fields)
}

func (f *Facts) fields(c *coder) {
	c.text(1, &f.Key)
	c.text(2, &f.Owner)
	mapped(c, 3, (*map[string][]string)(&f.Headers), func(values *[]string, c *coder) {
		list(c, 2, values, func(v *string, c *coder) { c.text(1, v) })
	})
	texts(c, 4, &f.Metadata)
	c.text(5, &f.StorageClass)
	texts(c, 6, &f.Tags)
	c.message(7, f.ACL != nil, func(c *coder) {
		if c.reading {
			f.ACL = authz.ACL{} // an empty one gives nothing to anybody, none something to the owner
		}
		list(c, 1, (*[]authz.Grant)(&f.ACL), grantFields)
	})
	c.message(8, f.Retention != Retention{}, f.Retention.fields)
	c.flag(9, &f.LegalHold)
	c.flag(10, &f.HoldReleased)
	c.message(11, true, f.Encryption.fields)
	c.message(12, f.Checksum != Checksum{}, f.Checksum.fields)
	mapped(c, 13, &f.Annotations, (*Annotation).fields)
}

func grantFields(g *authz.Grant, c *coder) {
	c.text(1, &g.Grantee.CanonicalID)
	c.text(2, &g.Grantee.Group)
	permission := string(g.Permission)
	c.text(3, &permission)
	g.Permission = authz.Permission(permission)
}

func (r *Retention) fields(c *coder) {
	c.text(1, &r.Mode)
	c.time(2, &r.Until)
	c.int(3, &r.EventHold.Days)
	c.int(4, &r.EventHold.Years)
	c.flag(5, &r.HoldReleased)
}

func (e *Encryption) fields(c *coder) {
	c.text(1, &e.Algorithm)
	c.text(2, &e.KeyARN)
	texts(c, 3, &e.Context)
	c.flag(4, &e.BucketKey)
	c.text(5, &e.CustomerKeyMD5)
}

func (s *Checksum) fields(c *coder) {
	c.text(1, &s.Algorithm)
	c.text(2, &s.Value)
	c.text(3, &s.Type)
}

func (a *Annotation) fields(c *coder) {
	c.text(2, &a.Text) // 1 is its name
	c.time(3, &a.Modified)
	c.text(4, &a.Algorithm)
}

func (r *Restoration) fields(c *coder) {
	c.text(1, &r.Tier)
	c.time(2, &r.Ready)
	c.time(3, &r.Until)
}

func (p *Part) fields(c *coder) {
	c.int(1, &p.Number)
	c.number(2, &p.Size)
	c.text(3, &p.ETag)
	c.time(4, &p.Modified)
	c.message(5, p.Checksum != Checksum{}, p.Checksum.fields)
	list(c, 6, &p.Chunks, (*Chunk).fields)
}

func (h *Chunk) fields(c *coder) {
	var id uint64
	if !c.reading {
		id = uint64(h.Blob.id)
	}
	c.unsigned(1, &id)
	c.number(2, &h.Offset)
	c.number(3, &h.Length)
	if c.reading {
		h.Blob = c.blob(blob.ID(id))
	}
}

func (u *Upload) fields(c *coder) {
	c.text(1, &u.ID)
	c.time(2, &u.Initiated)
	c.unsigned(3, &u.Began)
	c.text(4, &u.Initiator)
	c.message(5, true, u.Facts.fields)
	c.message(6, true, u.Requested.fields)
}

// written is a record as it is kept.
func written(fields func(*coder)) []byte {
	var c coder
	fields(&c)
	return c.out
}

// readObject reads the record of a version. What a chunk names blob gives.
func readObject(text []byte, blobs func(blob.ID) *Blob) (*Object, error) {
	o := &Object{}
	return o, read(text, blobs, o.fields)
}

func read(text []byte, blobs func(blob.ID) *Blob, fields func(*coder)) error {
	c := coder{in: text, reading: true, blob: blobs}
	fields(&c)
	return c.end()
}

// versionKey is where a version is kept: behind those of its key that were written before it.
func versionKey(o *Object) []byte {
	return binary.BigEndian.AppendUint64([]byte(o.Key), o.Written)
}

// partKey is where a part of an upload is kept.
func partKey(uploadID string, number int) []byte {
	return binary.BigEndian.AppendUint32([]byte(uploadID), uint32(number))
}
