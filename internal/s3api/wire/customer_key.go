package wire

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// CustomerHeaders are the three headers that bring a key of the customer's own
// (SSE-C), in the form that net/http looks up without making a string.
type CustomerHeaders struct{ Algorithm, Key, Sum string }

// The key of the object that the call is about, and that of a copy's source.
var (
	CustomerKey = CustomerHeaders{
		"X-Amz-Server-Side-Encryption-Customer-Algorithm", "X-Amz-Server-Side-Encryption-Customer-Key", "X-Amz-Server-Side-Encryption-Customer-Key-Md5",
	}
	SourceCustomerKey = CustomerHeaders{
		"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Algorithm", "X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key", "X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key-Md5",
	}
)

// DigestOfKey is the MD5 of a key in base64, if the key has 256 bits and the
// request's own digest agrees. A digest that was left out does not (Ceph's tests
// find it so [unsure]).
func DigestOfKey(key, sum string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(raw) != 32 {
		return "", BadCustomerKey("The secret key was invalid for the specified algorithm.")
	}
	digest := md5.Sum(raw)
	if text := base64.StdEncoding.EncodeToString(digest[:]); text == sum {
		return text, nil
	}
	return "", BadCustomerKey("The calculated MD5 hash of the key did not match the hash that was provided.")
}

// BadCustomerKey refuses the headers of SSE-C.
func BadCustomerKey(message string) error { return s3err.Argument(message, SSEHeader, "null") }

// setCustomerKey puts into a reply which key of the customer's was used.
func setCustomerKey(h http.Header, enc store.Encryption) {
	h.Set(CustomerKey.Algorithm, SSES3)
	h.Set(CustomerKey.Sum, enc.CustomerKeyMD5)
}
