package keymaterial

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"math/big"
	"sync"

	"github.com/s3fault/s3fault/internal/world"
)

// ErrNone says that there is no cryptography here for keys of that spec.
var ErrNone = errors.New("keymaterial: no cryptography for this key spec")

var (
	curves = map[string]elliptic.Curve{
		"ECC_NIST_P256": elliptic.P256(), "ECC_NIST_P384": elliptic.P384(), "ECC_NIST_P521": elliptic.P521(),
	}
	modulus = map[string]int{"RSA_2048": 2048, "RSA_3072": 3072, "RSA_4096": 4096}
)

const edwards = "ECC_NIST_EDWARDS25519"

// NewPair is a random key pair: the private key as PKCS #8, the public one as
// SubjectPublicKeyInfo, both DER. Error: ErrNone.
func NewPair(spec string) (private, public []byte, err error) {
	var signer crypto.Signer
	switch {
	case curves[spec] != nil:
		signer, err = ecdsa.GenerateKey(curves[spec], rand.Reader)
	case modulus[spec] != 0:
		signer, err = rsa.GenerateKey(rand.Reader, modulus[spec])
	case spec == edwards:
		_, signer, err = ed25519.GenerateKey(rand.Reader)
	default:
		return nil, nil, ErrNone
	}
	if err != nil {
		return nil, nil, err
	}
	if private, err = x509.MarshalPKCS8PrivateKey(signer); err != nil {
		return nil, nil, err
	}
	public, err = x509.MarshalPKIXPublicKey(signer.Public())
	return private, public, err
}

// Public is the public key of an asymmetric key, SubjectPublicKeyInfo as DER. Error:
// ErrNone.
func Public(k *world.Key) ([]byte, error) {
	signer, err := pairs.of(k)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKIXPublicKey(signer.Public())
}

// pairs spares deriving private keys again, which of RSA takes its time.
var pairs = memo{known: map[string]func() (crypto.Signer, error){}}

// memo remembers private keys by spec and name. It is safe for concurrent use: who wants a
// key that is being made waits for it, and nobody else does.
type memo struct {
	mu    sync.Mutex
	known map[string]func() (crypto.Signer, error)
}

const maxKnown = 256

func (m *memo) of(k *world.Key) (crypto.Signer, error) { return m.maker(k.Spec, Of(k))() }

// maker makes the key when it is called first.
func (m *memo) maker(spec, of string) func() (crypto.Signer, error) {
	name := spec + " " + of
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.known[name]; known != nil {
		return known
	}
	if len(m.known) == maxKnown {
		clear(m.known)
	}
	m.known[name] = sync.OnceValues(func() (crypto.Signer, error) { return newSigner(spec, of) })
	return m.known[name]
}

func newSigner(spec, name string) (crypto.Signer, error) {
	switch {
	case curves[spec] != nil:
		return newScalar(curves[spec], name)
	case modulus[spec] != 0:
		return newModulus(modulus[spec], name)
	case spec == edwards:
		return ed25519.NewKeyFromSeed(take("edwards", name, ed25519.SeedSize)), nil
	}
	return nil, ErrNone
}

// newScalar derives the private key of an elliptic curve.
func newScalar(curve elliptic.Curve, name string) (crypto.Signer, error) {
	order := new(big.Int).Sub(curve.Params().N, big.NewInt(1))
	size := (curve.Params().BitSize + 7) / 8
	d := new(big.Int).SetBytes(take(curve.Params().Name, name, size+8))
	d.Mod(d, order).Add(d, big.NewInt(1))
	return ecdsa.ParseRawPrivateKey(curve, d.FillBytes(make([]byte, size)))
}

// exponent is that of all RSA keys.
const exponent = 65537

// newModulus derives an RSA key of so many bits.
func newModulus(bits int, name string) (crypto.Signer, error) {
	primes := &stream{purpose: "rsa", name: name}
	p, q := primes.prime(bits/2), primes.prime(bits/2)
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: exponent},
		D:         new(big.Int).ModInverse(big.NewInt(exponent), phi), Primes: []*big.Int{p, q},
	}
	key.Precompute()
	return key, key.Validate()
}

// prime is the next prime of the stream with so many bits, the two highest of them set, by
// which the product of two has twice as many; and one that the exponent goes with.
func (s *stream) prime(bits int) *big.Int {
	b := make([]byte, bits/8)
	_, _ = s.Read(b)
	b[0] |= 0xc0
	b[len(b)-1] |= 1
	p, two, one, e := new(big.Int).SetBytes(b), big.NewInt(2), big.NewInt(1), big.NewInt(exponent)
	for ; ; p.Add(p, two) {
		if !p.ProbablyPrime(1) {
			continue
		}
		less := new(big.Int).Sub(p, one)
		if new(big.Int).GCD(nil, nil, less, e).Cmp(one) == 0 {
			return p
		}
	}
}
