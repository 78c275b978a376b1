package checksum

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Claim is what a request says of the bytes that it sends.
type Claim struct {
	MD5       []byte // of Content-MD5; nil: none
	AsSent    bool   // a wrong one is told as it was sent, not in hex
	Algorithm *Algorithm
	Value     string // base64, from a header
	Trailer   bool   // the value follows the body
}

// Header looks a header up by its name; empty: the request does not have it.
type Header = func(name string) string

// The headers about checksums, beside those that carry one.
const (
	AlgorithmHeader = "x-amz-checksum-algorithm"
	TypeHeader      = "x-amz-checksum-type"
	sdkHeader       = "x-amz-sdk-checksum-algorithm" // in which SDKs say which checksum they send
)

// ErrTrailerUnsupported says that a trailer is announced with a checksum that S3 does not
// have.
var ErrTrailerUnsupported error = &sigv4.Error{Reason: sigv4.TrailerUnsupported}

// Claimed reads Content-MD5, x-amz-checksum-* and x-amz-trailer, which may be in sent
// alone. younger: S3 has the younger algorithms. Errors: ErrTrailerUnsupported, and S3's
// own.
func Claimed(header Header, sent http.Header, younger bool) (k Claim, err error) {
	if k.MD5, err = ContentMD5(header("Content-MD5")); err != nil {
		return k, err
	}
	if sum := sent["Content-Md5"]; len(sum) > 0 && sum[0] == "" { // inferred [unsure]
		return k, s3err.New(s3err.InvalidDigest, s3err.E("Content-MD5", ""))
	}
	for _, a := range All {
		value := header(a.Header())
		trails := trailerNames(sent, a.Header())
		switch {
		case value == "" && !trails:
			continue
		case !a.offered(younger) && trails:
			return k, ErrTrailerUnsupported
		case !a.offered(younger): // a header like any that S3 does not know
			continue
		}
		if k.Algorithm != nil || value != "" && trails {
			return k, s3err.New(s3err.InvalidRequest).WithMessage(
				"Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		k.Algorithm, k.Value, k.Trailer = a, value, trails
	}
	if k.Value != "" {
		if _, ok := k.Algorithm.Decode(k.Value); !ok {
			return k, invalidValue(k.Algorithm.Header())
		}
	}
	return k, nil
}

// AgreesWithSDK holds the checksum of a request against the algorithm that the SDK says
// it has used (recorded by OpenStack Swift's tests and in versitygw#1593 and #1659; the
// API Reference has 400 without a code, and calls a wrong name a BadDigest).
func (k Claim) AgreesWithSDK(header Header) error {
	name := header(sdkHeader)
	switch {
	case name == "":
		return nil
	case k.Algorithm == nil:
		return s3err.New(s3err.InvalidRequest).WithMessage(sdkHeader +
			" specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	case !strings.EqualFold(name, k.Algorithm.Name):
		return invalidValue(sdkHeader)
	}
	return nil
}

// invalidValue refuses a header with a checksum, or the name of an algorithm.
func invalidValue(header string) error {
	return s3err.New(s3err.InvalidRequest).
		WithMessage("Value for " + header + " header is invalid.")
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

// trailerNames says whether x-amz-trailer announces the header.
func trailerNames(h http.Header, name string) bool {
	for _, line := range h["X-Amz-Trailer"] {
		for n := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(n), name) {
				return true
			}
		}
	}
	return false
}

// Check holds bytes against the claim: their MD5, and, asked for only where one was
// claimed, their sum by its algorithm. trailer is what followed them.
func (k Claim) Check(got [md5.Size]byte, trailer http.Header, sum func(*Algorithm) string) error {
	if k.MD5 != nil && !bytes.Equal(k.MD5, got[:]) {
		return k.wrongMD5(got)
	}
	want, err := k.expected(trailer)
	if err != nil || want == "" {
		return err
	}
	if got := sum(k.Algorithm); want != got {
		return BadDigest(k.Algorithm.Name, k.Algorithm.Header(), want, got)
	}
	return nil
}

// wrongMD5 tells both digests.
func (k Claim) wrongMD5(got [md5.Size]byte) error {
	expected := hex.EncodeToString(k.MD5)
	if k.AsSent {
		expected = base64.StdEncoding.EncodeToString(k.MD5)
	}
	return s3err.New(s3err.BadDigest,
		s3err.E("ExpectedDigest", expected), s3err.E("CalculatedDigest", base64.StdEncoding.EncodeToString(got[:])))
}

// expected is the sum that the body must have, from the header or, once the body
// has been read, from its trailer; empty when none was claimed.
func (k Claim) expected(trailer http.Header) (string, error) {
	if !k.Trailer {
		return k.Value, nil
	}
	value := strings.TrimSpace(trailer.Get(k.Algorithm.Header()))
	if value == "" {
		return "", s3err.New(s3err.MalformedTrailerError)
	}
	if _, ok := k.Algorithm.Decode(value); !ok {
		return "", s3err.New(s3err.InvalidRequest).
			WithMessage("Value for " + k.Algorithm.Header() + " trailing header is invalid.")
	}
	return value, nil
}

// BadDigest is the answer to a body that has another checksum than its header claims.
func BadDigest(name, header, claimed, got string) error {
	refused := s3err.New(s3err.BadDigest).
		WithMessage("The " + name + " you specified did not match the calculated checksum.")
	return cause.Explain(refused, journal.Cause{
		Text: "the bytes that came have another checksum than the request says: " +
			"they were changed on the way, or summed otherwise",
		Element: header, Wanted: claimed, Seen: got,
		Cures: []journal.Change{
			cause.Cure("sum the very bytes that are sent, after any encoding or compression, and send it in base64."),
		},
	})
}
