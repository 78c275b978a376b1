package keymaterial

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// macs are the algorithms of HMAC keys, and how long a key of each is.
var macs = map[string]struct {
	hash  func() hash.Hash
	bytes int
}{
	"HMAC_SHA_224": {sha256.New224, 28},
	"HMAC_SHA_256": {sha256.New, 32},
	"HMAC_SHA_384": {sha512.New384, 48},
	"HMAC_SHA_512": {sha512.New, 64},
}

// MAC is the message authentication code of a message; false: there is no such algorithm.
func MAC(name, algorithm string, message []byte) ([]byte, bool) {
	a, ok := macs[algorithm]
	if !ok {
		return nil, false
	}
	h := hmac.New(a.hash, take("mac", name, a.bytes))
	h.Write(message)
	return h.Sum(nil), true
}
