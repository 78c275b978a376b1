package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// acceleration is a refusal in the words that S3 has for its Transfer Acceleration (S3 API
// Reference, "Error responses"; configurations.md 4.2).
func acceleration(is string) error {
	return s3err.New(s3err.InvalidRequest).WithMessage("S3 Transfer Acceleration is " + is)
}

// accelerable refuses acceleration to a bucket that no certificate of its is for (S3 User
// Guide, "Requirements for using Amazon S3 Transfer Acceleration").
func accelerable(_ *Call, b *world.Bucket, _ *world.Acceleration) error {
	if strings.Contains(b.Name, ".") {
		return acceleration("not supported for buckets with periods (.) in their names")
	}
	return nil
}

// accelerated refuses a request that came to the endpoint of Transfer Acceleration for a
// bucket that has none; which of its reasons comes first is [unsure].
func accelerated(c *Call) error {
	b := c.State().Buckets[c.Bucket]
	switch {
	case !c.Address.Accelerated:
		return nil
	case c.Address.Bucket == "":
		return s3err.New(s3err.InvalidRequest).WithMessage(
			"The Amazon S3 Transfer Acceleration endpoint supports only virtual style requests.")
	case b == nil:
		return nil
	case b.Acceleration == nil:
		return acceleration("not configured on this bucket")
	case *b.Acceleration == world.AccelerationSuspended:
		return acceleration("disabled on this bucket")
	}
	return nil
}
