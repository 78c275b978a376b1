package s3api

import (
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// customerKeyMD5 reads the three headers of SSE-C and returns the digest of the
// key, in base64; empty: none of them was sent. The key itself is not kept: it has
// 256 bits, so that who brings one with the same digest has the same key.
func (c *Call) customerKeyMD5(in wire.CustomerHeaders) (string, error) {
	algorithm, key, sum := c.header(in.Algorithm), c.header(in.Key), c.header(in.Sum)
	switch {
	case algorithm == "" && key == "" && sum == "":
		return "", nil
	case c.insecure():
		return "", wire.BadCustomerKey("Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.")
	case algorithm == "":
		return "", wire.BadCustomerKey("Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.")
	case key == "":
		return "", wire.BadCustomerKey("Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.")
	case algorithm != wire.SSES3:
		return "", s3err.New(s3err.InvalidEncryptionAlgorithmError, s3err.E("ArgumentName", wire.SSEHeader), s3err.E("ArgumentValue", algorithm))
	}
	return wire.DigestOfKey(key, sum)
}

// insecure says that the world has its requests come without TLS, which S3 does
// not take keys over [unsure]. Where the world does not say, plain HTTP is how
// everybody talks to a local endpoint, and no refusal.
func (c *Call) insecure() bool {
	s := c.State().Network.SecureTransport
	return s != nil && !*s
}

// newCustomerKey is the digest of the key that the call is to write with; empty:
// none. It comes with no other kind of encryption (s3-errors.md 2.4).
func (c *Call) newCustomerKey() (string, error) {
	sent := c.header(wire.CustomerKey.Algorithm) != "" || c.header(wire.CustomerKey.Key) != ""
	if v := c.header(wire.SSEHeader); sent && v != "" {
		return "", s3err.Argument("Server Side Encryption with Customer provided key is incompatible with the encryption method specified", wire.SSEHeader, v)
	}
	return c.customerKeyMD5(wire.CustomerKey)
}

// opens refuses to read bytes without the key that they are under, with another,
// or with one that they do not have. in says which headers bring it.
func (c *Call) opens(enc store.Encryption, in wire.CustomerHeaders) error {
	sum, err := c.customerKeyMD5(in)
	switch {
	case err != nil:
		return err
	case sum == enc.CustomerKeyMD5:
		return nil
	case enc.CustomerKeyMD5 == "":
		return s3err.New(s3err.InvalidRequest).WithMessage("The encryption parameters are not applicable to this object.")
	case sum == "":
		return s3err.New(s3err.InvalidRequest).WithMessage("The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.")
	}
	return s3err.New(s3err.AccessDenied).WithMessage("Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.")
}

// sameCustomerKey refuses a part that does not come with the key that its upload
// was begun with.
func (c *Call) sameCustomerKey(u *store.Upload) error {
	sum, err := c.customerKeyMD5(wire.CustomerKey)
	switch {
	case err != nil:
		return err
	case sum == u.Encryption.CustomerKeyMD5:
		return c.customerKeyAllowed(sum)
	case sum == "":
		return s3err.New(s3err.InvalidRequest).WithMessage("The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.")
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("The provided encryption parameters did not match the ones used originally.")
}

// completableWith refuses to complete an upload with another key than it was begun
// with. None need be sent [unsure]: AWS wants it only with checksums of some kinds.
func (c *Call) completableWith(u *store.Upload) error {
	if sum, err := c.customerKeyMD5(wire.CustomerKey); sum == "" {
		return err
	}
	return c.sameCustomerKey(u)
}

// customerKeyAllowed refuses an upload with a key of its own where the bucket
// blocks SSE-C (s3-errors.md 2.4). It is no policy's refusal, and comes after them.
func (c *Call) customerKeyAllowed(sum string) error {
	b := c.State().Buckets[c.Bucket]
	if sum == "" || b == nil || !b.Encryption.BlockSSEC {
		return nil
	}
	return c.explained(c.actionBlocked("s3:PutObject"), c.objectARN(), "because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type")
}
