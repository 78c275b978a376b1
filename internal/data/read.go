package data

import (
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// Value is a copy of the value under a key; nil: there is none. Error: it is damaged, or
// may be.
func (f *Folder) Value(path string, key []byte) (value []byte, err error) {
	err = f.viewShelf(path, func(b *bbolt.Bucket) error {
		sealed := b.Get(key)
		switch {
		case sealed == nil && f.survey.worn[path]:
			return fmt.Errorf("%s: there is none under %q, and one under another key is damaged", path, key)
		case sealed == nil:
			return nil
		}
		found, err := unseal(key, sealed)
		if err != nil {
			return fmt.Errorf("%s/%x: %w", path, key, err)
		}
		value = append([]byte{}, found...)
		return nil
	})
	return value, err
}

// Each visits what is on a shelf, in order of the keys. What visit is given is its own only
// as long as it lasts; a value that is damaged comes with an error, as far as it can be read. Errors: visit's, which
// ends it; the pages of the shelf are damaged.
func (f *Folder) Each(path string, visit func(key, value []byte, damaged error) error) error {
	return f.viewShelf(path, func(b *bbolt.Bucket) error {
		return b.ForEach(func(k, v []byte) error {
			if v == nil { // a shelf
				return nil
			}
			value, err := unseal(k, v)
			return visit(k, value, err)
		})
	})
}

// Shelves are the names of those right below a path, in order.
func (f *Folder) Shelves(path string) (names []string, err error) {
	err = f.viewShelf(path, func(b *bbolt.Bucket) error {
		return b.ForEachBucket(func(name []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	slices.Sort(names)
	return names, err
}

// viewShelf has a shelf read, where there is one. Error: its pages are damaged; read's.
func (f *Folder) viewShelf(path string, read func(*bbolt.Bucket) error) error {
	if err := f.survey.readable(path); err != nil {
		return err
	}
	return guarded(func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			if b := shelf(tx, path); b != nil {
				return read(b)
			}
			return nil
		})
	})
}
