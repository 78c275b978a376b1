package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// offers says whether S3 has the algorithm in the call's world.
func (c *Call) offers(a *checksum.Algorithm) bool {
	return !a.Younger || c.State().Answers.Has(world.MoreChecksums)
}

// claimed reads Content-MD5, x-amz-checksum-*, x-amz-trailer and
// x-amz-sdk-checksum-algorithm.
func (c *Call) claimed() (checksum.Claim, error) {
	var k checksum.Claim
	var err error
	if k.MD5, err = checksum.ContentMD5(c.header("Content-MD5")); err != nil {
		return k, err
	}
	for _, a := range checksum.All {
		sent := c.header(a.Header())
		trails := checksum.TrailerNames(c.Request.Header, a.Header())
		switch {
		case sent == "" && !trails:
			continue
		case !c.offers(a) && trails:
			return k, authentication.Refusal(&sigv4.Error{Reason: sigv4.TrailerUnsupported}, c.State().Answers)
		case !c.offers(a): // a header like any that S3 does not know
			continue
		}
		if k.Algorithm != nil || sent != "" && trails {
			return k, s3err.New(s3err.InvalidRequest).WithMessage("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		k.Algorithm, k.Value, k.Trailer = a, sent, trails
	}
	if k.Value != "" {
		if _, ok := k.Algorithm.Decode(k.Value); !ok {
			return k, checksum.InvalidValue(k.Algorithm.Header())
		}
	}
	return k, c.agreesWithSDK(k)
}

// sdkAlgorithmHeader is in which SDKs say which checksum they send.
const sdkAlgorithmHeader = "x-amz-sdk-checksum-algorithm"

// agreesWithSDK holds the checksum of a request against the algorithm that the SDK says
// it has used (recorded by OpenStack Swift's tests and in versitygw#1593 and #1659; the
// API Reference has 400 without a code, and calls a wrong name a BadDigest). To
// CompleteMultipartUpload it says nothing (versitygw#1345).
func (c *Call) agreesWithSDK(k checksum.Claim) error {
	name := c.header(sdkAlgorithmHeader)
	switch {
	case name == "" || c.Op.sums:
		return nil
	case k.Algorithm == nil:
		return s3err.New(s3err.InvalidRequest).WithMessage(sdkAlgorithmHeader + " specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	case !strings.EqualFold(name, k.Algorithm.Name):
		return checksum.InvalidValue(sdkAlgorithmHeader)
	}
	return nil
}
