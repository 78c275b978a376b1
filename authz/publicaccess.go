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
	PartAccessPoint  = "access-point"
)

// PublicAccessParts names the part in which each setting is on: PartBucket, PartAccount,
// PartOrganization or PartAccessPoint; empty: the setting is off, or nobody knows where it is on.
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
// a public policy (authorization.md 1.8). It also refuses to change the settings of an
// account whose organization sets them.
func blockPublicAccess(q *question, a *answer) {
	if q.Key == nil {
		a.blocked(q)
		a.ignores = a.Effect == ImplicitDeny || a.Effect == ExplicitDeny && q.ignored()
	}
}

// blocked is what the first setting in the way says.
func (a *answer) blocked(q *question) {
	switch {
	case q.Managed:
		a.says(ExplicitDeny, "the organization sets the account's Block Public Access, and the account cannot change it")
		a.Part = PartOrganization
	case q.BlockedPolicy:
		a.setting(q, BlockPublicPolicy, ExplicitDeny, "the policy that is put is public, and BlockPublicPolicy is on")
	case q.BlockedACL:
		a.setting(q, BlockPublicACLs, ExplicitDeny, "the ACL that is put is public, and BlockPublicAcls is on")
	case q.cutOff():
		a.cutOff(q)
	case q.ignored():
		a.setting(q, IgnorePublicACLs, ImplicitDeny, "the ACL would allow it to the public, and IgnorePublicAcls is on")
	}
}

// setting is what one of the four settings says. Its part is where it is on or, where
// nobody knows that, the setting's own name.
func (a *answer) setting(q *question, name string, effect Effect, detail string) {
	a.says(effect, detail)
	a.Part, a.Setting = cmp.Or(q.PublicAccessParts.of(name), name), name
}

// cutOff says whether RestrictPublicBuckets keeps the requester out. It keeps out
// everybody but services and the principals of the owner's account, even where a
// statement that is not public allows them.
func (q *question) cutOff() bool {
	if !q.RestrictPublicBuckets || q.Principal.Kind == policy.Service {
		return false
	}
	return q.bucketsPublic() != nil || q.pointsPublic() != nil
}

// bucketsPublic is the bucket's policy, where it is public and the requester is not of the
// owner's account; nil: it is not that.
func (q *question) bucketsPublic() *Named {
	if p := q.BucketPolicy; p != nil && p.Policy != nil && !q.bucketOwners() && p.Policy.IsPublic() {
		return p
	}
	return nil
}

// cutOff names the statement that makes the policy public. It need not match the
// request, so nothing of it is compared.
func (a *answer) cutOff(q *question) {
	p, whose := q.bucketsPublic(), "bucket"
	if p == nil {
		p, whose = q.pointsPublic(), "access point"
	}
	a.setting(q, RestrictPublicBuckets, ExplicitDeny, q.detail(
		"the ", whose, " policy is public and RestrictPublicBuckets is on: only AWS services and the owner's account may use it"))
	a.by, a.at, a.unheard = p, p.Policy.PublicStatement(), true
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
