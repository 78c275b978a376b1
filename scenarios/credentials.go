package scenarios

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// Keys that a file leaves out are derived from the names of world and caller, so
// that they are the same at every start and on every machine.

// derivedKeyID has the form of AWS's: AKIA for long-term keys, ASIA for temporary
// ones, and 16 characters.
func derivedKeyID(worldName, caller string, temporary bool) string {
	prefix := "AKIA"
	if temporary {
		prefix = "ASIA"
	}
	return prefix + world.Letters(16, "access key", worldName, caller)
}

// derivedSecret is 40 characters of base64, as AWS's secrets are.
func derivedSecret(worldName, caller string) string {
	return base64.StdEncoding.EncodeToString(stretch(30, "secret", worldName, caller))
}

// derivedToken is as long and has the letters of a real session token, + and /
// included, because programs trip over those.
func derivedToken(worldName, caller string) string {
	return base64.StdEncoding.EncodeToString(stretch(220, "token", worldName, caller))
}

// stretch derives n bytes from the parts.
func stretch(n int, parts ...string) []byte {
	block := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	out := append([]byte{}, block[:]...)
	for len(out) < n {
		block = sha256.Sum256(block[:])
		out = append(out, block[:]...)
	}
	return out[:n]
}
