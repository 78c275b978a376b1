package wire

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/s3fault/s3fault/internal/s3err"
)

// tokenCheck is how many bytes of a continuation token tell it from a text that
// a client made up, or took from the list of something else.
const tokenCheck = 6

// SealToken makes a continuation token of the last name of a page of that list.
func SealToken(list, name string) string {
	sum := sha256.Sum256([]byte("continuation token\x00" + list + "\x00" + name))
	return base64.StdEncoding.EncodeToString(append(sum[:tokenCheck:tokenCheck], name...))
}

func OpenToken(list, token string) (string, bool) {
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(raw) <= tokenCheck {
		return "", false
	}
	name := string(raw[tokenCheck:])
	return name, SealToken(list, name) == token
}

// BadToken refuses a continuation token; S3 does not repeat it (recorded).
func BadToken() error {
	return s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", "continuation-token")).
		WithMessage("The continuation token provided is incorrect")
}
