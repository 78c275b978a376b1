package s3api

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	sseHeader        = "x-amz-server-side-encryption"
	sseKeyHeader     = "x-amz-server-side-encryption-aws-kms-key-id"
	sseContextHeader = "x-amz-server-side-encryption-context"
	sseBucketKey     = "x-amz-server-side-encryption-bucket-key-enabled"
)

// md5IsETag says whether the MD5 of bytes under this encryption is their ETag (S3
// API Reference, "Object").
func md5IsETag(enc store.Encryption) bool { return !byKMS(enc) && enc.CustomerKeyMD5 == "" }

// byKMS says whether the bytes are encrypted with a KMS key.
func byKMS(enc store.Encryption) bool { return strings.HasPrefix(enc.Algorithm, "aws:kms") }

// sealing is what a new object is encrypted with.
type sealing struct {
	store.Encryption
	key *world.Key // nil: no KMS key
	// alias is the alias by which S3 asks KMS for the key, and leaves it to KMS to find it
	// (GovWifi/govwifi-terraform#455); of the key that AWS manages, too, as ACM does
	// [unsure]. Empty: by its id.
	alias string
	err   error
}

// sealing works out what an object that this call writes is encrypted with: what
// its headers say, or else the bucket's default. What is wrong with the headers
// is kept in err, because S3 tells it only to those who may write.
func (c *Call) sealing(b *world.Bucket) sealing {
	enc, ref, err := c.encryption(b)
	s := sealing{Encryption: enc, err: err}
	if err != nil || !byKMS(enc) {
		return s
	}
	if s.err = c.kmsNeedsV4(); s.err != nil {
		return s
	}
	s.key, s.err = c.kmsKey(ref, c.keyAccount(), b.Region)
	if s.key != nil {
		s.KeyARN, s.alias = s.key.ARN, world.AliasIn(cmp.Or(ref, world.ManagedKeyAlias))
	}
	return s
}

// encryption reads the headers, and takes the bucket's default where they ask for
// none; SSE-S3 has been every bucket's since January 2023. key is the KMS key as
// it was named; empty: the one that AWS manages.
func (c *Call) encryption(b *world.Bucket) (enc store.Encryption, key string, err error) {
	if enc.CustomerKeyMD5, err = c.newCustomerKey(); err != nil || enc.CustomerKeyMD5 != "" {
		return enc, "", err
	}
	enc.Algorithm, key = c.header(sseHeader), c.header(sseKeyHeader)
	switch enc.Algorithm {
	case "", sseS3, "aws:kms", "aws:kms:dsse":
	default:
		return enc, "", s3err.Argument("The encryption method specified is not supported", sseHeader, enc.Algorithm)
	}
	if key != "" && !byKMS(enc) {
		return enc, "", s3err.Argument("Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms", sseHeader, enc.Algorithm)
	}
	if enc.Algorithm == "" {
		enc.Algorithm, key = b.Encryption.Algorithm, b.Encryption.KMSKey
	}
	context, err := encryptionContext(c.header(sseContextHeader))
	if err != nil {
		return enc, "", err
	}
	bucketKey, err := c.flag(sseBucketKey, b.Encryption.BucketKey)
	if err != nil {
		return enc, "", err
	}
	if !byKMS(enc) {
		return store.Encryption{Algorithm: sseS3}, "", nil
	}
	enc.Context = context
	// There are no Bucket Keys for two layers of encryption.
	enc.BucketKey = bucketKey && enc.Algorithm == "aws:kms"
	return enc, key, nil
}

// requestedEncryption is what the call asks for by its own headers, and nothing that the bucket gives by default. What
// an upload was begun with is asked for again by each of its parts and by its completion, which have no such headers
// of their own; the algorithm of a customer's key is not among it, for parts bring that (authorization.md 3.1b).
func (c *Call) requestedEncryption() store.Encryption {
	switch {
	case c.session != nil:
		return c.session.Requested
	case c.finished != nil:
		return c.finished.Upload.Requested
	}
	asked := store.Encryption{Algorithm: c.header("X-Amz-Server-Side-Encryption")}
	if ref := c.header("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"); ref != "" {
		asked.KeyARN = c.keyARN(ref)
	}
	return asked
}

// encryptionConditions are the condition keys of requestedEncryption.
func (c *Call) encryptionConditions() []condition {
	var found []condition
	asked := c.requestedEncryption()
	if asked.Algorithm != "" {
		found = append(found, condition{"s3:" + sseHeader, []string{asked.Algorithm}})
	}
	if asked.KeyARN != "" {
		found = append(found, condition{"s3:" + sseKeyHeader, []string{asked.KeyARN}})
	}
	return found
}

// flag reads a header that is true or false.
func (c *Call) flag(name string, absent bool) (bool, error) {
	switch v := c.header(name); {
	case v == "":
		return absent, nil
	case strings.EqualFold(v, "true"):
		return true, nil
	case strings.EqualFold(v, "false"):
		return false, nil
	default:
		return false, s3err.Argument("Value for "+name+" header is invalid.", name, v)
	}
}

// encryptionContext reads base64 of a JSON object whose values are strings.
func encryptionContext(value string) (map[string]string, error) {
	if value == "" {
		return nil, nil
	}
	refused := s3err.Argument("The header '"+sseContextHeader+"' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map", sseContextHeader, value)
	text, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return nil, refused
	}
	var context map[string]string
	d := json.NewDecoder(bytes.NewReader(text))
	if d.Decode(&context) != nil || d.More() || context == nil {
		return nil, refused
	}
	return context, nil
}

// valueSSES3 is shared by replies, which do not change the values they are given.
var valueSSES3 = []string{sseS3}

// setEncryption puts into a reply what an object is encrypted with.
func setEncryption(h http.Header, enc store.Encryption) {
	switch {
	case enc.CustomerKeyMD5 != "":
		setCustomerKey(h, enc)
		return
	case enc.Algorithm == "":
		return
	case enc.Algorithm == sseS3:
		h["X-Amz-Server-Side-Encryption"] = valueSSES3
		return
	}
	h.Set(sseHeader, enc.Algorithm)
	h.Set(sseKeyHeader, enc.KeyARN)
	if enc.BucketKey {
		h.Set(sseBucketKey, "true")
	}
}

// setSealing is setEncryption for the answer to a write, which also tells the
// encryption context.
func setSealing(h http.Header, enc store.Encryption) {
	setEncryption(h, enc)
	if byKMS(enc) && len(enc.Context) > 0 {
		// A map of strings is always encodable.
		text, _ := json.Marshal(enc.Context)
		h.Set(sseContextHeader, base64.StdEncoding.EncodeToString(text))
	}
}

// sealQuestion asks KMS whether the caller may have a data key for what it
// writes; none when no KMS key comes into it.
func (c *Call) sealQuestion(s sealing) []*authz.Request {
	if s.err != nil || s.key == nil {
		return nil
	}
	q := c.kmsQuestion("kms:GenerateDataKey", s.key, s.Encryption, c.Bucket, c.Key)
	if s.alias != "" {
		asker.SetFor(q.Context, q.Action, "kms:RequestAlias", s.alias)
	}
	return []*authz.Request{q}
}

// openQuestion asks KMS whether the caller may decrypt what enc encrypted; none
// when there is no KMS key in it, or when the refusal of unsealable comes first.
func (c *Call) openQuestion(enc store.Encryption, bucket, key string) []*authz.Request {
	if !byKMS(enc) || !c.provedByV4() {
		return nil
	}
	k := c.State().KeyNamed(enc.KeyARN, "", "")
	if k == nil {
		return nil
	}
	return []*authz.Request{c.kmsQuestion("kms:Decrypt", k, enc, bucket, key)}
}

// unsealable refuses to read bytes whose key is gone, or that only Signature
// Version 4 may read (s3-errors.md A6).
func (c *Call) unsealable(enc store.Encryption) error {
	if !byKMS(enc) {
		return nil
	}
	if err := c.kmsNeedsV4(); err != nil {
		return err
	}
	if c.State().KeyNamed(enc.KeyARN, "", "") != nil {
		return nil
	}
	return s3err.New(s3err.KMSNotFoundException).WithMessage("Key '" + enc.KeyARN + "' does not exist")
}
