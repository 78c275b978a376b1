package s3api

import (
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	cannedACL    = "x-amz-acl"
	ownerControl = "bucket-owner-full-control"
	privateACL   = "private"
	aclBody      = 64 << 10 // bytes of the largest ACL, of 100 grants
	fullControl  = "FULL_CONTROL"
)

// grantHeaders set an ACL grant by grant.
var grantHeaders = []string{
	"x-amz-grant-read", "x-amz-grant-write", "x-amz-grant-read-acp", "x-amz-grant-write-acp", "x-amz-grant-full-control",
}

// aclQuestions are those of an operation whose request may set an ACL on what it
// makes: the operation's own, and where it sets one, the permission to. Where
// ACLs are disabled nothing is set, and only the ownership is asked about
// (authorization.md 2).
func (c *Call) aclQuestions(action, aclAction, resource string) []*authz.Request {
	own := c.question(action, resource)
	own.Ownership = c.ownership(c.aclInHeaders())
	questions := []*authz.Request{own}
	if own.Ownership != nil && own.Ownership.Mode != string(world.BucketOwnerEnforced) {
		questions = append(questions, c.question(aclAction, resource))
	}
	return questions
}

// aclSetting is how a request sets an ACL.
type aclSetting struct {
	how          string // for `why`: "x-amz-acl: public-read"; empty: it sets none
	ownerControl bool   // it gives the bucket's owner full control, and nobody anything else
}

func (c *Call) aclInHeaders() aclSetting {
	if v := c.header(cannedACL); v != "" {
		return aclSetting{how: cannedACL + ": " + v, ownerControl: v == ownerControl}
	}
	for _, name := range grantHeaders {
		if v := c.header(name); v != "" {
			return aclSetting{how: name + ": " + v, ownerControl: c.grantsOwner(name, v)}
		}
	}
	return aclSetting{}
}

// grantsOwner says whether grant headers say what bucket-owner-full-control does.
func (c *Call) grantsOwner(name, value string) bool {
	b := c.State().Bucket(c.Bucket)
	if b == nil || name != "x-amz-grant-full-control" {
		return false
	}
	grantee := strings.ReplaceAll(strings.TrimSpace(value), `"`, "")
	return grantee == "id="+c.State().CanonicalID(b.Owner)
}

// ownership is what the object-ownership layer needs to know; nil where no ACL
// is set.
func (c *Call) ownership(s aclSetting) *authz.Ownership {
	b := c.State().Bucket(c.Bucket)
	if b == nil {
		return nil
	}
	return c.ownershipAs(b.Ownership, s)
}

// ownershipAs is ownership for a bucket of that mode.
func (c *Call) ownershipAs(mode world.ObjectOwnership, s aclSetting) *authz.Ownership {
	if s.how == "" {
		return nil
	}
	if mode == "" {
		mode = world.ObjectWriter
	}
	return &authz.Ownership{
		Mode: string(mode), Sets: s.how, OwnerFullControl: s.ownerControl,
		RefusesAny: c.State().Answers.Has(world.AnyACLRefused),
	}
}

// aclXML is the body that sets an ACL, as far as it is looked at.
type aclXML struct {
	Grants []struct {
		Grantee struct {
			ID string `xml:"ID"`
		}
		Permission string
	} `xml:"AccessControlList>Grant"`
}

// aclChecks ask for the permission to set the ACL of the resource, by headers or
// by a body.
func (c *Call) aclChecks() ([]*authz.Request, *s3err.Error) {
	q := c.question(c.Op.action, c.resource())
	if setting, err := c.aclToPut(); err == nil {
		q.Ownership = c.ownership(setting)
	}
	return []*authz.Request{q}, nil
}

// aclToPut is the ACL that PutBucketAcl and PutObjectAcl set. One that cannot be
// read is an error, which only those learn of who may set any.
func (c *Call) aclToPut() (aclSetting, *s3err.Error) {
	if s := c.aclInHeaders(); s.how != "" {
		return s, nil
	}
	if c.Unproved != nil {
		return aclSetting{}, s3err.New(s3err.AccessDenied)
	}
	text, err := c.wholeBody(aclBody)
	if err == nil && len(text) == 0 {
		err = s3err.New(s3err.MissingSecurityHeader, s3err.E("MissingHeaderName", cannedACL))
	}
	if err != nil {
		return aclSetting{}, err
	}
	var acl aclXML
	if err := c.readXML("AccessControlPolicy", aclBody, &acl); err != nil {
		return aclSetting{}, err
	}
	return aclSetting{how: "an ACL body", ownerControl: c.grantsOnlyOwner(&acl)}, nil
}

func (c *Call) grantsOnlyOwner(acl *aclXML) bool {
	b := c.State().Bucket(c.Bucket)
	if b == nil || len(acl.Grants) == 0 {
		return false
	}
	for _, g := range acl.Grants {
		if g.Permission != fullControl || g.Grantee.ID != c.State().CanonicalID(b.Owner) {
			return false
		}
	}
	return true
}

func checksPutBucketACL(c *Call) ([]*authz.Request, *s3err.Error) { return c.aclChecks() }

// checksPutObjectACL also asks whether the caller may know that there is no such
// object.
func checksPutObjectACL(c *Call) ([]*authz.Request, *s3err.Error) {
	c.begin()
	questions, err := c.aclChecks()
	if contents := c.contents(); contents != nil {
		c.object = contents.Current(c.Key)
	}
	if err == nil && c.object == nil {
		questions = append(questions, c.maskedQuestion())
	}
	return questions, err
}

func servePutBucketACL(c *Call) (*Reply, *s3err.Error) { return c.keepACL() }

func servePutObjectACL(c *Call) (*Reply, *s3err.Error) {
	if _, err := c.existing(); err != nil {
		return nil, err
	}
	return c.keepACL()
}

// keepACL accepts an ACL that says what holds anyway: that the owner controls
// what is his. Other ACLs cannot be stored yet.
func (c *Call) keepACL() (*Reply, *s3err.Error) {
	setting, err := c.aclToPut()
	if err == nil {
		err = c.kept(setting)
	}
	if err == nil {
		err = c.aclTaken()
	}
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// aclKept refuses the ACLs that would have to be stored.
func (c *Call) aclKept() *s3err.Error { return c.kept(c.aclInHeaders()) }

func (c *Call) kept(setting aclSetting) *s3err.Error {
	if setting.how == "" || setting.ownerControl || c.header(cannedACL) == privateACL {
		return nil
	}
	return s3err.New(s3err.NotImplemented)
}
