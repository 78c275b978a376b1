package scenarios

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

// aclDoc is an ACL: a canned one by its name, or exactly the grants of a list.
type aclDoc struct {
	canned string
	grants []grantDoc
}

type grantDoc struct {
	At         *node  `yaml:"-"`
	Grantee    string `yaml:"grantee"`
	Permission string `yaml:"permission"`
}

// groups are the names that a file gives to S3's predefined groups.
var groups = map[string]string{
	"AllUsers": authz.AllUsers, "AuthenticatedUsers": authz.AuthenticatedUsers, "LogDelivery": authz.LogDelivery,
}

var permissions = []string{
	string(authz.Read), string(authz.Write), string(authz.ReadACP), string(authz.WriteACP), string(authz.FullControl),
}

func (d *aclDoc) decode(n *node) error {
	if n.scalar() {
		d.canned = n.text
		return oneOf(n, "canned ACL", n.text, world.CannedACLs())
	}
	var list struct {
		Grants []grantDoc `yaml:"grants"`
	}
	err := decode(n, &list)
	d.grants = list.Grants
	return err
}

func (d *grantDoc) validate() error {
	_, group := groups[d.Grantee]
	switch {
	case d.Permission == "":
		return fail(d.At, "a grant needs a permission")
	case d.Grantee == "":
		return fail(d.At, "a grant needs a grantee")
	case !group && !world.IsAccountID(d.Grantee) && !world.IsGranteeID(d.Grantee) && d.Grantee != world.AnonymousID:
		e := unknown(d.At.get("grantee"), "grantee", d.Grantee, keysOf(groups))
		return e
	}
	return oneOf(d.At.get("permission"), "permission", d.Permission, permissions)
}

// acl is what the document grants on what belongs to owner, in a bucket of
// bucketOwner's. nil where it says nothing.
func (d *aclDoc) acl(s *world.State, owner, bucketOwner string) authz.ACL {
	switch {
	case d == nil:
		return nil
	case d.canned != "":
		acl, _ := world.CannedACL(d.canned, s.CanonicalID(owner), s.CanonicalID(bucketOwner))
		return acl
	}
	acl := authz.ACL{}
	for i := range d.grants {
		acl = append(acl, authz.Grant{Grantee: granteeOf(s, d.grants[i].Grantee), Permission: authz.Permission(d.grants[i].Permission)})
	}
	return acl
}

func granteeOf(s *world.State, name string) authz.Grantee {
	switch {
	case groups[name] != "":
		return authz.Grantee{Group: groups[name]}
	case world.IsAccountID(name):
		return authz.Grantee{CanonicalID: s.CanonicalID(name)}
	}
	return authz.Grantee{CanonicalID: name}
}

func describeACL(acl authz.ACL) *node {
	if acl == nil {
		return nil
	}
	return newMapping().add("grants", listOf(acl, func(g authz.Grant) *node {
		return newMapping().add("grantee", newText(g.Grantee.Name())).add("permission", newText(string(g.Permission)))
	}))
}
