package s3api

import (
	"errors"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// writing is one attempt to make an object: what it is put on top of, and what it is
// encrypted with.
type writing struct {
	over overwriting
	seal sealing
}

// beginPutObject asks for s3:PutObject, for what the headers set besides, and for a data
// key.
func beginPutObject(c *Call) (doing, []*authz.Request, error) {
	w, questions := writes(c)
	return putting{w}, questions, nil
}

// writes asks what every operation must be allowed that makes an object from the headers
// of a request; more are what it asks besides, before the data key (authorization.md 2).
func writes(c *Call, more ...*authz.Request) (w writing, questions []*authz.Request) {
	w.over, questions = aclQuestions(c)
	if c.header("x-amz-tagging") != "" {
		questions = append(questions, c.question("s3:PutObjectTagging", c.objectARN()))
	}
	questions = slices.Concat(questions, lockQuestions(c), more)
	if b := c.State().Buckets[c.Bucket]; b != nil {
		w.seal = sealingOf(c, b)
		questions = append(questions, w.seal.questions(c)...)
	}
	return w, questions
}

type putting struct{ writing }

func (p putting) serve(c *Call) (*Reply, error) {
	if h := "x-amz-write-offset-bytes"; c.header(h) != "" { // of directory buckets alone
		return nil, s3err.New(s3err.NotImplemented, s3err.E("Header", h))
	}
	facts, e, err := p.facts(c)
	if err != nil {
		return nil, err
	}
	k, err := claimed(c)
	if err == nil {
		err = digestedLock(&facts, k)
	}
	if err != nil {
		return nil, err
	}
	u, err := received(c, k, nil)
	if err != nil {
		return nil, err
	}
	return p.putUpload(c, facts, u, e)
}

// facts are those of the object that the request's headers describe, with the
// condition under which it is written.
func (w writing) facts(c *Call) (f store.Facts, e store.Expect, err error) {
	b, err := c.bucket()
	if err != nil {
		return f, e, err
	}
	owner := ownerOfNew(c, b)
	acl, err := aclOfNew(c, b, owner)
	if err != nil {
		return f, e, err
	}
	d, err := describe(c)
	if err != nil {
		return f, e, err
	}
	if w.seal.err != nil {
		return f, e, w.seal.err
	}
	if err := customerKeyAllowed(c, w.seal.CustomerKeyMD5); err != nil {
		return f, e, err
	}
	if e, err = wire.WriteConditions(c.header); err != nil {
		return f, e, err
	}
	f = store.Facts{
		Key: c.Key, Owner: owner, ACL: acl, Headers: d.headers, Metadata: d.metadata,
		StorageClass: d.class, Tags: d.tags, Encryption: w.seal.Encryption,
	}
	return f, e, lockNew(c, &f, b)
}

// ownerOfNew is the account that owns what the call writes (authorization.md
// 1.6). What an AWS service writes belongs to the bucket's owner [unsure].
func ownerOfNew(c *Call, b *world.Bucket) string {
	account := c.account()
	switch {
	case b.Ownership == world.BucketOwnerEnforced,
		b.Ownership == world.BucketOwnerPreferred && c.header(cannedACL) == ownerControl:
		return b.Owner
	case c.Principal == nil || c.Principal.Kind == policy.Anonymous:
		return world.Anonymous
	case account == "":
		return b.Owner
	}
	return account
}

// aclOfNew is the ACL that the headers give to what the call writes; nil: none.
// Where ACLs are disabled they said what holds anyway.
func aclOfNew(c *Call, b *world.Bucket, owner string) (authz.ACL, error) {
	d := aclInHeaders(c)
	if d.err != nil || b.Ownership == world.BucketOwnerEnforced {
		return nil, d.err
	}
	return d.of(c.State(), owner, b.Owner), nil
}

// putUpload is put of what the request brought, and its reply.
func (w writing) putUpload(c *Call, f store.Facts, u *upload, e store.Expect) (*Reply, error) {
	f.Checksum = u.claimed
	o, err := w.put(c, f, u.staged, e)
	if err != nil {
		return nil, err
	}
	return written(c, o), nil
}

// put makes an object of the bytes visible, if the condition holds.
func (w writing) put(c *Call, f store.Facts, bytes *store.Staged, e store.Expect) (*store.Object, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if !settled(c) {
		return nil, store.ErrMoved
	}
	o := store.Make(b, f, bytes.Body(f.Encryption, c.salt()), c.Now)
	err = c.Commit(store.Put{Bucket: c.Bucket, Object: o, Expect: w.over.stillThere(c, e)})
	return o, writeRefused(err, o.Key)
}

// salt makes an ETag that is no MD5. It is the request's alone, so that the ETag stays
// the same over attempts.
func (c *Call) salt() string { return c.RequestID }

// replaceRecord puts a record with other facts in the place of the one that the call was
// decided on.
func replaceRecord(c *Call, seen, o *store.Object) error {
	return writeRefused(c.Commit(store.Replace{Bucket: c.Bucket, Seen: seen, Object: o}), o.Key)
}

// writeRefused is S3's word for what the store found when it was to write.
func writeRefused(err error, key string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrMoved), errors.Is(err, store.ErrNoSuchBucket):
		return store.ErrMoved
	case errors.Is(err, store.ErrNoSuchKey):
		return wire.NoSuchKey(key)
	case errors.Is(err, store.ErrETagDiffers):
		return wire.PreconditionFailed("If-Match")
	case errors.Is(err, store.ErrKeyExists):
		return wire.PreconditionFailed("If-None-Match")
	default:
		return unkept(err)
	}
}

// written is the reply to a write of bytes.
func written(c *Call, o *store.Object) *Reply {
	reply := &Reply{}
	reply.Set("Etag", wire.Quoted(o.ETag))
	checksum.Set(reply.Set, o.Checksum)
	wire.SetSealing(reply.Set, o.Encryption)
	wire.VersionMade(reply.Set, o)
	tellExpiry(c, reply.Header, o)
	return reply
}
