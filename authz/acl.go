package authz

import (
	"strings"

	"github.com/s3fault/s3fault/policy"
)

// Permission is what a Grant of an ACL gives.
type Permission string

// The permissions of S3's ACLs (authorization.md 1.7).
const (
	Read        Permission = "READ"
	Write       Permission = "WRITE"
	ReadACP     Permission = "READ_ACP"
	WriteACP    Permission = "WRITE_ACP"
	FullControl Permission = "FULL_CONTROL"
)

// The predefined groups that an ACL can name (S3 User Guide, "Access control
// list (ACL) overview").
const (
	AllUsers           = "http://acs.amazonaws.com/groups/global/AllUsers"
	AuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
	LogDelivery        = "http://acs.amazonaws.com/groups/s3/LogDelivery"
)

// logDelivery is the service that stands behind the group LogDelivery.
const logDelivery = "logging.s3.amazonaws.com"

// ACL is an access control list: of a bucket or of an object.
type ACL []Grant

// Grant is one entry of an ACL.
type Grant struct {
	Grantee    Grantee
	Permission Permission
}

// Grantee is an account, by its canonical user id, or a group, by its URI. Never
// an IAM user (authorization.md 1.7).
type Grantee struct {
	CanonicalID string
	Group       string
}

// Public says whether the grant gives something to everybody, or to everybody
// who has an AWS account (authorization.md 1.8).
func (g *Grant) Public() bool {
	return g.Grantee.Group == AllUsers || g.Grantee.Group == AuthenticatedUsers
}

// Public says whether one of the grants is.
func (a ACL) Public() bool {
	for i := range a {
		if a[i].Public() {
			return true
		}
	}
	return false
}

// AccessLists is the ACLs that are in force for a question.
type AccessLists struct {
	Bucket ACL
	// IgnorePublic is IgnorePublicAcls: what an ACL gives to the public counts for
	// nothing.
	IgnorePublic bool
}

// aclAction is what an ACL can give of an action.
type aclAction struct {
	object     bool // the object's ACL says it, not the bucket's
	permission Permission
}

// aclActions is the table of authorization.md 1.7. WRITE gives s3:DeleteObject
// too, of what the grantee owns.
var aclActions = map[string]aclAction{
	"s3:ListBucket":                 {permission: Read},
	"s3:ListBucketVersions":         {permission: Read},
	"s3:ListBucketMultipartUploads": {permission: Read},
	"s3:PutObject":                  {permission: Write},
	"s3:DeleteObject":               {permission: Write},
	"s3:GetBucketAcl":               {permission: ReadACP},
	"s3:PutBucketAcl":               {permission: WriteACP},

	"s3:GetObject":           {object: true, permission: Read},
	"s3:GetObjectVersion":    {object: true, permission: Read},
	"s3:GetObjectAcl":        {object: true, permission: ReadACP},
	"s3:GetObjectVersionAcl": {object: true, permission: ReadACP},
	"s3:PutObjectAcl":        {object: true, permission: WriteACP},
	"s3:PutObjectVersionAcl": {object: true, permission: WriteACP},
}

// ACLPermission is what an ACL would have to grant for an action, and whether that
// of the object. false: no ACL gives it.
func ACLPermission(action string) (object bool, p Permission, ok bool) {
	by, ok := aclActions[action]
	return by.object, by.permission, ok
}

// acl is what the ACLs say. They only allow: what they leave out, somebody else
// may give.
func acl(q *question, a *answer) {
	by, ok := q.aclAction()
	if !ok {
		return
	}
	if by.object && q.Object == nil {
		// Whether the caller learns that it is missing, masking decides.
		a.says(Allow, "there is no object whose ACL could refuse")
		return
	}
	grant, naming := q.granted(by, !q.ACLs.IgnorePublic)
	switch {
	case grant == nil:
		a.says(ImplicitDeny, q.detail("the ACL of the ", by.of(), " grants the requester no ", string(by.permission)))
	case by.permission == Write && q.overwritesAnother():
		a.says(ImplicitDeny, q.detail(
			"the WRITE of a bucket's ACL gives new objects and the requester's own, and the object that is there belongs to ",
			q.Object.owner()))
	default:
		a.says(Allow, q.detail(
			"the ACL of the ", by.of(), " grants ", string(grant.Permission), " to ", grant.Grantee.kind(), grant.Grantee.Name()))
		a.naming = naming
	}
}

// aclAction is what an ACL in force can give of the question's action. Who may
// write an object into the bucket may give it its first ACL.
func (q *question) aclAction() (aclAction, bool) {
	if q.Key != nil || q.ACLs == nil {
		return aclAction{}, false
	}
	by, ok := aclActions[q.Action]
	if by.object && q.Creates {
		by = aclAction{permission: Write}
	}
	return by, ok
}

// overwritesAnother says that the object which is there is not the requester's.
func (q *question) overwritesAnother() bool {
	return q.Object != nil && q.Object.Owner != q.Principal.Account && !q.bucketOwners()
}

// of is what the ACL belongs to.
func (by aclAction) of() string {
	if by.object {
		return "object"
	}
	return "bucket"
}

// granted finds the grant that gives the requester the permission: of several the
// one that names it most directly.
func (q *question) granted(by aclAction, public bool) (*Grant, policy.Naming) {
	list := q.ACLs.Bucket
	if by.object {
		list = q.Object.ACL
	}
	var found *Grant
	best := policy.NotNamed
	for i := range list {
		g := &list[i]
		if g.Permission != by.permission && g.Permission != FullControl || g.Public() && !public {
			continue
		}
		if naming := g.Grantee.names(q.Principal); naming > best {
			found, best = g, naming
		}
	}
	return found, best
}

// names says how the grantee names the requester. A grant to an account lets the
// account delegate it.
func (g Grantee) names(p *policy.Principal) policy.Naming {
	switch g.Group {
	case AllUsers:
		return policy.Direct
	case AuthenticatedUsers:
		if p.Kind != policy.Anonymous {
			return policy.Direct
		}
	case LogDelivery:
		if p.Kind == policy.Service && strings.EqualFold(p.Service, logDelivery) {
			return policy.Direct
		}
	case "":
		if g.CanonicalID != "" && g.CanonicalID == p.CanonicalID {
			if p.Kind == policy.OriginAccessIdentity {
				return policy.Direct
			}
			return policy.ByAccount
		}
	}
	return policy.NotNamed
}

// String is the group, or the canonical user id.
func (g Grantee) String() string { return g.kind() + g.Name() }

// kind is what is said before the grantee's name.
func (g Grantee) kind() string {
	if g.Group != "" {
		return "the group "
	}
	return ""
}

// Name is the canonical user id, or the group's name: AllUsers,
// AuthenticatedUsers, LogDelivery.
func (g Grantee) Name() string {
	if g.Group != "" {
		return g.Group[strings.LastIndexByte(g.Group, '/')+1:]
	}
	return g.CanonicalID
}
