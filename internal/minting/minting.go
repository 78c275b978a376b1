// Package minting makes temporary credentials that nobody can guess, in the form of AWS's.
package minting

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
)

// Bare is how many bytes are behind a session token that carries neither policies nor
// tags; AWS's differ. [unsure]
const Bare = 220

// Keys are a new access key id and its secret.
func Keys() (id, secret string) {
	return "ASIA" + base32.StdEncoding.EncodeToString(random(10)), base64.StdEncoding.EncodeToString(random(30))
}

// Token is a new session token with so many bytes behind it.
func Token(behind int) string { return base64.StdEncoding.EncodeToString(random(behind)) }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}
