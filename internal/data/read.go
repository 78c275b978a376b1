package data

import (
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// Value is a copy of the value under a key; nil: there is none. Error: it is damaged.
func (f *Folder) Value(path string, key []byte) (value []byte, err error) {
	err = f.view(func(tx *bbolt.Tx) error {
		b := shelf(tx, path)
		if b == nil {
			return nil
		}
		sealed := b.Get(key)
		if sealed == nil {
			return nil
		}
		found, err := unseal(sealed)
		if err != nil {
			return fmt.Errorf("%s/%x: %w", path, key, err)
		}
		value = append([]byte{}, found...)
		return nil
	})
	return value, err
}

// Each visits what is on a shelf, in order of the keys. What visit is given is its own only
// as long as it lasts; a value that is damaged comes with an error. Error: visit's, which ends it.
func (f *Folder) Each(path string, visit func(key, value []byte, damaged error) error) error {
	return f.view(func(tx *bbolt.Tx) error {
		b := shelf(tx, path)
		if b == nil {
			return nil
		}
		return b.ForEach(func(k, v []byte) error {
			if v == nil { // a shelf
				return nil
			}
			value, err := unseal(v)
			return visit(k, value, err)
		})
	})
}

// Shelves are the names of those right below a path, in order.
func (f *Folder) Shelves(path string) (names []string, err error) {
	err = f.view(func(tx *bbolt.Tx) error {
		b := shelf(tx, path)
		if b == nil {
			return nil
		}
		return b.ForEachBucket(func(name []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	slices.Sort(names)
	return names, err
}

func (f *Folder) view(read func(*bbolt.Tx) error) error {
	return guarded(func() error { return f.db.View(read) })
}
