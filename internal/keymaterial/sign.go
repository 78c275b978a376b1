package keymaterial

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // RSAES_OAEP_SHA_1
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// TooLong says that RSA takes no more than Most bytes at once.
type TooLong struct{ Most int }

func (e *TooLong) Error() string { return "keymaterial: the message is too long for RSA" }

// ErrDigest says that a digest is not as long as the algorithm's.
var ErrDigest = errors.New("keymaterial: the digest is of another length")

// hashOf is the hash that the name of an algorithm ends with.
func hashOf(algorithm string) crypto.Hash {
	switch {
	case strings.HasSuffix(algorithm, "SHA_1"):
		return crypto.SHA1
	case strings.HasSuffix(algorithm, "SHA_384"):
		return crypto.SHA384
	case strings.HasSuffix(algorithm, "SHA_512"):
		return crypto.SHA512
	}
	return crypto.SHA256
}

// EncryptRSA encrypts with the public key. Errors: ErrNone, TooLong.
func EncryptRSA(k *world.Key, algorithm string, plaintext []byte) ([]byte, error) {
	key, err := rsaOf(k)
	if err != nil {
		return nil, err
	}
	h := hashOf(algorithm)
	if most := key.Size() - 2*h.Size() - 2; len(plaintext) > most {
		return nil, &TooLong{most}
	}
	return rsa.EncryptOAEP(h.New(), rand.Reader, &key.PublicKey, plaintext, nil)
}

// DecryptRSA decrypts with the private key. Errors: ErrNone, ErrNotOpened.
func DecryptRSA(k *world.Key, algorithm string, ciphertext []byte) ([]byte, error) {
	key, err := rsaOf(k)
	if err != nil {
		return nil, err
	}
	plain, err := rsa.DecryptOAEP(hashOf(algorithm).New(), nil, key, ciphertext, nil)
	if err != nil {
		return nil, ErrNotOpened
	}
	return plain, nil
}

func rsaOf(k *world.Key) (*rsa.PrivateKey, error) {
	signer, err := pairs.of(k)
	if err != nil {
		return nil, err
	}
	key, ok := signer.(*rsa.PrivateKey)
	if !ok {
		return nil, ErrNone
	}
	return key, nil
}

// Sign signs a message, or its digest. Errors: ErrNone, ErrDigest.
func Sign(k *world.Key, algorithm string, message []byte, isDigest bool) ([]byte, error) {
	signer, err := pairs.of(k)
	if err != nil {
		return nil, err
	}
	if message, err = digest(algorithm, message, isDigest); err != nil {
		return nil, err
	}
	return signer.Sign(rand.Reader, message, options(algorithm))
}

// Verify says whether a signature is one of the message, or its digest. Errors: ErrNone,
// ErrDigest.
func Verify(k *world.Key, algorithm string, message, signature []byte, isDigest bool) (bool, error) {
	signer, err := pairs.of(k)
	if err != nil {
		return false, err
	}
	if message, err = digest(algorithm, message, isDigest); err != nil {
		return false, err
	}
	switch public := signer.Public().(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(public, message, signature), nil
	case ed25519.PublicKey:
		return ed25519.VerifyWithOptions(public, message, signature, options(algorithm).(*ed25519.Options)) == nil, nil
	case *rsa.PublicKey:
		if pss, ok := options(algorithm).(*rsa.PSSOptions); ok {
			return rsa.VerifyPSS(public, pss.Hash, message, signature, pss) == nil, nil
		}
		return rsa.VerifyPKCS1v15(public, hashOf(algorithm), message, signature) == nil, nil
	}
	return false, ErrNone
}

// pure is the one algorithm that signs messages themselves.
const pure = "ED25519_SHA_512"

func digest(algorithm string, message []byte, isDigest bool) ([]byte, error) {
	h := hashOf(algorithm)
	switch {
	case algorithm == pure:
		return message, nil
	case isDigest && len(message) != h.Size():
		return nil, ErrDigest
	case isDigest:
		return message, nil
	}
	d := h.New()
	d.Write(message)
	return d.Sum(nil), nil
}

func options(algorithm string) crypto.SignerOpts {
	h := hashOf(algorithm)
	switch {
	case algorithm == pure:
		return &ed25519.Options{}
	case strings.HasPrefix(algorithm, "ED25519"):
		return &ed25519.Options{Hash: crypto.SHA512}
	case strings.HasPrefix(algorithm, "RSASSA_PSS"):
		return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: h}
	}
	return h
}
