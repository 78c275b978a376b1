package trail

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// cloudTrail is who writes log files.
var cloudTrail = policy.Principal{Kind: policy.Service, Service: "cloudtrail.amazonaws.com"}

// MayPut asks whether CloudTrail may put a log file of the trail into a bucket
// (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail").
func MayPut(s *world.State, t *world.Trail, b *world.Bucket, key string, at time.Time) *authz.Request {
	r := ask(s, t, b, "s3:PutObject", arnPrefix+b.Name+"/"+key, at)
	r.Context.Set("s3:x-amz-acl", "bucket-owner-full-control")
	return r
}

// MayLook asks whether CloudTrail may read the bucket's ACL, which it does before
// there is a trail.
func MayLook(s *world.State, t *world.Trail, b *world.Bucket, at time.Time) *authz.Request {
	return ask(s, t, b, "s3:GetBucketAcl", arnPrefix+b.Name, at)
}

func ask(s *world.State, t *world.Trail, b *world.Bucket, action, resource string, at time.Time) *authz.Request {
	a := &asker.Asker{
		State: s, Now: at, Principal: &cloudTrail, Region: b.Region, Secure: true,
		Caller: &world.Caller{SourceARN: t.ARN(), SourceAccount: t.Account},
	}
	r := a.Question(action, resource, authz.Target{ResourceAccount: b.Owner, BucketPolicy: b.Policy, RCPs: s.RCPs(b.Owner)})
	r.Context = a.Keys()
	a.SetOwner(r.Context, b.Owner)
	r.Context.Set("s3:ResourceAccount", b.Owner)
	a.SetBucketTags(r.Context, b)
	return r
}
