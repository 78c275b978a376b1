package data

import (
	"encoding/json"
	"strings"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"
)

// The shelves of a folder beside those of bodies: what is the server's own, and that of each
// world. A private world's has a name of its own each time that one is made, so that nothing
// which comes late for a world that is gone meets another.
const (
	ServerShelf = "server"
	worlds      = "worlds"
	privately   = "~"
	// AboutKey is what a private world's shelf has it under what the world is; JSON, of
	// which Name is its name.
	AboutKey = "about"
)

// OwnShelf is that of the world of a scenario.
func OwnShelf(scenario string) string { return worlds + "/" + scenario }

// PrivateShelf is that of a private world, drawn.
func PrivateShelf(name, drawn string) string {
	return worlds + "/" + privately + name + privately + strings.ToLower(drawn)
}

// World is one that a folder has.
type World struct {
	Name    string
	Shelf   string
	Private bool
	About   []byte // of a private one; nil: it was deleted
	Damage  error  // why About cannot be read; nil: it can
}

// Worlds are those that the folder has, in order of their shelves. Error: nobody knows which: the index is
// damaged.
func (f *Folder) Worlds() ([]World, error) {
	names, err := f.Shelves(worlds)
	if err != nil {
		return nil, err
	}
	all := make([]World, len(names))
	for i, name := range names {
		w := World{Name: name, Shelf: worlds + "/" + name}
		if w.Private = strings.HasPrefix(name, privately); w.Private {
			w.About, w.Damage = f.Value(w.Shelf, []byte(AboutKey))
			w.Name = nameOf(w.About, name)
		}
		all[i] = w
	}
	return all, nil
}

// nameOf is the name of a private world.
func nameOf(about []byte, shelf string) string {
	var named struct{ Name string }
	if json.Unmarshal(about, &named) == nil && named.Name != "" {
		return named.Name
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(shelf, privately), privately)
	return name
}

// bucketLike is a transaction or a bucket: what has buckets in it.
type bucketLike interface {
	Bucket(name []byte) *bbolt.Bucket
	CreateBucketIfNotExists(name []byte) (*bbolt.Bucket, error)
	DeleteBucket(name []byte) error
}

func makeShelf(tx *bbolt.Tx, path string) (b *bbolt.Bucket, err error) {
	var in bucketLike = tx
	end := 0
	for name := range strings.SplitSeq(path, "/") {
		if b, err = in.CreateBucketIfNotExists([]byte(name)); err != nil {
			return nil, err
		}
		end += len(name)
		if sum := sumOfPath(path[:end]); b.Sequence() != sum {
			if err := b.SetSequence(sum); err != nil {
				return nil, err
			}
		}
		end++ // the slash
		in = b
	}
	if path == bodyShelf { // their keys ascend
		b.FillPercent = 0.95
	}
	return b, nil
}

// sumOfPath is the checksum of a shelf's name, which is in the place of the engine's sequence.
func sumOfPath(path string) uint64 { return xxhash.Sum64String(path) }

// shelf is nil where there is none.
func shelf(tx *bbolt.Tx, path string) (b *bbolt.Bucket) {
	var in bucketLike = tx
	for name := range strings.SplitSeq(path, "/") {
		if b = in.Bucket([]byte(name)); b == nil {
			return nil
		}
		in = b
	}
	return b
}

func dropShelf(tx *bbolt.Tx, path string) error {
	var in bucketLike = tx
	name := path
	if i := strings.LastIndex(path, "/"); i >= 0 {
		above := shelf(tx, path[:i])
		if above == nil {
			return nil
		}
		in, name = above, path[i+1:]
	}
	if in.Bucket([]byte(name)) == nil {
		return nil
	}
	return in.DeleteBucket([]byte(name))
}
