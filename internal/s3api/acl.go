package s3api

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
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
func (c *Call) aclInHeaders() aclDraft {
	canned, granting := c.header(cannedACL), c.grantHeader()
	switch {
	case canned != "" && granting != "":
		return aclDraft{how: cannedACL + ": " + canned, err: s3err.New(s3err.InvalidRequest).
			WithMessage("Specifying both Canned ACLs and Header Grants is not allowed")}
	case canned != "":
		return c.cannedDraft(canned)
	case granting != "":
		d := aclDraft{how: granting + ": " + c.header(granting)}
		d.grants, d.err = c.headerGrants()
		return d
	}
	return aclDraft{}
}

// cannedDraft is a canned ACL. S3 says nothing of one that it does not know
// (recorded).
func (c *Call) cannedDraft(name string) aclDraft {
	d := aclDraft{how: cannedACL + ": " + name, canned: name}
	if _, known := world.CannedACL(name, "", ""); !known || name == world.LogDeliveryWrite && c.Key != "" {
		d.err = s3err.Argument("", cannedACL, name)
	}
	return d
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
func (c *Call) aclQuestions() (overwriting, []*authz.Request) {
	over, own := c.overwrites("s3:PutObject", c.Key, "")
	d := c.aclInHeaders()
	own.Ownership = c.ownership(&d)
	questions := []*authz.Request{own}
	if own.Ownership != nil && own.Ownership.Mode != string(world.BucketOwnerEnforced) {
		own.BlockedACL = c.blocksACL(&d)
		setting := c.question("s3:PutObjectAcl", c.objectARN())
		setting.Creates = !own.Ownership.OwnerFullControl
		questions = append(questions, setting)
	}
	return over, questions
}

// blocksACL says whether BlockPublicAcls keeps the ACL out.
func (c *Call) blocksACL(d *aclDraft) bool {
	b := c.State().Bucket(c.Bucket)
	return b != nil && d.err == nil && d.of(c.State(), b.Owner, b.Owner).Public() && c.State().PublicAccess(b).BlockPublicAcls
}

// ownership is what the object-ownership layer needs to know; nil where no ACL
// is set.
func (c *Call) ownership(d *aclDraft) *authz.Ownership {
	b := c.State().Bucket(c.Bucket)
	if b == nil {
		return nil
	}
	return c.ownershipAs(b.Ownership, b.Owner, d)
}

// ownershipAs is ownership for a bucket of that mode and owner. An ACL that cannot
// be taken is refused as such, even where ACLs are disabled (recorded); the
// article refuses every header that sets one.
func (c *Call) ownershipAs(mode world.ObjectOwnership, owner string, d *aclDraft) *authz.Ownership {
	refusesAny := c.State().Answers.Has(world.AnyACLRefused)
	if d.how == "" || d.err != nil && !refusesAny {
		return nil
	}
	if mode == "" {
		mode = world.ObjectWriter
	}
	return &authz.Ownership{Mode: string(mode), Sets: d.how, OwnerFullControl: d.err == nil && d.controls(c.State(), owner), RefusesAny: refusesAny}
}

// objectFacts is what a question needs to know of an object.
func (c *Call) objectFacts(o *store.Object) *authz.Object {
	facts := &authz.Object{Owner: o.Owner, ACL: aclOf(c.State(), o.Owner, o.ACL)}
	if o.Owner == world.Anonymous {
		facts.Owner = "" // no account's
	}
	return facts
}

// ownerShown is the account that answers show as the owner of what an account
// wrote: the bucket's owner while ACLs are disabled (authorization.md 1.6).
func (c *Call) ownerShown(writer string) string {
	if b := c.State().Bucket(c.Bucket); b != nil && b.Ownership == world.BucketOwnerEnforced {
		return b.Owner
	}
	return writer
}
