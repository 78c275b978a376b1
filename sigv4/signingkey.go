package sigv4

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// signingKeys remembers derived keys: a derivation costs four HMACs, and a
// client keeps its scope for a day.
var signingKeys = newKeyCache(1024)

// keyCache holds derived keys under a salted hash of what they were derived
// from, so that no secret lies in the map. It keeps two generations: when the
// young one is full it becomes the old one, and the former old one is dropped.
type keyCache struct {
	salt  [32]byte
	limit int

	mu         sync.RWMutex
	young, old map[[sha256.Size]byte][]byte
}

func newKeyCache(limit int) *keyCache {
	c := &keyCache{limit: limit, young: map[[sha256.Size]byte][]byte{}}
	// rand.Read cannot fail: crypto/rand ends the program where the system
	// has no randomness.
	_, _ = rand.Read(c.salt[:])
	return c
}

// derive is task 3: the key for one day, region and service.
func (c *keyCache) derive(secret, date, region, service string) []byte {
	id := c.identify(secret, date, region, service)
	c.mu.RLock()
	key, ok := c.young[id]
	if !ok {
		key = c.old[id]
	}
	c.mu.RUnlock()
	if ok {
		return key
	}
	if key == nil {
		key = deriveKey(secret, date, region, service)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= c.limit {
		c.young, c.old = make(map[[sha256.Size]byte][]byte, c.limit), c.young
	}
	c.young[id] = key
	return key
}

func (c *keyCache) identify(secret, date, region, service string) [sha256.Size]byte {
	var room [256]byte
	b := append(room[:0], c.salt[:]...)
	for _, s := range [...]string{secret, date, region, service} {
		// Lengths keep ("ab", "c") apart from ("a", "bc").
		n := len(s)
		b = append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

func deriveKey(secret, date, region, service string) []byte {
	key := hmacSHA256([]byte("AWS4"+secret), date)
	key = hmacSHA256(key, region)
	key = hmacSHA256(key, service)
	return hmacSHA256(key, "aws4_request")
}

func hmacSHA256(key []byte, data string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(data))
	return h.Sum(nil)
}

// sign is task 4: the hex signature of a string to sign. It is HMAC by its definition
// (RFC 2104), on the stack: crypto/hmac makes two hashes on the heap for each request.
// The key is a signing key, which is no longer than a block.
func sign(key, toSign []byte) [2 * sha256.Size]byte {
	var room [sha256.BlockSize + 448]byte // a string to sign is some 150 bytes long
	inner := sha256.Sum256(append(padded(room[:0], key, 0x36), toSign...))
	outer := sha256.Sum256(append(padded(room[:0], key, 0x5c), inner[:]...))
	var out [2 * sha256.Size]byte
	hex.Encode(out[:], outer[:])
	return out
}

// padded appends a block of the key, each byte combined with pad.
func padded(b, key []byte, pad byte) []byte {
	for _, k := range key {
		b = append(b, k^pad)
	}
	for range sha256.BlockSize - len(key) {
		b = append(b, pad)
	}
	return b
}
