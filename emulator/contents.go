package emulator

import (
	"context"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/store"
)

// Contents is what is in the buckets of a world.
type Contents struct {
	Buckets []string       // by name
	Objects []StoredObject // the current version of each key, by bucket and key
	Uploads []StoredUpload // those neither completed nor aborted, by bucket and key
}

// StoredObject is an object as it is kept. It can be read until its world is closed.
type StoredObject struct {
	Bucket, Key string
	Size        int64   // bytes
	Parts       []int64 // bytes of each part, where it was a multipart upload; nil: it was none
	from        *store.Index
	object      *store.Object
}

// StoredUpload is an unfinished multipart upload.
type StoredUpload struct {
	Bucket, Key, ID string
	Initiated       time.Time // by the world's clock
}

// Contents is what is in the world's buckets now.
func (w *World) Contents() *Contents {
	m, c := w.live.Now(), &Contents{}
	for _, name := range slices.Sorted(maps.Keys(m.State.Buckets)) {
		c.Buckets = append(c.Buckets, name)
		if b := m.Index.Bucket(name); b != nil {
			c.add(name, m.Index, b)
		}
	}
	return c
}

// ContentsOf is what is in the buckets of a server's world of this name now. Error: *NotFound.
func ContentsOf(s *Server, world string) (*Contents, error) {
	w, err := s.worlds.find("world", world)
	if err != nil {
		return nil, err
	}
	return w.Contents(), nil
}

func (c *Contents) add(name string, index *store.Index, b *store.Bucket) {
	for _, o := range b.Objects() {
		c.Objects = append(c.Objects, stored(name, index, o))
	}
	for q := (store.UploadQuery{Max: pageSize}); ; {
		page := b.ListUploads(q)
		for _, u := range page.Uploads {
			c.Uploads = append(c.Uploads, StoredUpload{Bucket: name, Key: u.Key, ID: u.ID, Initiated: u.Initiated})
		}
		if !page.Truncated {
			return
		}
		q.KeyMarker, q.UploadIDMarker = page.NextKey, page.NextUploadID
	}
}

const pageSize = 1000

func stored(bucket string, index *store.Index, o *store.Object) StoredObject {
	s := StoredObject{Bucket: bucket, Key: o.Key, Size: o.Size, from: index, object: o}
	for _, p := range o.Parts {
		s.Parts = append(s.Parts, p.Size)
	}
	return s
}

// Open reads the object's bytes; close it. Error: the object was overwritten or deleted since,
// and its bytes are gone.
func (o StoredObject) Open(ctx context.Context) (io.ReadCloser, error) {
	return o.from.Open(ctx, o.object, 0, o.Size)
}
