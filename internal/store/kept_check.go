package store

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/store/blob"
)

// Checking holds the records of worlds against the bodies of their folder.
type Checking struct {
	Folder  *data.Folder
	Bodies  map[blob.ID]data.Sum // those that can be read
	Report  func(damage string)
	Objects int // versions that were read

	world, bucket string
}

// World reads all records of the world of that name on a shelf.
func (c *Checking) World(name, shelf string) error {
	buckets, err := c.Folder.Shelves(shelf + allBuckets)
	for _, bucket := range buckets {
		c.world, c.bucket = name, bucket
		for of, check := range map[string]func(key, value []byte){
			objectsShelf: c.object, uploadsShelf: c.upload, partsShelf: c.part,
		} {
			err = errors.Join(err, c.each(shelf+bucketsShelf+bucket+of, check))
		}
	}
	return err
}

func (c *Checking) each(shelf string, check func(key, value []byte)) error {
	return c.Folder.Each(shelf, func(key, value []byte, damaged error) error {
		if damaged != nil {
			c.report("the record of %q: %v", nameIn(key), damaged)
			return nil
		}
		check(key, value)
		return nil
	})
}

func (c *Checking) report(format string, args ...any) {
	c.Report(fmt.Sprintf("world %s, bucket %s: ", c.world, c.bucket) + fmt.Sprintf(format, args...))
}

// unheld is the Blob of a record that nobody will read from.
func unheld(id blob.ID) *Blob { return &Blob{id: id} }

func (c *Checking) object(key, value []byte) {
	o, err := readObject(value, unheld)
	if err != nil || o.Key != nameIn(key) {
		c.report("the record of %q is none: %v", nameIn(key), err)
		return
	}
	c.Objects++
	c.chunks(fmt.Sprintf("the object %s, version %s", o.Key, o.Version), o.Chunks, o.Size)
	if len(o.Chunks) != 1 || len(o.Parts) > 0 || !o.Encryption.MD5IsETag() {
		return
	}
	body, ok := c.Bodies[o.Chunks[0].Blob.id]
	if ok && body.Size == o.Size && hex.EncodeToString(body.MD5[:]) != o.ETag {
		c.report("the object %s, version %s has other bytes than were written", o.Key, o.Version)
	}
}

func (c *Checking) upload(key, value []byte) {
	if err := read(value, unheld, new(Upload).fields); err != nil {
		c.report("the upload %s: %v", key, err)
	}
}

func (c *Checking) part(key, value []byte) {
	p := &Part{}
	if err := read(value, unheld, p.fields); err != nil {
		c.report("a part of the upload %.96s: %v", key, err)
		return
	}
	c.chunks(fmt.Sprintf("part %d of the upload %.96s", p.Number, key), p.Chunks, p.Size)
}

// chunks looks whether all bytes of a record are there.
func (c *Checking) chunks(what string, chunks []Chunk, size int64) {
	for _, h := range chunks {
		body, ok := c.Bodies[h.Blob.id]
		switch {
		case !ok:
			c.report("%s cannot be read: its body %d is damaged or missing", what, h.Blob.id)
		case h.Offset < 0 || h.Length < 0 || h.Offset > body.Size-h.Length:
			c.report("%s cannot be read: its body %d has %d bytes", what, h.Blob.id, body.Size)
		}
		size -= h.Length
	}
	if size != 0 {
		c.report("%s is not of its size", what)
	}
}
