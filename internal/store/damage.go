package store

import (
	"fmt"
	"strings"
)

// damage is what of a bucket was kept and cannot be read: nobody knows what it was, so that
// nothing is decided on it. It does not change; a nil one is none.
type damage struct {
	all     error            // of the bucket
	objects map[string]error // by key: of one of the versions
	uploads map[string]error // by id: of the upload, or one of its parts
}

// note adds err to what a map has.
func note(m *map[string]error, key string, err error) {
	if *m == nil {
		*m = map[string]error{}
	}
	(*m)[key] = err
}

// of is why nobody knows what is under a key; nil: it is known.
func (d *damage) of(key string) error {
	if d == nil {
		return nil
	}
	if err := d.objects[key]; err != nil {
		return err
	}
	return d.all
}

// ListDamage is why nobody knows which keys begin with prefix; nil: it is known.
func (b *Bucket) ListDamage(prefix string) error {
	if b.damage == nil {
		return nil
	}
	for key, err := range b.damage.objects {
		if strings.HasPrefix(key, prefix) {
			return err
		}
	}
	return b.damage.all
}

// UploadsDamage is why nobody knows which uploads are unfinished; nil: it is known.
func (b *Bucket) UploadsDamage() error {
	if b.damage == nil {
		return nil
	}
	for _, err := range b.damage.uploads {
		return err
	}
	return b.damage.all
}

// UploadDamage is why an unfinished upload cannot be gone on with; nil: it can, or there is none.
func (b *Bucket) UploadDamage(id string) error {
	if b.damage == nil {
		return nil
	}
	if err := b.damage.uploads[id]; err != nil {
		return err
	}
	return b.damage.all
}

// unreadable is the error of a record that was kept; what, as "the record of bucket/key".
func unreadable(what string, err error) error { return fmt.Errorf("%s cannot be read: %w", what, err) }
