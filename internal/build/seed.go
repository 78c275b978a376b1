package build

import (
	"bytes"
	"io"
	"time"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// seed is an object of a tree that is to be put into a bucket.
type seed struct {
	bucket  *world.Bucket
	node    *tree.Node
	facts   store.Facts
	named   string // its version, as the tree has it
	version string
	restore *store.Restoration
	at      time.Time // when it is written
	written bool      // the tree has its body
	body    []byte    // nil: as many zeros as its size
	size    int64
}

func (s *seed) write(body []byte) { s.written, s.body, s.size = true, body, int64(len(body)) }

// bytes are those of the object.
func (s *seed) bytes() io.Reader {
	if s.written {
		return bytes.NewReader(s.body)
	}
	return io.LimitReader(zeros{}, s.size)
}

// zeros is an endless reader of them.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// fill gives an index the buckets and objects of a world.
func (w *making) fill(x *store.Index) error {
	for name := range w.Buckets {
		if err := x.Apply(store.CreateBucket{Bucket: name}); err != nil {
			return err
		}
	}
	for _, seed := range w.seeds {
		put, err := seed.put(x, w.options.Bodies, store.Any)
		if err != nil {
			return err
		}
		if err := x.Apply(put); err != nil {
			return err
		}
	}
	return nil
}

// put is the change that writes the object, with its bytes staged in the index, or shared.
func (s *seed) put(x *store.Index, shared *Bodies, e store.Expect) (store.Put, error) {
	staged, err := shared.of(s, x)
	if err != nil {
		return store.Put{}, err
	}
	enc := s.facts.Encryption
	o := store.Make(s.bucket, s.facts, staged.Body(enc, enc.KeyARN+s.facts.Key), s.at)
	o.Version, o.Restore = s.version, s.restore
	return store.Put{Bucket: s.bucket.Name, Object: o, Expect: e}, nil
}
