package store

import (
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

// Facts are what an object is written with beside its bytes. A multipart upload
// fixes them when it is begun.
type Facts struct {
	Key   string
	Owner string // account number
	// Headers are the system metadata to give back: Content-Type, Cache-Control,
	// Content-Disposition, Content-Encoding, Content-Language, Expires,
	// x-amz-website-redirect-location.
	Headers      http.Header
	Metadata     map[string]string // user metadata, names lower-case without x-amz-meta-
	StorageClass string            // STANDARD when not given
	Tags         map[string]string
	// ACL is what the object's ACL grants; nil: its owner FULL_CONTROL, nobody else
	// anything.
	ACL       authz.ACL
	Retention Retention
	LegalHold bool
	// HoldReleased says that a legal hold was taken off, which S3 tells from one that
	// never was.
	HoldReleased bool
	Encryption   Encryption
	Checksum     Checksum // of an upload: Algorithm and Type
	// Annotations are the object's, by name; never changed once the record is written.
	Annotations map[string]Annotation
}

// Body is the bytes of an object.
type Body struct {
	Size   int64 // bytes
	ETag   string
	Chunks []Chunk
	Parts  []Part // of a multipart upload
}

// Body is the staged bytes as those of an object under that encryption. salt tells
// this write from others: see Encryption.ETag.
func (s *Staged) Body(e Encryption, salt string) Body {
	return Body{Size: s.Size, ETag: e.ETag(s.MD5, salt), Chunks: s.Chunks}
}

// Make is a new object of the bucket, written at the time now.
func Make(b *world.Bucket, f Facts, body Body, now time.Time) *Object {
	return &Object{
		Facts: f, Version: NewVersion(b), Modified: now,
		Size: body.Size, ETag: body.ETag, Chunks: body.Chunks, Parts: body.Parts,
		Unversioned: b.Versioning == "",
	}
}

// Defaults are the facts of an object that is written to the bucket at the time now
// by somebody who says nothing but its key: the bucket's owner's, under the bucket's
// encryption and retention (S3 User Guide, "Setting default server-side encryption
// behavior for Amazon S3 buckets", "Object Lock considerations").
func Defaults(s *world.State, b *world.Bucket, key string, now time.Time) Facts {
	f := Facts{Key: key, Owner: b.Owner, StorageClass: "STANDARD", Retention: DefaultRetention(b.ObjectLock, now)}
	f.Encryption = EncryptionOf(s, b, b.Encryption)
	f.Encryption.Algorithm = cmp.Or(f.Encryption.Algorithm, "AES256")
	return f
}

// EncryptionOf is what an object of the bucket is written with where the encryption
// is e: a key is named by its ARN from then on.
func EncryptionOf(s *world.State, b *world.Bucket, e world.Encryption) Encryption {
	out := Encryption{Algorithm: e.Algorithm}
	if !out.ByKMS() {
		return out
	}
	out.BucketKey = e.BucketKey
	if k := s.KeyNamed(e.KMSKey, b.Owner, b.Region); k != nil {
		out.KeyARN = k.ARN
	}
	return out
}

// ByKMS says whether the bytes are encrypted with a KMS key.
func (e Encryption) ByKMS() bool { return strings.HasPrefix(e.Algorithm, "aws:kms") }

// MD5IsETag says whether the MD5 of bytes under this encryption is their ETag (S3
// API Reference, "Object").
func (e Encryption) MD5IsETag() bool { return !e.ByKMS() && e.CustomerKeyMD5 == "" }

// ETag is that of bytes with this MD5, in hex: the MD5 itself, or where it is not
// that, something of its form which nobody can work out without the salt.
func (e Encryption) ETag(sum [md5.Size]byte, salt string) string {
	if !e.MD5IsETag() {
		sum = md5.Sum(append([]byte(salt), sum[:]...))
	}
	var text [2 * md5.Size]byte
	return string(hex.AppendEncode(text[:0], sum[:]))
}
