package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// The headers by which a request says whose its buckets are. A copy has two.
const (
	expectedBucketOwner       = "X-Amz-Expected-Bucket-Owner"
	sourceExpectedBucketOwner = "X-Amz-Source-Expected-Bucket-Owner"
)

// expectingSource makes the questions about a copy's source those that the source's
// own header speaks of, also where both buckets are one.
func expectingSource(c *Call, questions []*authz.Request) []*authz.Request {
	for _, q := range questions {
		if q.Key == nil {
			q.ExpectedOwner = c.header(sourceExpectedBucketOwner)
		}
	}
	return questions
}

// expectedOwnersReadable refuses what is no account number (s3-errors.md 2.2). An
// operation that has no source does not look at the source's header.
func expectedOwnersReadable(c *Call) error {
	if c.Op.match.on == onService || c.Op.makes {
		return nil
	}
	names := []string{expectedBucketOwner}
	if c.Op.match.header == wire.CopySourceHeader {
		names = append(names, sourceExpectedBucketOwner)
	}
	for _, name := range names {
		if v := c.header(name); v != "" && !world.IsAccountID(v) {
			return s3err.New(s3err.InvalidBucketOwnerAWSAccountID).
				WithMessage("The value of the expected bucket owner parameter must be an AWS Account ID... [" + v + "]")
		}
	}
	return nil
}
