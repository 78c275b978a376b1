package checksum

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
)

// Claim is what a request says of the bytes that it sends.
type Claim struct {
	MD5       []byte // of Content-MD5; nil: none
	Algorithm *Algorithm
	Value     string // base64, from a header
	Trailer   bool   // the value follows the body
}

// InvalidValue refuses a header with a checksum, or the name of an algorithm.
func InvalidValue(header string) error {
	return s3err.New(s3err.InvalidRequest).WithMessage("Value for " + header + " header is invalid.")
}

// ContentMD5 reads the Content-MD5 header; nil when there is none.
func ContentMD5(value string) ([]byte, error) {
	if value == "" {
		return nil, nil
	}
	sum, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(sum) != 16 {
		return nil, s3err.New(s3err.InvalidDigest, s3err.E("Content-MD5", value))
	}
	return sum, nil
}

// TrailerNames says whether x-amz-trailer announces the header.
func TrailerNames(h http.Header, name string) bool {
	for _, line := range h["X-Amz-Trailer"] {
		for n := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(n), name) {
				return true
			}
		}
	}
	return false
}

// Expected is the sum that the body must have, from the header or, once the body
// has been read, from its trailer; empty when none was claimed.
func (k Claim) Expected(trailer http.Header) (string, error) {
	if !k.Trailer {
		return k.Value, nil
	}
	value := strings.TrimSpace(trailer.Get(k.Algorithm.Header()))
	if value == "" {
		return "", s3err.New(s3err.MalformedTrailerError)
	}
	if _, ok := k.Algorithm.Decode(value); !ok {
		return "", s3err.New(s3err.InvalidRequest).WithMessage("Value for " + k.Algorithm.Header() + " trailing header is invalid.")
	}
	return value, nil
}

// BadDigest is the answer to a body that has not the claimed checksum.
func BadDigest(name string) error {
	return s3err.New(s3err.BadDigest).WithMessage("The " + name + " you specified did not match the calculated checksum.")
}
