package authz

import "github.com/s3fault/s3fault/policy"

// The parts of the layer block-public-access: its four settings (S3 API Reference,
// "PublicAccessBlockConfiguration").
const (
	PartBlockPublicPolicy     = "BlockPublicPolicy"
	PartBlockPublicACLs       = "BlockPublicAcls"
	PartIgnorePublicACLs      = "IgnorePublicAcls"
	PartRestrictPublicBuckets = "RestrictPublicBuckets"
)

// blockPublicAccess is S3 Block Public Access. BlockPublicPolicy and
// BlockPublicAcls keep what is public from being put, IgnorePublicAcls takes from
// an ACL what it gives to the public, RestrictPublicBuckets cuts off a bucket with
// a public policy (authorization.md 1.8).
func blockPublicAccess(q *question) answer {
	switch {
	case q.Key != nil:
		return silent(BlockPublicAccess)
	case q.BlockedPolicy:
		return setting(PartBlockPublicPolicy, ExplicitDeny, "the policy that is put is public, and BlockPublicPolicy is on")
	case q.BlockedACL:
		return setting(PartBlockPublicACLs, ExplicitDeny, "the ACL that is put is public, and BlockPublicAcls is on")
	case q.cutOff():
		return cutOff(q)
	case q.ignored():
		return setting(PartIgnorePublicACLs, ImplicitDeny, "the ACL would allow it to the public, and IgnorePublicAcls is on")
	}
	return silent(BlockPublicAccess)
}

// setting is what one of the four settings says.
func setting(part string, effect Effect, detail string) answer {
	a := says(BlockPublicAccess, effect, detail)
	a.Part = part
	return a
}

// cutOff says whether RestrictPublicBuckets keeps the requester out: everybody but
// services and the principals of the owner's account, also from what non-public
// statements of the policy allow.
func (q *question) cutOff() bool {
	if !q.RestrictPublicBuckets || q.BucketPolicy == nil || q.BucketPolicy.Policy == nil {
		return false
	}
	return !q.bucketOwners() && q.Principal.Kind != policy.Service && q.BucketPolicy.Policy.IsPublic()
}

// cutOff names the statement that makes the policy public. Whether that one matches
// the request is no matter, so nothing of it is compared.
func cutOff(q *question) answer {
	a := setting(PartRestrictPublicBuckets, ExplicitDeny, "the bucket policy is public and RestrictPublicBuckets is on: only AWS services and the owner's account may use it")
	p := q.BucketPolicy
	i := p.Policy.PublicStatement()
	a.Policy, a.PolicyARN, a.Statement = p.Name, p.ARN, &Statement{Index: i, Sid: p.Policy.Sid(i)}
	return a
}

// ignored says whether an ACL gives what is asked for to the public alone, and
// IgnorePublicAcls takes it away.
func (q *question) ignored() bool {
	by, ok := q.aclAction()
	if !ok || !q.ACLs.IgnorePublic || by.object && q.Object == nil || by.permission == Write && q.overwritesAnother() {
		return false
	}
	grant, _ := q.granted(by, false)
	public, _ := q.granted(by, true)
	return grant == nil && public != nil
}
