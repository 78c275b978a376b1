package authz

import (
	"cmp"

	"github.com/s3fault/s3fault/policy"
)

// The four settings of Block Public Access (S3 API Reference,
// "PublicAccessBlockConfiguration").
const (
	BlockPublicPolicy     = "BlockPublicPolicy"
	BlockPublicACLs       = "BlockPublicAcls"
	IgnorePublicACLs      = "IgnorePublicAcls"
	RestrictPublicBuckets = "RestrictPublicBuckets"
)

// The parts of the layer: where a setting is on.
const (
	PartBucket       = "bucket"
	PartAccount      = "account"
	PartOrganization = "organization"
)

// PublicAccessParts says of each setting that is on in which part it is.
type PublicAccessParts struct {
	BlockPublicPolicy, BlockPublicACLs, IgnorePublicACLs, RestrictPublicBuckets string
}

func (p *PublicAccessParts) of(setting string) string {
	switch setting {
	case BlockPublicPolicy:
		return p.BlockPublicPolicy
	case BlockPublicACLs:
		return p.BlockPublicACLs
	case IgnorePublicACLs:
		return p.IgnorePublicACLs
	}
	return p.RestrictPublicBuckets
}

// blockPublicAccess is S3 Block Public Access. BlockPublicPolicy and
// BlockPublicAcls keep what is public from being put, IgnorePublicAcls takes from
// an ACL what it gives to the public, RestrictPublicBuckets cuts off a bucket with
// a public policy (authorization.md 1.8). Who may not change an account's own is told so
// here too.
func blockPublicAccess(q *question) answer {
	if q.Key != nil {
		return silent(BlockPublicAccess)
	}
	a := blocked(q)
	a.ignores = a.Effect == ImplicitDeny || a.Effect == ExplicitDeny && q.ignored()
	return a
}

// blocked is what the first of the settings says that is in the way.
func blocked(q *question) answer {
	switch {
	case q.Managed:
		a := says(BlockPublicAccess, ExplicitDeny,
			"the organization sets the account's Block Public Access, and the account cannot change it")
		a.Part = PartOrganization
		return a
	case q.BlockedPolicy:
		return setting(q, BlockPublicPolicy, ExplicitDeny, "the policy that is put is public, and BlockPublicPolicy is on")
	case q.BlockedACL:
		return setting(q, BlockPublicACLs, ExplicitDeny, "the ACL that is put is public, and BlockPublicAcls is on")
	case q.cutOff():
		return cutOff(q)
	case q.ignored():
		return setting(q, IgnorePublicACLs, ImplicitDeny, "the ACL would allow it to the public, and IgnorePublicAcls is on")
	}
	return silent(BlockPublicAccess)
}

// setting is what one of the four settings says. Where it is not known whose it is, it
// names itself as the part.
func setting(q *question, name string, effect Effect, detail string) answer {
	a := says(BlockPublicAccess, effect, detail)
	a.Part, a.Setting = cmp.Or(q.PublicAccessParts.of(name), name), name
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
	a := setting(q, RestrictPublicBuckets, ExplicitDeny,
		"the bucket policy is public and RestrictPublicBuckets is on: only AWS services and the owner's account may use it")
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
