package wire

import (
	"crypto/md5"
	"encoding/base64"

	"github.com/s3fault/s3fault/internal/s3err"
)

// CustomerHeaders are the three headers that bring a key of the customer's own
// (SSE-C), in the form that net/http looks up without making a string.
type CustomerHeaders struct{ Algorithm, Key, Sum string }

// The key of the object that the call is about, and that of a copy's source.
var (
	CustomerKey = CustomerHeaders{
		"X-Amz-Server-Side-Encryption-Customer-Algorithm",
		"X-Amz-Server-Side-Encryption-Customer-Key",
		"X-Amz-Server-Side-Encryption-Customer-Key-Md5",
	}
	SourceCustomerKey = CustomerHeaders{
		"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Algorithm",
		"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key",
		"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key-Md5",
	}
)

// Digest reads the three headers and returns the digest of the
// key, in base64; empty: none of them was sent. The key itself is not kept: it has
// 256 bits, so that who brings one with the same digest has the same key. insecure says
// that the request came in a way that S3 takes no keys on.
func (in CustomerHeaders) Digest(of Header, insecure bool) (string, error) {
	algorithm, key, sum := of(in.Algorithm), of(in.Key), of(in.Sum)
	switch {
	case algorithm == "" && key == "" && sum == "":
		return "", nil
	case insecure:
		return "", badCustomerKey(
			"Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.")
	case algorithm == "":
		return "", badCustomerKey(
			"Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.")
	case key == "":
		return "", badCustomerKey(
			"Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.")
	case algorithm != SSES3:
		return "", s3err.New(s3err.InvalidEncryptionAlgorithmError,
			s3err.E("ArgumentName", SSEHeader), s3err.E("ArgumentValue", algorithm))
	}
	return digestOfKey(key, sum)
}

// digestOfKey is the MD5 of a key in base64, if the key has 256 bits and the
// request's own digest agrees. A digest that was left out does not (Ceph's tests
// find it so [unsure]).
func digestOfKey(key, sum string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(raw) != 32 {
		return "", badCustomerKey("The secret key was invalid for the specified algorithm.")
	}
	digest := md5.Sum(raw)
	if text := base64.StdEncoding.EncodeToString(digest[:]); text == sum {
		return text, nil
	}
	return "", badCustomerKey("The calculated MD5 hash of the key did not match the hash that was provided.")
}

// badCustomerKey refuses the headers of SSE-C.
func badCustomerKey(message string) error { return s3err.Argument(message, SSEHeader, "null") }
