package s3api

import (
	"cmp"
	"encoding/json"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// insecure says that the world has its requests come without TLS, which S3 does
// not take keys over [unsure]. Where the world does not say, plain HTTP is how
// everybody talks to a local endpoint, and no refusal.
func insecure(s *world.State) bool {
	secure := s.Network.SecureTransport
	return secure != nil && !*secure
}

// customerKeyMD5 is the digest of the key that the headers bring; empty: none.
func customerKeyMD5(c *Call, in wire.CustomerHeaders) (string, error) {
	return in.Digest(c.header, insecure(c.State()))
}

// newCustomerKey is the digest of the key that the call is to write with; empty:
// none. It comes with no other kind of encryption (s3-errors.md 2.4).
func newCustomerKey(c *Call) (string, error) {
	sent := c.header(wire.CustomerKey.Algorithm) != "" || c.header(wire.CustomerKey.Key) != ""
	if v := c.header(wire.SSEHeader); sent && v != "" {
		return "", s3err.Argument(
			"Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
			wire.SSEHeader, v)
	}
	return customerKeyMD5(c, wire.CustomerKey)
}

// opens refuses to read bytes without the key that they are under, with another,
// or with one that they do not have. in says which headers bring it.
func opens(c *Call, enc store.Encryption, in wire.CustomerHeaders) error {
	sum, err := customerKeyMD5(c, in)
	switch {
	case err != nil:
		return err
	case sum == enc.CustomerKeyMD5:
		return nil
	case enc.CustomerKeyMD5 == "":
		return s3err.New(s3err.InvalidRequest).WithMessage("The encryption parameters are not applicable to this object.")
	case sum == "":
		return customerKeyMissing()
	}
	return cause.Explain(s3err.New(s3err.AccessDenied).WithMessage(
		"Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key."),
		journal.Cause{
			Text:    "the object is under another customer's key than the request brings",
			Element: in.Sum, Wanted: enc.CustomerKeyMD5, Seen: sum,
		})
}

func customerKeyMissing() *s3err.Error {
	return s3err.New(s3err.InvalidRequest).WithMessage(
		"The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.")
}

// sameCustomerKey refuses a part that does not come with the key that its upload
// was begun with.
func sameCustomerKey(c *Call, u *store.Upload) error {
	sum, err := customerKeyMD5(c, wire.CustomerKey)
	switch {
	case err != nil:
		return err
	case sum == u.Encryption.CustomerKeyMD5:
		return customerKeyAllowed(c, sum)
	case sum == "":
		return s3err.New(s3err.InvalidRequest).WithMessage(
			"The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.")
	}
	return s3err.New(s3err.InvalidRequest).WithMessage(
		"The provided encryption parameters did not match the ones used originally.")
}

// completableWith refuses to complete an upload with another key than it was begun
// with. None need be sent [unsure]: AWS wants it only with checksums of some kinds.
func completableWith(c *Call, u *store.Upload) error {
	if sum, err := customerKeyMD5(c, wire.CustomerKey); sum == "" {
		return err
	}
	return sameCustomerKey(c, u)
}

// customerKeyAllowed refuses an upload with a key of its own where the bucket
// blocks SSE-C (s3-errors.md 2.4). It is no policy's refusal, and comes after them.
func customerKeyAllowed(c *Call, sum string) error {
	b := c.State().Buckets[c.Bucket]
	if sum == "" || b == nil || !b.Encryption.BlockSSEC {
		return nil
	}
	refused := explained(c, c.Op.blocked("s3:PutObject"), c.objectARN(),
		"because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type")
	return cause.Explain(refused, blocksSSEC(b))
}

// blocksSSEC is why a bucket takes no object with a customer's key.
func blocksSSEC(b *world.Bucket) journal.Cause {
	unblock := cause.Cure("let the bucket take SSE-C again: BlockedEncryptionTypes NONE.",
		cause.Command("aws", "s3api", "put-bucket-encryption", "--bucket", b.Name,
			"--server-side-encryption-configuration", unblocked(b.Encryption)))
	unblock.Patch = journal.Patch{"buckets": journal.Patch{b.Name: journal.Patch{
		"encryption": journal.Patch{"block_ssec": false}}}}
	other := cause.Cure("upload with SSE-KMS, or with the bucket's default encryption, in place of SSE-C.",
		cause.Command("aws", "s3api", "put-object", "--bucket", b.Name, "--key", "KEY", "--body", "FILE",
			"--server-side-encryption", "aws:kms"))
	return journal.Cause{
		Text:     "the bucket's BlockedEncryptionTypes has SSE-C: it takes no upload that brings a customer's key",
		Document: "the default encryption of " + b.Name,
		Element:  "BlockedEncryptionTypes", Wanted: blockNone, Seen: blockSSEC,
		Cures: []journal.Change{unblock, other},
	}
}

// unblocked is a bucket's encryption, as the AWS CLI takes it, with nothing blocked.
func unblocked(e world.Encryption) string {
	by := map[string]any{"SSEAlgorithm": cmp.Or(e.Algorithm, wire.SSES3)}
	if e.KMSKey != "" {
		by["KMSMasterKeyID"] = e.KMSKey
	}
	text, _ := json.Marshal(map[string]any{"Rules": []any{map[string]any{ // texts and a truth value
		"ApplyServerSideEncryptionByDefault": by, "BucketKeyEnabled": e.BucketKey,
		"BlockedEncryptionTypes": map[string]any{"EncryptionType": []string{blockNone}},
	}}})
	return string(text)
}
