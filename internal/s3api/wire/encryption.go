package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// SSES3 is the encryption that every bucket has had since January 2023.
const SSES3 = "AES256"

// The headers that ask for encryption, and tell of it.
const (
	SSEHeader        = "x-amz-server-side-encryption"
	SSEKeyHeader     = "x-amz-server-side-encryption-aws-kms-key-id"
	SSEContextHeader = "x-amz-server-side-encryption-context"
	SSEBucketKey     = "x-amz-server-side-encryption-bucket-key-enabled"
)

// EncryptionContext reads base64 of a JSON object whose values are strings.
func EncryptionContext(value string) (map[string]string, error) {
	if value == "" {
		return nil, nil
	}
	refused := s3err.Argument(
		"The header '"+SSEContextHeader+"' shall be "+
			"Base64-encoded UTF-8 string holding JSON which represents a string-string map",
		SSEContextHeader, value)
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

// SetEncryption puts into a reply what an object is encrypted with.
func SetEncryption(set Setter, enc store.Encryption) {
	switch {
	case enc.CustomerKeyMD5 != "":
		set(canonical(CustomerKey.Algorithm), SSES3)
		set(canonical(CustomerKey.Sum), enc.CustomerKeyMD5)
		return
	case enc.Algorithm == "":
		return
	}
	set(canonical(SSEHeader), enc.Algorithm)
	if enc.Algorithm == SSES3 {
		return
	}
	set(canonical(SSEKeyHeader), enc.KeyARN)
	if enc.BucketKey {
		set(canonical(SSEBucketKey), "true")
	}
}

// SetSealing is SetEncryption for the answer to a write, which also tells the
// encryption context.
func SetSealing(set Setter, enc store.Encryption) {
	SetEncryption(set, enc)
	if enc.ByKMS() && len(enc.Context) > 0 {
		// A map of strings is always encodable.
		text, _ := json.Marshal(enc.Context)
		set(canonical(SSEContextHeader), base64.StdEncoding.EncodeToString(text))
	}
}
