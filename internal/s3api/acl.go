package s3api

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	cannedACL    = "x-amz-acl"
	ownerControl = "bucket-owner-full-control"
	privateACL   = "private"
)

// aclDraft is the ACL that a request sets.
type aclDraft struct {
	how    string    // for `why`: "x-amz-acl: public-read"; empty: it sets none
	canned string    // its name; what it grants depends on whose the resource is
	grants authz.ACL // of one that is not canned: exactly what the request names
	err    error
}

// aclInHeaders is the ACL that the headers set.
func aclInHeaders(c *Call) aclDraft {
	canned, granting := c.header(cannedACL), wire.GrantHeader(c.header)
	switch {
	case canned != "" && granting != "":
		return aclDraft{how: cannedACL + ": " + canned, err: s3err.New(s3err.InvalidRequest).
			WithMessage("Specifying both Canned ACLs and Header Grants is not allowed")}
	case canned != "":
		return cannedDraft(canned, c.Key != "")
	case granting != "":
		d := aclDraft{how: granting + ": " + c.header(granting)}
		d.grants, d.err = wire.HeaderGrants(c.header, grantByEmail(c))
		return d
	}
	return aclDraft{}
}

// cannedDraft is a canned ACL, of an object or of a bucket. S3 says nothing of one that it
// does not know (recorded).
func cannedDraft(name string, ofObject bool) aclDraft {
	d := aclDraft{how: cannedACL + ": " + name, canned: name}
	if _, known := world.CannedACL(name, "", ""); !known || name == world.LogDeliveryWrite && ofObject {
		d.err = s3err.Argument("", cannedACL, name)
	}
	return d
}

// grantByEmail refuses a grantee by e-mail address. S3 ended them in October 2025;
// before, it looked for the account, and no account of a world has an address.
func grantByEmail(c *Call) error {
	if c.State().Answers.Has(world.GrantsByEmailRefused) {
		return s3err.New(s3err.MethodNotAllowed,
			s3err.E("Method", c.Request.Method), s3err.E("ResourceType", resourceType(c.Op.match.on, "acl")))
	}
	return s3err.New(s3err.UnresolvableGrantByEmailAddress)
}

// of is what the ACL grants where it is set on what belongs to owner, in a bucket
// of bucketOwner's; nil: nothing is set.
func (d *aclDraft) of(s *world.State, owner, bucketOwner string) authz.ACL {
	if d.canned == "" {
		return d.grants
	}
	acl, _ := world.CannedACL(d.canned, s.CanonicalID(owner), s.CanonicalID(bucketOwner))
	return acl
}

// controls says that the ACL gives full control to the account, the bucket's
// owner, and nobody anything else.
func (d *aclDraft) controls(s *world.State, account string) bool {
	if d.canned != "" {
		return d.canned == ownerControl
	}
	return len(d.grants) > 0 && !grantsOthers(s, d.grants, account) &&
		!slices.ContainsFunc(d.grants, func(g authz.Grant) bool { return g.Permission != authz.FullControl })
}

// grantsOthers says whether an ACL gives something to somebody else than the
// account.
func grantsOthers(s *world.State, acl authz.ACL, account string) bool {
	own := authz.Grantee{CanonicalID: s.CanonicalID(account)}
	return slices.ContainsFunc(acl, func(g authz.Grant) bool { return g.Grantee != own })
}

// aclQuestions are those of an operation that makes an object and may set its ACL:
// the permission to write and, where it sets one, to set ACLs. An ACL that gives
// the bucket's owner full control needs no more of the bucket's side than the
// upload: the policies that AWS gives to CloudTrail and other writers of other
// accounts allow s3:PutObject alone (S3 User Guide, "Bucket policy examples"). Where ACLs are
// disabled nothing is set, and only the ownership is asked about (authorization.md
// 2). That stands before BlockPublicAcls then (s3-errors.md 2.3, "Precedence").
func aclQuestions(c *Call) (overwriting, []*authz.Request) {
	over, own := overwrites(c, "s3:PutObject", c.Key, "")
	d, b := aclInHeaders(c), c.State().Bucket(c.Bucket)
	own.Ownership = d.ownership(c.State(), b)
	questions := []*authz.Request{own}
	if own.Ownership != nil && own.Ownership.Mode != string(world.BucketOwnerEnforced) {
		own.BlockedACL = d.blocked(c, b)
		setting := c.question("s3:PutObjectAcl", c.objectARN())
		setting.Creates = !own.Ownership.OwnerFullControl
		questions = append(questions, setting)
	}
	return over, questions
}

// blocked says whether BlockPublicAcls keeps the ACL out of a bucket; nil: there is none.
func (d *aclDraft) blocked(c *Call, b *world.Bucket) bool {
	s := c.State()
	return b != nil && d.err == nil && d.of(s, b.Owner, b.Owner).Public() && publicAccess(c, b).BlockPublicAcls
}

// publicAccess is the Block Public Access in force for what a call does to its bucket.
func publicAccess(c *Call, b *world.Bucket) world.PublicAccessBlock {
	if p := c.State().AccessPoints.Behind(c.point); p != nil {
		return world.PublicAccessThrough(c.State(), p, b)
	}
	return c.State().PublicAccess(b)
}

// ownership is what the object-ownership layer needs to know of an ACL that is set in a
// bucket; nil where none is set, or there is no bucket.
func (d *aclDraft) ownership(s *world.State, b *world.Bucket) *authz.Ownership {
	if b == nil {
		return nil
	}
	return d.ownershipAs(s, b.Ownership, b.Owner)
}

// ownershipAs is ownership for a bucket of that mode and owner. An ACL that cannot
// be taken is refused as such, even where ACLs are disabled (recorded); the
// article refuses every header that sets one.
func (d *aclDraft) ownershipAs(s *world.State, mode world.ObjectOwnership, owner string) *authz.Ownership {
	refusesAny := s.Answers.Has(world.AnyACLRefused)
	if d.how == "" || d.err != nil && !refusesAny {
		return nil
	}
	if mode == "" {
		mode = world.ObjectWriter
	}
	return &authz.Ownership{
		Mode: string(mode), Sets: d.how, OwnerFullControl: d.err == nil && d.controls(s, owner), RefusesAny: refusesAny,
	}
}
