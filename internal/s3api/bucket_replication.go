package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// passesRole asks whether the caller may hand S3 the role of a replication (S3 User Guide,
// "Setting up permissions for live replication").
func passesRole(c *Call, r *world.Replication) []*authz.Request {
	if c.account() == "" {
		return nil // who has no account has no roles to pass, which replicable says
	}
	return []*authz.Request{
		c.about("iam:PassRole", r.Role, []condition{{"iam:PassedToService", []string{"s3.amazonaws.com"}}}),
	}
}

// replicable refuses a replication where there are no versions to copy, or none to be
// (configurations.md 3.2 and 3.3).
func replicable(c *Call, b *world.Bucket, r *world.Replication) error {
	if b.Versioning != world.VersioningEnabled {
		return s3err.New(s3err.InvalidRequest).WithMessage(
			"Versioning must be 'Enabled' on the bucket to apply a replication configuration")
	}
	if c.account() == "" {
		return s3err.New(s3err.AccessDenied)
	}
	for i := range r.Rules {
		to := c.State().Buckets[r.Rules[i].Destination.Bucket]
		switch {
		case to == nil || to.Versioning != world.VersioningEnabled:
			return s3err.New(s3err.InvalidRequest).WithMessage("Destination bucket must have versioning enabled.")
		case to.Name == b.Name: // the words [unsure]
			return s3err.New(s3err.InvalidRequest).WithMessage(
				"Destination bucket cannot be the same as the source bucket.")
		}
	}
	return nil
}
