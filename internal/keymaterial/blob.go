package keymaterial

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/world"
)

// A ciphertext blob is a version, the key's ARN with its length, which generation of the
// key's material it is of and that one's id, a nonce, and what AES-256-GCM made. All that
// stands before the nonce, and the encryption context, are authenticated.
const (
	blobVersion = 1
	arnLength   = 2
	idLength    = 32
	nonceLength = 12
)

// Blob is what a ciphertext blob says of itself. None of it is proved before Open.
type Blob struct {
	KeyARN     string
	Generation int
	MaterialID string // 64 hex digits

	header, nonce, sealed []byte
}

// ErrNotOpened says that a blob is not of that key and encryption context, or was changed.
var ErrNotOpened = errors.New("keymaterial: the ciphertext does not open")

// Seal encrypts with the key's material of that generation. The context must be given
// again to open it.
func Seal(k *world.Key, generation int, context map[string]string, plaintext []byte) []byte {
	header := []byte{blobVersion}
	header = binary.BigEndian.AppendUint16(header, uint16(len(k.ARN)))
	header = append(header, k.ARN...)
	header = binary.BigEndian.AppendUint32(header, uint32(generation))
	header = append(header, derive("id", Of(k), generation)...)
	nonce := make([]byte, nonceLength)
	_, _ = rand.Read(nonce) // it never fails
	return gcm(Of(k), generation).Seal(append(header, nonce...), nonce, plaintext, bound(header, context))
}

// Read takes a blob apart; false: it is none.
func Read(blob []byte) (b Blob, ok bool) {
	if len(blob) < 1+arnLength || blob[0] != blobVersion {
		return b, false
	}
	arn := int(binary.BigEndian.Uint16(blob[1:]))
	at := 1 + arnLength + arn
	end := at + 4 + idLength
	if len(blob) < end+nonceLength {
		return b, false
	}
	b = Blob{
		KeyARN: string(blob[1+arnLength : at]), Generation: int(binary.BigEndian.Uint32(blob[at:])),
		MaterialID: hex.EncodeToString(blob[at+4 : end]),
		header:     blob[:end:end], nonce: blob[end : end+nonceLength], sealed: blob[end+nonceLength:],
	}
	return b, isARN(b.KeyARN)
}

// Open decrypts with the key's material. Error: ErrNotOpened.
func (b *Blob) Open(k *world.Key, context map[string]string) ([]byte, error) {
	if b.MaterialID != ID(Of(k), b.Generation) {
		return nil, ErrNotOpened
	}
	plain, err := gcm(Of(k), b.Generation).Open(nil, b.nonce, b.sealed, bound(b.header, context))
	if err != nil {
		return nil, ErrNotOpened
	}
	return plain, nil
}

func gcm(name string, generation int) cipher.AEAD {
	block, err := aes.NewCipher(derive("encrypt", name, generation))
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16 bytes
	}
	return aead
}

// bound is what is authenticated: the header, and the context in order of its names.
func bound(header []byte, context map[string]string) []byte {
	all := slices.Clone(header)
	for _, name := range slices.Sorted(maps.Keys(context)) {
		for _, part := range []string{name, context[name]} {
			all = binary.BigEndian.AppendUint32(all, uint32(len(part)))
			all = append(all, part...)
		}
	}
	return all
}
