package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// aclBody is the most bytes of an ACL, of a hundred grants.
const aclBody = 64 << 10

// settingACL is the ACL that PutBucketAcl and PutObjectAcl set, by headers or a
// body. One that cannot be taken is an error, which only those learn of who may
// set any.
type settingACL struct {
	aclDraft
	owner string // that the body names; empty: none
}

// setsACL reads the ACL to set. A body of nobody who has proved who it is is not read.
func setsACL(c *Call) (s settingACL) {
	if s.aclDraft = aclInHeaders(c); c.Unproved != nil {
		return s
	}
	text, err := c.wholeBody(aclBody)
	switch {
	case s.err != nil:
	case err != nil:
		s.err = err
	case s.how != "" && len(text) > 0:
		s.err = s3err.New(s3err.UnexpectedContent)
	case s.how != "":
	case len(text) == 0:
		s.err = s3err.New(s3err.MissingSecurityHeader, s3err.E("MissingHeaderName", cannedACL))
	default:
		if s.grants, s.owner, s.err = wire.ParseACL(text, grantByEmail(c)); s.err == nil {
			s.how = "an ACL body"
		}
	}
	return s
}

// tell adds to the question for the permission to set an ACL what the ACL is.
// BlockPublicAcls counts even where ACLs are disabled.
func (s *settingACL) tell(c *Call, q *authz.Request) {
	b := c.State().Bucket(c.Bucket)
	q.Ownership = s.ownership(c.State(), b)
	q.BlockedACL = s.blocked(c, b)
}

// ready is the ACL to set on what belongs to owner, if it can be taken. A body
// that names another owner is refused: an ACL gives nothing away (Ceph answers so,
// and says that S3 does [unsure]).
func (s *settingACL) ready(c *Call, b *world.Bucket, owner string) (authz.ACL, error) {
	switch {
	case s.err != nil:
		return nil, s.err
	case s.owner != "" && s.owner != c.State().CanonicalID(owner):
		return nil, s3err.New(s3err.AccessDenied)
	}
	return s.of(c.State(), owner, b.Owner), nil
}

// settingBucketACL is one attempt to set the ACL of a bucket.
type settingBucketACL struct{ settingACL }

func beginPutBucketACL(c *Call) (doing, []*authz.Request, error) {
	p, q := &settingBucketACL{setsACL(c)}, c.ownQuestion()
	p.tell(c, q)
	return p, []*authz.Request{q}, nil
}

// serve stores the ACL. Where ACLs are disabled it has come this far because it says
// what holds anyway, and what was set before is kept.
func (p *settingBucketACL) serve(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	acl, err := p.ready(c, b, b.Owner)
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

// settingObjectACL is one attempt to set the ACL of an object.
type settingObjectACL struct {
	found
	settingACL
}

func beginPutObjectACL(c *Call) (doing, []*authz.Request, error) {
	f, questions := c.asks("s3:PutObjectAcl", "s3:PutObjectVersionAcl")
	p := &settingObjectACL{f, setsACL(c)}
	p.tell(c, questions[0])
	return p, questions, nil
}

func (p *settingObjectACL) serve(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	o, err := p.unmarked(c)
	if err != nil {
		return nil, err
	}
	acl, err := p.ready(c, b, ownerShown(c, o.Owner))
	if err != nil {
		return nil, err
	}
	if b.Ownership == world.BucketOwnerEnforced {
		return done(http.StatusOK), nil
	}
	changed := *o
	changed.ACL = acl
	if err := replaceRecord(c, o, &changed); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

func serveGetBucketACL(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	return aclReply(c, b.Owner, inForce(c.State(), b, b.Owner, b.ACL)), nil
}

func serveGetObjectACL(f found, c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	o, err := f.existing(c)
	if err != nil {
		return nil, err
	}
	owner := ownerShown(c, o.Owner)
	return aclReply(c, owner, inForce(c.State(), b, owner, o.ACL)), nil
}

// inForce is what an ACL really grants: full control to the owner where ACLs are
// disabled, and nothing to the public where IgnorePublicAcls is on (authorization.md
// 1.6, 1.8).
func inForce(s *world.State, b *world.Bucket, owner string, acl authz.ACL) authz.ACL {
	if b.Ownership == world.BucketOwnerEnforced {
		acl = nil
	}
	acl = asker.ACLOf(s, owner, acl)
	if !acl.Public() || !s.PublicAccess(b).IgnorePublicAcls {
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
