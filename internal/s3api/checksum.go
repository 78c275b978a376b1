package s3api

import (
	"errors"

	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/world"
)

// moreChecksums says whether S3 has the younger algorithms in the call's world.
func moreChecksums(c *Call) bool { return c.State().Answers.Has(world.MoreChecksums) }

// claimed is what the request says of the bytes of its body. PutObject tells a wrong
// Content-MD5 in hex, and only UploadPart as it was sent (recorded). What the SDK says of
// a checksum of CompleteMultipartUpload counts for nothing (versitygw#1345).
func claimed(c *Call) (checksum.Claim, error) {
	k, err := checksum.Claimed(c.header, c.Request.Header, moreChecksums(c))
	if errors.Is(err, checksum.ErrTrailerUnsupported) {
		return k, authentication.Refusal(err, c.State().Answers)
	}
	k.AsSent = c.Op.asSent
	if err == nil && !c.Op.sums {
		err = k.AgreesWithSDK(c.header)
	}
	return k, err
}
