package asker

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// BucketSide is what a bucket says of a question about it, or about an object in it. That
// the requester takes the costs of a Requester Pays bucket is for the request to say.
func BucketSide(s *world.State, b *world.Bucket) authz.Target {
	block := s.PublicAccess(b)
	t := authz.Target{
		ResourceAccount: b.Owner, RCPs: s.RCPs(b.Owner), BucketPolicy: b.Policy,
		RestrictPublicBuckets: block.RestrictPublicBuckets, PublicAccessParts: s.PublicAccessParts(b),
	}
	if b.RequesterPays {
		t.Payment = &authz.Payment{}
	}
	if b.Ownership != world.BucketOwnerEnforced {
		t.ACLs = &authz.AccessLists{Bucket: ACLOf(s, b.Owner, b.ACL), IgnorePublic: block.IgnorePublicAcls}
	}
	return t
}

// ACLOf is an ACL as it is in force: where none was set, the owner has all rights.
func ACLOf(s *world.State, owner string, acl authz.ACL) authz.ACL {
	if acl != nil {
		return acl
	}
	return authz.ACL{{Grantee: authz.Grantee{CanonicalID: s.CanonicalID(owner)}, Permission: authz.FullControl}}
}

// ObjectSide is what a question needs to know of an object: whose it is, an account
// number or world.Anonymous, and its ACL.
func ObjectSide(s *world.State, owner string, acl authz.ACL) *authz.Object {
	facts := &authz.Object{Owner: owner, ACL: ACLOf(s, owner, acl)}
	if owner == world.Anonymous {
		facts.Owner = "" // no account's
	}
	return facts
}

// SetBucketOwner is SetOwner for what is S3's: a bucket, or an object in it.
func (a *Asker) SetBucketOwner(ctx *policy.Context, account string) {
	a.SetOwner(ctx, account)
	if account != "" {
		ctx.Put(bucketAccountKey, account)
	}
}

// existingTag is the family of the condition keys of an object's tags.
const existingTag = "s3:ExistingObjectTag/"

// SeesObjectTags says whether policies for the action see the tags of the object that it
// is done to (authorization.md 3.1b).
func SeesObjectTags(action string) bool {
	return policy.KeyApplies(action, existingTag+"x") == policy.Evaluable
}

// SetObjectTags sets the condition keys of an object's tags.
func SetObjectTags(ctx *policy.Context, tags map[string]string) {
	for k, v := range tags {
		ctx.Set(existingTag+k, v)
	}
}
