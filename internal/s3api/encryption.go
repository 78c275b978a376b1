package s3api

import (
	"cmp"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

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

// sealingOf works out what an object that this call writes is encrypted with: what
// its headers say, or else the bucket's default. What is wrong with the headers
// is kept in err, because S3 tells it only to those who may write.
func sealingOf(c *Call, b *world.Bucket) sealing {
	enc, ref, err := encryptionOfNew(c, b)
	s := sealing{Encryption: enc, err: err}
	if err != nil || !enc.ByKMS() {
		return s
	}
	if s.err = kmsNeedsV4(c); s.err != nil {
		return s
	}
	s.key, s.err = kmsKey(c.InForce(), ref, keyAccount(c), b.Region)
	if s.key != nil {
		s.KeyARN, s.alias = s.key.ARN, world.AliasIn(cmp.Or(ref, world.ManagedKeyAlias))
	}
	return s
}

// encryptionOfNew reads the headers, and takes the bucket's default where they ask for
// none; SSE-S3 has been every bucket's since January 2023. key is the KMS key as
// it was named; empty: the one that AWS manages.
func encryptionOfNew(c *Call, b *world.Bucket) (enc store.Encryption, key string, err error) {
	if enc.CustomerKeyMD5, err = newCustomerKey(c); err != nil || enc.CustomerKeyMD5 != "" {
		return enc, "", err
	}
	enc.Algorithm, key = c.header(wire.SSEHeader), c.header(wire.SSEKeyHeader)
	switch enc.Algorithm {
	case "", wire.SSES3, "aws:kms", "aws:kms:dsse":
	default:
		return enc, "", s3err.Argument("The encryption method specified is not supported", wire.SSEHeader, enc.Algorithm)
	}
	if key != "" && !enc.ByKMS() {
		return enc, "", s3err.Argument(
			"Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
			wire.SSEHeader, enc.Algorithm)
	}
	if enc.Algorithm == "" {
		enc.Algorithm, key = b.Encryption.Algorithm, b.Encryption.KMSKey
	}
	context, err := wire.EncryptionContext(c.header(wire.SSEContextHeader))
	if err != nil {
		return enc, "", err
	}
	bucketKey, err := wire.Flag(wire.SSEBucketKey, c.header(wire.SSEBucketKey), b.Encryption.BucketKey)
	if err != nil {
		return enc, "", err
	}
	if !enc.ByKMS() {
		return store.Encryption{Algorithm: wire.SSES3}, "", nil
	}
	enc.Context = context
	// There are no Bucket Keys for two layers of encryption.
	enc.BucketKey = bucketKey && enc.Algorithm == "aws:kms"
	return enc, key, nil
}

// requestedEncryption is what the call asks for by its own headers, and nothing that the
// bucket gives by default. The algorithm of a customer's key is not among it, for parts
// bring that (authorization.md 3.1b).
func requestedEncryption(c *Call) store.Encryption {
	asked := store.Encryption{Algorithm: c.header("X-Amz-Server-Side-Encryption")}
	if ref := c.header("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"); ref != "" {
		asked.KeyARN = keyARN(c, ref)
	}
	return asked
}

// encryptionConditions are the condition keys of an encryption that is asked for.
func encryptionConditions(asked store.Encryption) []condition {
	var found []condition
	if asked.Algorithm != "" {
		found = append(found, condition{"s3:" + wire.SSEHeader, []string{asked.Algorithm}})
	}
	if asked.KeyARN != "" {
		found = append(found, condition{"s3:" + wire.SSEKeyHeader, []string{asked.KeyARN}})
	}
	return found
}

// questions asks KMS whether the caller may have a data key for what it
// writes; none when no KMS key comes into it.
func (s sealing) questions(c *Call) []*authz.Request {
	if s.err != nil || s.key == nil {
		return nil
	}
	q := kmsQuestion(c, "kms:GenerateDataKey", s.key, s.Encryption, c.Bucket, c.Key)
	if s.alias != "" {
		asker.SetFor(q.Context, q.Action, "kms:RequestAlias", s.alias)
	}
	return []*authz.Request{q}
}

// openQuestion asks KMS whether the caller may decrypt what enc encrypted; none
// when there is no KMS key in it, or when the refusal of unsealable comes first.
func openQuestion(c *Call, enc store.Encryption, bucket, key string) []*authz.Request {
	if !enc.ByKMS() || !provedByV4(c) {
		return nil
	}
	k := c.InForce().KeyNamed(enc.KeyARN, "", "")
	if k == nil {
		return nil
	}
	return []*authz.Request{kmsQuestion(c, "kms:Decrypt", k, enc, bucket, key)}
}

// unsealable refuses to read bytes whose key is gone, or that only Signature
// Version 4 may read (s3-errors.md A6).
func unsealable(c *Call, enc store.Encryption) error {
	if !enc.ByKMS() {
		return nil
	}
	if err := kmsNeedsV4(c); err != nil {
		return err
	}
	if c.InForce().KeyNamed(enc.KeyARN, "", "") != nil {
		return nil
	}
	return s3err.New(s3err.KMSNotFoundException).WithMessage("Key '" + enc.KeyARN + "' does not exist")
}
