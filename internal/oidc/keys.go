// Package oidc plays OpenID Connect providers: the key of a world, the tokens that it
// signs, and what verifiers ask a provider for. It says whether a token can be read and
// was signed with the key; what is in one is for who takes it to judge.
package oidc

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// algorithm is the only one that tokens are signed with, and may be.
const algorithm = "RS256"

// keyBits is the size of a key.
const keyBits = 2048

// Signer is the key of a server, made when it is first used: a key takes long. It is safe
// for concurrent use.
type Signer func() (*rsa.PrivateKey, error)

// NewSigner is a key of its own.
func NewSigner() Signer {
	return sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) })
}

// Once is a key that is had from elsewhere, when it is first used.
func Once(key func() (*rsa.PrivateKey, error)) Signer { return sync.OnceValues(key) }

// Keys is what all providers of a world sign with: the server's key, under an id of the
// world's own. The id is in what is signed, so no token is good for two worlds. It is safe
// for concurrent use.
type Keys struct {
	key Signer
	id  string
}

// NewKeys is the key under an id, which nobody else has.
func NewKeys(key Signer, id string) *Keys { return &Keys{key, id} }

// Has says whether the id is that of the key. It makes none.
func (k *Keys) Has(id string) bool { return k.id == id }

// Sign is a token with the claims, signed.
func (k *Keys) Sign(claims map[string]any) (string, error) {
	key, err := k.key()
	if err != nil {
		return "", err
	}
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	t.Header["kid"] = k.id
	return t.SignedString(key)
}

// ErrKey says of a token that it was signed with a key that the provider does not have,
// ErrSignature that the signature is not the key's.
var (
	ErrKey       = errors.New("the token names a key that its provider does not have")
	ErrSignature = errors.New("the token was not signed with the key that it names")
)

// Verify holds a token's signature against the key. Errors: ErrKey, ErrSignature, and that
// there can be no key.
func (k *Keys) Verify(t *Token) error {
	if t.Algorithm != algorithm || !k.Has(t.KeyID) {
		return ErrKey
	}
	key, err := k.key()
	if err != nil {
		return err
	}
	if jwt.SigningMethodRS256.Verify(t.signed, t.signature, &key.PublicKey) != nil {
		return ErrSignature
	}
	return nil
}

// JWK is the public half of a key, as RFC 7517 has it.
type JWK struct {
	Type      string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	ID        string `json:"kid"`
	Modulus   string `json:"n"`
	Exponent  string `json:"e"`
}

// Set is the keys that a provider signs with.
type Set struct {
	Keys []JWK `json:"keys"`
}

// Set is the key for who verifies tokens.
func (k *Keys) Set() (*Set, error) {
	key, err := k.key()
	if err != nil {
		return nil, err
	}
	number := base64.RawURLEncoding.EncodeToString
	exponent := big.NewInt(int64(key.E)).Bytes()
	return &Set{[]JWK{{"RSA", "sig", algorithm, k.id, number(key.N.Bytes()), number(exponent)}}}, nil
}

// Discovery is what a provider says of itself (OpenID Connect Discovery 1.0, section 3).
type Discovery struct {
	Issuer        string   `json:"issuer"`
	JWKS          string   `json:"jwks_uri"`
	ResponseTypes []string `json:"response_types_supported"`
	SubjectTypes  []string `json:"subject_types_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Claims        []string `json:"claims_supported"`
}

// Discover is what the provider of an issuer says of itself, whose keys are at jwks.
func Discover(issuer, jwks string) *Discovery {
	return &Discovery{
		Issuer: issuer, JWKS: jwks, ResponseTypes: []string{"id_token"}, SubjectTypes: []string{"public"},
		Algorithms: []string{algorithm}, Claims: []string{"iss", "sub", "aud", "azp", "iat", "nbf", "exp", "amr"},
	}
}
