package build

import (
	"cmp"
	"encoding/base64"
	"iter"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// Objects are the current objects of a bucket by key. Their bodies are read alone.
var Objects = facts.Many("objects", keys, object, (*bucketIn).addObject, (*bucketIn).currentObjects).
	Says("the objects that are there, by key")

// objectIn is an object in its bucket: one that is to be written, and where it is read;
// or one that is there.
type objectIn struct {
	in     *bucketIn
	key    string
	node   *tree.Node
	object store.Object

	body, base64 *string
	size         int64
	acl          *acl
	restore      *restore
	retention    *retention
	hold         hold
	encryption   encrypted
}

var object = facts.New("object",
	facts.Field("size", objectSize, func(o *objectIn) *int64 { return &o.size }).
		Says("the size of an object of zeros, like 5MiB"),
	facts.Field("body", facts.Optional, func(o *objectIn) **string { return &o.body }).
		Says("the object's bytes, as a text").ReadAlone(),
	facts.Field("body_base64", facts.Optional, func(o *objectIn) **string { return &o.base64 }).
		Says("the object's bytes, in base64").ReadAlone(),
	facts.Field("version_id", facts.Text, func(o *objectIn) *string { return &o.object.Version }).
		Says("the version's id: 32 letters and digits, or \"null\"", "a new one").
		Unless(func(o *objectIn) bool { return o.in.Versioning == "" }),
	facts.Field("owner", facts.Text, func(o *objectIn) *string { return &o.object.Owner }).
		Says("the account that wrote the object", "the bucket's owner"),
	facts.Field("encryption", encryption, func(o *objectIn) *encrypted { return &o.encryption }).
		Says("how the object is encrypted", "as the bucket says"),
	ObjectACL,
	facts.Field("metadata", facts.Tags, func(o *objectIn) *map[string]string { return &o.object.Metadata }).
		Says("the x-amz-meta- headers, without that prefix"),
	facts.Field("storage_class", storageClass, func(o *objectIn) *string { return &o.object.StorageClass }).
		Says("the storage class", "STANDARD"),
	facts.Field("restore", restored, func(o *objectIn) **restore { return &o.restore }).
		Says("the temporary copy of an object that is in an archive, or none", "none"),
	facts.Field("tags", facts.Tags, func(o *objectIn) *map[string]string { return &o.object.Tags }).
		Says("the object's tags"),
	facts.Fact("annotations", facts.Tags, (*objectIn).setAnnotations, (*objectIn).annotations).
		Says("the object's annotations: texts by name"),
	Retention,
	EventHold,
	LegalHold,
).Then(func(o *objectIn, _ *tree.Node) error {
	o.in.world.objects = append(o.in.world.objects, o)
	return nil
})

// Facts of an object that are changed to let a request pass.
var (
	ObjectACL = facts.Fact("acl", accessList, func(o *objectIn, a *acl, _ *tree.Node) error { o.acl = a; return nil },
		func(o *objectIn) *acl { return grantsOf(o.object.ACL) }).
		Says("the object's ACL: a canned one by name, or its grants", "private")
	Retention = facts.Field("retention", retained,
		func(o *objectIn) **retention { return &o.retention }).
		Says("until when nobody deletes the version, or none", "as the bucket's object_lock says").
		Written((*objectIn).describeRetention)
	EventHold = facts.Field("event_hold", eventHold, func(o *objectIn) *hold { return &o.hold }).
			Says("the event hold on the version")
	LegalHold = facts.Field("legal_hold", facts.Boolean, func(o *objectIn) *bool { return &o.object.LegalHold }).
			Says("whether the version is on legal hold", "false")
)

// setAnnotations attaches the texts, as at loading.
func (o *objectIn) setAnnotations(texts map[string]string, n *tree.Node) error {
	for name, text := range texts {
		if problem := store.AnnotationProblem(name, text); problem != "" {
			return tree.Fail(n.Find(name), "%s", problem)
		}
		if o.object.Annotations == nil {
			o.object.Annotations = map[string]store.Annotation{}
		}
		o.object.Annotations[name] = store.Annotation{Text: text, Modified: o.in.world.now().UTC()}
	}
	return nil
}

func (o *objectIn) annotations() map[string]string {
	var texts map[string]string
	for name, note := range o.object.Annotations {
		if texts == nil {
			texts = map[string]string{}
		}
		texts[name] = note.Text
	}
	return texts
}

var storageClass = facts.OneOf("value", "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA",
	"INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")

var keys = facts.Names{Check: func(key *tree.Node) error {
	if key.Text == "" || len(key.Text) > 1024 {
		return tree.Fail(key, "a key has 1 to 1024 bytes")
	}
	return nil
}}

func (b *bucketIn) addObject(key string, n *tree.Node) (*objectIn, error) {
	return &objectIn{in: b, key: key, node: n, size: -1}, nil
}

func (b *bucketIn) currentObjects() iter.Seq2[string, *objectIn] {
	return func(yield func(string, *objectIn) bool) {
		for _, o := range b.world.index.Bucket(b.Name).Objects() {
			if !yield(o.Key, b.there(o)) {
				return
			}
		}
	}
}

// there is an object that the bucket has.
func (b *bucketIn) there(o *store.Object) *objectIn {
	return &objectIn{
		in: b, key: o.Key, object: *o, size: o.Size, restore: restoreOf(o.Restore), hold: hold{o.Retention.EventHold, o.Retention.HoldReleased},
		encryption: b.world.written(world.Encryption{
			Algorithm: o.Encryption.Algorithm, KMSKey: o.Encryption.KeyARN, BucketKey: o.Encryption.BucketKey,
		}, b.Owner, b.Region),
	}
}

// seed makes the object that is to be written, unless the world has it already.
func (o *objectIn) seed() error {
	w, b, n := o.in.world, o.in, o.node
	if w.was.same(b.Name, o.key, n) {
		return nil
	}
	made := &seed{bucket: b.Bucket, node: n, size: max(o.size, 0)}
	if err := o.content(made); err != nil {
		return err
	}
	e := o.encryption
	if e.Algorithm == "" {
		e = b.encrypts()
	}
	if err := w.checkKey(e, b.Owner, b.Region, n); err != nil {
		return err
	}
	if err := o.checkLock(); err != nil {
		return err
	}
	if err := o.settle(made, e); err != nil {
		return err
	}
	w.seeds = append(w.seeds, made)
	return nil
}

// settle fills in what follows from the bucket and the world.
func (o *objectIn) settle(made *seed, e encrypted) (err error) {
	w, b, f := o.in.world, o.in, o.object.Facts
	if f.Owner != world.Anonymous { // nobody's account wrote it
		if f.Owner, err = w.account(cmp.Or(f.Owner, b.Owner), o.node.Find("owner")); err != nil {
			return err
		}
	}
	if made.version, err = o.version(made); err != nil {
		return err
	}
	made.at = w.now().UTC()
	if made.restore, err = o.restoration(made.at); err != nil {
		return err
	}
	f.Key = o.key
	if f.Encryption, err = o.sealed(e); err != nil {
		return err
	}
	f.ACL, f.Retention = o.acl.grants(w.State, f.Owner, b.Owner), o.protection(made.at)
	made.facts = f
	return nil
}

// sealed is what the object is encrypted with. Under a key that is not there it was written
// before that went.
func (o *objectIn) sealed(e encrypted) (store.Encryption, error) {
	b, said := o.in, e.settled()
	enc := store.EncryptionOf(o.in.world.State, b.Bucket, said)
	if !enc.ByKMS() || enc.KeyARN != "" {
		return enc, nil
	}
	if enc.KeyARN = missingARN(said.KMSKey, b.Owner, b.Region); enc.KeyARN == "" {
		return enc, tree.Fail(o.node.Find("encryption", "missing_key"),
			"%s leads to no KMS key: an object names the key that it was written with by its id or ARN", said.KMSKey)
	}
	return enc, nil
}

// version is the id that the object has in the bucket: the one that the file gives,
// so that expectations can name it, else a new one where the bucket makes versions.
func (o *objectIn) version(made *seed) (string, error) {
	id, at := o.object.Version, o.node.Get("version_id")
	made.named = id
	if made.written && o.in.world.was.version(o.in.Name, o.key) == id {
		id = "" // on top of the version that was described
	}
	switch {
	case id == store.NullVersion:
		return id, nil
	case id != "" && o.in.Versioning == "":
		return "", tree.Fail(at, "version_id needs a bucket with versioning, and %s has none", o.in.Name)
	case id != "" && !store.IsVersionID(id):
		return "", tree.Fail(at, `a version id has 32 letters, digits, dots and underscores, or is "null"`)
	case id != "":
		return id, nil
	}
	return store.NewVersion(o.in.Bucket), nil
}

// content gives the seed the object's bytes. In a patch a body replaces those that the
// description tells the size of.
func (o *objectIn) content(made *seed) error {
	given := 0
	for _, is := range []bool{o.body != nil, o.base64 != nil, o.size >= 0 && o.in.world.was == nil} {
		if is {
			given++
		}
	}
	if given > 1 {
		return tree.Fail(o.node, "an object has one of body, body_base64 and size")
	}
	switch {
	case o.body != nil:
		made.write([]byte(*o.body))
	case o.base64 != nil:
		raw, err := base64.StdEncoding.DecodeString(*o.base64)
		if err != nil {
			return tree.Fail(o.node.Find("body_base64"), "this is no base64")
		}
		made.write(raw)
	}
	return nil
}

// maxObjectSize is S3's limit for one PUT, in bytes.
const maxObjectSize = 5 << 30

// objectSize is the size of an object.
var objectSize = facts.Checked(facts.Size, func(bytes int64, n *tree.Node) error {
	if bytes > maxObjectSize {
		return tree.Fail(n, "an object has at most 5GiB")
	}
	return nil
})
