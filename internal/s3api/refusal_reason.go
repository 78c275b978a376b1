package s3api

import (
	"cmp"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/reason"
	"github.com/s3fault/s3fault/internal/s3api/wire"
)

// prevented are the sentences of Block Public Access's own refusals (2.3); those
// of its other two settings are told as a resource-based policy's.
var prevented = map[string]string{
	authz.BlockPublicPolicy: "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
	authz.BlockPublicACLs:   "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.",
}

// actionTold is the action that the message names: the one that was asked for. Of
// what BlockPublicAcls refuses it is the operation where that is CopyObject
// (s3-errors.md 2.1 and 2.3).
func actionTold(c *Call, d *authz.Decision, f *authz.Finding) string {
	if f.Setting == authz.BlockPublicACLs {
		return actionBlocked(c, d.Action)
	}
	return d.Action
}

// actionBlocked is the action that S3 names where a setting of the bucket, not a
// policy, keeps a write out (recorded).
func actionBlocked(c *Call, action string) string { return cmp.Or(c.Op.blockedAs, action) }

// reasonTold is the end of the message about a denial by a policy, from behind the
// resource on (s3-errors.md 2.1).
func reasonTold(c *Call, d *authz.Decision, f *authz.Finding) string {
	if sentence, ok := prevented[f.Setting]; ok {
		return sentence
	}
	// The organization's other accounts are not told of the endpoint's policy.
	b := c.State().Buckets[wire.BucketOf(d.Resource)]
	if f.Layer == authz.VPCEndpoint && b != nil && b.Owner != c.account() {
		return ""
	}
	return reason.Of(d.Action, f, c.State().Answers)
}
