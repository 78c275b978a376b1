// Package configuration has the documents in which a bucket is configured: each is read
// into a value of internal/world, refused in S3's words, and written from it again. A
// file each; none knows a call.
package configuration

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// Kind is one configuration that a bucket has whole, or has not.
type Kind[V any] struct {
	// Of is where it stands in a bucket; nil there: the bucket has none.
	Of func(*world.Bucket) **V
	// Read makes the value of a request's body.
	Read func(text []byte) (*V, error)
	// Write is its document, to be marshalled; of nil where None is the zero Code.
	Write func(*V) any
	// None is what a bucket without one answers; zero: the document of nil.
	None s3err.Code
	// Told puts the headers into a reply that tell of the value; nil: there are none.
	Told func(*V, http.Header)
	// Digested: a request that gives the document gives its Content-MD5 or a checksum too, and this
	// is what S3 says is missing otherwise; empty: it need not.
	Digested string
	// Longest is the most bytes of the document; 0: AWS documents none. What S3 says of a
	// longer one is [unsure].
	Longest int
}

// What S3 says is missing of a request that gives neither: of older operations, and of those that
// were seen since checksums are taken in the place of the digest (versitygw#1301).
const (
	LacksMD5    = "Content-MD5"
	LacksDigest = "Content-MD5 OR x-amz-checksum-*"
)

// read reads a document with that root element into a struct, which is its schema.
func read[D any](root string, text []byte) (*D, error) {
	if len(text) == 0 {
		return nil, s3err.New(s3err.MissingRequestBodyError)
	}
	into := new(D)
	return into, wire.ParseSchema(bytes.NewReader(text), root, into)
}

// integer is an Integer of S3's API: 32 bits, in digits.
type integer int

// UnmarshalText reads an integer as documents have it: without a plus sign.
func (i *integer) UnmarshalText(text []byte) error {
	digits := strings.TrimSpace(string(text))
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || digits[0] == '+' {
		return malformed()
	}
	*i = integer(n)
	return nil
}
