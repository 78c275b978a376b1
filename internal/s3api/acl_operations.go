package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// aclToPut is the ACL that PutBucketAcl and PutObjectAcl set, by headers or a
// body. One that cannot be taken is an error, which only those learn of who may
// set any. A body of nobody who has proved who it is is not read.
func (c *Call) aclToPut() (d aclDraft, owner string) {
	if d = c.aclInHeaders(); c.Unproved != nil {
		return d, ""
	}
	text, err := c.wholeBody(aclBody)
	switch {
	case d.err != nil:
	case err != nil:
		d.err = err
	case d.how != "" && len(text) > 0:
		d.err = s3err.New(s3err.UnexpectedContent)
	case d.how != "":
	case len(text) == 0:
		d.err = s3err.New(s3err.MissingSecurityHeader, s3err.E("MissingHeaderName", cannedACL))
	default:
		if d.grants, owner, d.err = c.bodyGrants(text); d.err == nil {
			d.how = "an ACL body"
		}
	}
	return d, owner
}

// askACL adds to the question for the permission to set an ACL what the ACL is.
// BlockPublicAcls counts even where ACLs are disabled.
func (c *Call) askACL(q *authz.Request) {
	d, _ := c.aclToPut()
	q.Ownership = c.ownership(&d)
	q.BlockedACL = c.blocksACL(&d)
}

// readyACL is the ACL to set on what belongs to owner, if it can be taken. A body
// that names another owner is refused: an ACL gives nothing away (Ceph answers so,
// and says that S3 does [unsure]).
func (c *Call) readyACL(b *world.Bucket, owner string) (authz.ACL, error) {
	d, named := c.aclToPut()
	switch {
	case d.err != nil:
		return nil, d.err
	case named != "" && named != c.State().CanonicalID(owner):
		return nil, s3err.New(s3err.AccessDenied)
	}
	return d.of(c.State(), owner, b.Owner), nil
}

func checksPutBucketACL(c *Call) ([]*authz.Request, error) {
	q := c.ownQuestion()
	c.askACL(q)
	return []*authz.Request{q}, nil
}

// servePutBucketACL stores the ACL. Where ACLs are disabled it has come this far
// because it says what holds anyway, and what was set before is kept.
func servePutBucketACL(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	acl, err := c.readyACL(b, b.Owner)
	if err != nil {
		return nil, err
	}
	if b.Ownership != world.BucketOwnerEnforced {
		err = c.changeBucket(func(b *world.Bucket) { b.ACL = acl })
	}
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

func checksPutObjectACL(c *Call) ([]*authz.Request, error) {
	questions := c.aboutObject("s3:PutObjectAcl", "s3:PutObjectVersionAcl")
	c.askACL(questions[0])
	return questions, nil
}

func servePutObjectACL(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if c.marker != nil {
		// Whether it is named or not (recorded).
		return nil, c.markerNamed(c.marker)
	}
	o, err := c.existing(c)
	if err != nil {
		return nil, err
	}
	acl, err := c.readyACL(b, c.ownerShown(o.Owner))
	if err != nil {
		return nil, err
	}
	if b.Ownership == world.BucketOwnerEnforced {
		return done(http.StatusOK), nil
	}
	changed := *o
	changed.ACL = acl
	if err := c.replace(o, &changed); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

func serveGetBucketACL(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	return c.aclReply(b.Owner, c.inForce(b, b.Owner, b.ACL)), nil
}

func checksGetObjectACL(c *Call) ([]*authz.Request, error) {
	return c.aboutObject("s3:GetObjectAcl", "s3:GetObjectVersionAcl"), nil
}

func serveGetObjectACL(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	o, err := c.existing(c)
	if err != nil {
		return nil, err
	}
	owner := c.ownerShown(o.Owner)
	return c.aclReply(owner, c.inForce(b, owner, o.ACL)), nil
}

// inForce is what an ACL really grants: full control to the owner where ACLs are
// disabled, and nothing to the public where IgnorePublicAcls is on (authorization.md
// 1.6, 1.8).
func (c *Call) inForce(b *world.Bucket, owner string, acl authz.ACL) authz.ACL {
	if b.Ownership == world.BucketOwnerEnforced {
		acl = nil
	}
	acl = aclOf(c.State(), owner, acl)
	if !acl.Public() || !c.State().PublicAccess(b).IgnorePublicAcls {
		return acl
	}
	var effective authz.ACL
	for _, g := range acl {
		if !g.Public() {
			effective = append(effective, g)
		}
	}
	return effective
}
