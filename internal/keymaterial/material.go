// Package keymaterial is the cryptography of KMS keys: their materials, the blobs that
// they encrypt into, codes and signatures. It knows no caller and no policy.
//
// The material of a key is derived from the key's name: no world keeps a secret, and what
// one has encrypted another of the same file decrypts, after a reset and a restart too.
package keymaterial

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// Of is the name that a key's materials are derived from: the key's ARN or, as the keys
// of one material in several regions share theirs, account and id.
func Of(k *world.Key) string {
	if k.MultiRegion != "" {
		return k.Account + "/" + k.ID
	}
	return k.ARN
}

// derive is 32 bytes for a purpose, of the key's material that generation rotations have
// made.
func derive(purpose, name string, generation int) []byte {
	h := hmac.New(sha256.New, []byte("s3fault key material"))
	for _, part := range []string{purpose, name} {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		h.Write([]byte(part))
	}
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(generation)))
	return h.Sum(nil)
}

// ID is the id of a material: 64 hex digits (KMS API Reference, "KeyMetadata").
func ID(name string, generation int) string {
	return hex.EncodeToString(derive("id", name, generation))
}

// stream is as many bytes as one likes, the same for the same purpose and key: what keys
// that are no random bytes are made of.
type stream struct {
	purpose, name string
	block         int
	left          []byte
}

// Read never fails.
func (s *stream) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		if len(s.left) == 0 {
			s.left = derive(s.purpose, s.name, s.block)
			s.block++
		}
		c := copy(p[n:], s.left)
		s.left, n = s.left[c:], n+c
	}
	return len(p), nil
}

func take(purpose, name string, n int) []byte {
	b := make([]byte, n)
	_, _ = (&stream{purpose: purpose, name: name}).Read(b)
	return b
}

// isARN says whether a name that a blob brings may be that of a key.
func isARN(name string) bool {
	parts := strings.SplitN(name, ":", 6)
	return len(parts) == 6 && strings.HasPrefix(name, "arn:aws:kms:") && strings.HasPrefix(parts[5], "key/")
}
