package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// loggable refuses a target that cannot take the bucket's logs (configurations.md 1.2 to
// 1.5).
func loggable(c *Call, b *world.Bucket, l *world.Logging) error {
	target, name := c.State().Buckets[l.Bucket], s3err.E("TargetBucket", l.Bucket)
	refused := s3err.New(s3err.InvalidTargetBucketForLogging, name)
	switch {
	case target == nil:
		return refused
	case target.Owner != b.Owner:
		return refused.WithMessage("The owner for the bucket to be logged and the target bucket must be the same.")
	case target.Region != b.Region:
		return crossLocation(b, target)
	case len(l.Grants) > 0 && target.Ownership == world.BucketOwnerEnforced: // the words [unsure]
		return refused.WithMessage("TargetGrants are not supported for a target bucket with " +
			"the bucket owner enforced setting for Object Ownership.")
	case target.Ownership != world.BucketOwnerEnforced && target.Policy == nil && !takesLogs(target):
		return refused.WithMessage(
			"You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket")
	}
	return nil
}

// crossLocation names the regions that are not us-east-1 (recorded).
func crossLocation(b, target *world.Bucket) error {
	var regions []s3err.Extra
	if b.Region != usEast1 {
		regions = append(regions, s3err.E("SourceBucketLocation", b.Region))
	}
	if target.Region != usEast1 {
		regions = append(regions, s3err.E("TargetBucketLocation", target.Region))
	}
	return s3err.New(s3err.CrossLocationLoggingProhibited, regions...)
}

// takesLogs says that the bucket's ACL gives the group of log delivery what it needs.
func takesLogs(b *world.Bucket) bool {
	var writes, reads bool
	for _, g := range b.ACL {
		if g.Grantee.Group != authz.LogDelivery {
			continue
		}
		writes = writes || g.Permission == authz.Write || g.Permission == authz.FullControl
		reads = reads || g.Permission == authz.ReadACP || g.Permission == authz.FullControl
	}
	return writes && reads
}
