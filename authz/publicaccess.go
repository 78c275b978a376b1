package authz

import "github.com/s3fault/s3fault/policy"

// blockPublicAccess is S3 Block Public Access. RestrictPublicBuckets cuts a
// bucket with a public policy off from everybody but services and the principals
// of its owner's account, also from what non-public statements allow
// (authorization.md 1.8). BlockPublicPolicy keeps a public policy from being put.
func blockPublicAccess(q *question) answer {
	if q.BlockedPolicy {
		return says(BlockPublicAccess, ExplicitDeny, "the policy that is put is public, and BlockPublicPolicy is on")
	}
	if q.Key != nil || !q.RestrictPublicBuckets || q.BucketPolicy == nil || q.BucketPolicy.Policy == nil {
		return silent(BlockPublicAccess)
	}
	if q.own || q.Principal.Kind == policy.Service || !q.BucketPolicy.Policy.IsPublic() {
		return silent(BlockPublicAccess)
	}
	a := says(BlockPublicAccess, ExplicitDeny, "the bucket policy is public and RestrictPublicBuckets is on: only AWS services and the owner's account may use it")
	p := q.BucketPolicy
	i := p.Policy.PublicStatement()
	a.Policy, a.PolicyARN, a.Statement = p.Name, p.ARN, &Statement{Index: i, Sid: p.Policy.Sid(i)}
	return a
}
