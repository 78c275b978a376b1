package scenarios

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// seed is an object of the file that is to be put into a bucket.
type seed struct {
	bucket  *world.Bucket
	facts   store.Facts
	version string
	written time.Time
	body    func() io.Reader
	size    int64
}

// seeds are the objects of the document, in order of bucket and key.
func (b *builder) seeds(s *world.State) ([]seed, error) {
	var all []seed
	for _, bucket := range slices.Sorted(maps.Keys(b.doc.Buckets)) {
		objects := b.doc.Buckets[bucket].Objects
		for _, key := range slices.Sorted(maps.Keys(objects)) {
			made, err := b.seed(s, s.Buckets[bucket], key, objects[key])
			if err != nil {
				return nil, err
			}
			all = append(all, *made)
		}
	}
	return all, nil
}

func (b *builder) seed(s *world.State, bucket *world.Bucket, key string, d *objectDoc) (*seed, error) {
	if key == "" || len(key) > 1024 {
		return nil, fail(b.at("buckets", bucket.Name, "objects"), "a key has 1 to 1024 bytes")
	}
	made, at := &seed{bucket: bucket}, d.At
	if err := d.content(made); err != nil {
		return nil, err
	}
	if err := oneOf(at.find("storage_class"), "value", d.StorageClass, storageClasses); err != nil {
		return nil, err
	}
	if err := checkAlgorithm(at); err != nil {
		return nil, err
	}
	e := d.Encryption.or(bucket.Encryption)
	if err := checkKey(s, e, bucket.Owner, bucket.Region, at); err != nil {
		return nil, err
	}
	owner := d.Owner
	if owner != world.Anonymous { // nobody's account wrote it
		var err error
		if owner, err = b.account(s, cmp.Or(owner, bucket.Owner), at.find("owner")); err != nil {
			return nil, err
		}
	}
	if err := d.checkLock(bucket); err != nil {
		return nil, err
	}
	var err error
	if made.version, err = d.version(bucket); err != nil {
		return nil, err
	}
	made.written = s.Clock.Now(b.options.now()).UTC()
	made.facts = store.Facts{
		Key: key, Owner: owner, Metadata: d.Metadata, Tags: d.Tags, StorageClass: d.StorageClass,
		ACL: d.ACL.acl(s, owner, bucket.Owner), Retention: d.retention(bucket, made.written), LegalHold: d.LegalHold,
		Encryption: store.EncryptionOf(s, bucket, e),
	}
	return made, nil
}

// version is the id that the object has in the bucket: the one that the file gives,
// so that expectations can name it, else a new one where the bucket makes versions.
func (d *objectDoc) version(b *world.Bucket) (string, error) {
	at := d.At.get("version_id")
	switch {
	case d.VersionID == store.NullVersion:
		return store.NullVersion, nil
	case d.VersionID != "" && b.Versioning == "":
		return "", fail(at, "version_id needs a bucket with versioning, and %s has none", b.Name)
	case d.VersionID != "" && !store.IsVersionID(d.VersionID):
		return "", fail(at, `a version id has 32 letters, digits, dots and underscores, or is "null"`)
	case d.VersionID != "":
		return d.VersionID, nil
	}
	return store.NewVersion(b), nil
}

// content gives the seed the object's bytes.
func (d *objectDoc) content(made *seed) error {
	given := 0
	for _, is := range []bool{d.Body != nil, d.BodyBase64 != nil, d.Size != nil} {
		if is {
			given++
		}
	}
	if given > 1 {
		return fail(d.At, "an object has one of body, body_base64 and size")
	}
	content := []byte(nil)
	switch {
	case d.Body != nil:
		content = []byte(*d.Body)
	case d.BodyBase64 != nil:
		raw, err := base64.StdEncoding.DecodeString(*d.BodyBase64)
		if err != nil {
			return fail(d.At.find("body_base64"), "this is no base64")
		}
		content = raw
	case d.Size != nil:
		made.size = int64(*d.Size)
		made.body = func() io.Reader { return io.LimitReader(zeros{}, made.size) }
		return nil
	}
	made.size = int64(len(content))
	made.body = func() io.Reader { return bytes.NewReader(content) }
	return nil
}

// zeros is an endless reader of them.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// fill gives an index the buckets and objects of a world.
func fill(x *store.Index, s *world.State, seeds []seed) error {
	for name := range s.Buckets {
		if err := x.Apply(store.CreateBucket{Bucket: name}); err != nil {
			return err
		}
	}
	for _, seed := range seeds {
		put, err := seed.put(x, store.Any)
		if err != nil {
			return err
		}
		if err := x.Apply(put); err != nil {
			return err
		}
	}
	return nil
}

// put is the change that writes the object, with its bytes staged in the index.
func (s *seed) put(x *store.Index, e store.Expect) (store.Put, error) {
	staged, err := x.Write(context.Background(), s.body(), s.size)
	if err != nil {
		return store.Put{}, err
	}
	enc := s.facts.Encryption
	o := store.Make(s.bucket, s.facts, staged.Body(enc, enc.KeyARN+s.facts.Key), s.written)
	o.Version = s.version
	return store.Put{Bucket: s.bucket.Name, Object: o, Expect: e}, nil
}

// isoDate is a time as the file has it.
func isoDate(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
