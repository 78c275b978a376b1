package build

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// acl is an ACL as a file has it: a canned one by its name, or exactly these grants.
type acl struct {
	canned string
	listed []grant
}

type grant struct{ grantee, permission string }

// accessList is an ACL; nil is none.
var accessList = facts.Or(
	facts.RecordIf(facts.New("acl", facts.Field("grants", facts.Listed(facts.Record(aclGrant)),
		func(a *acl) *[]grant { return &a.listed }).
		Says("who is granted what"))),
	facts.Words(world.CannedACLs()...), (*tree.Node).Scalar,
	func(n *tree.Node) (*acl, error) {
		name, err := facts.OneOf("canned ACL", world.CannedACLs()...).Read(n)
		return &acl{canned: name}, err
	})

var aclGrant = facts.New("grant",
	facts.Field("grantee", grantee, func(g *grant) *string { return &g.grantee }).
		Says("an account's number, a canonical user id, or AllUsers, AuthenticatedUsers or LogDelivery").
		Must("a grant needs a grantee"),
	facts.Field("permission",
		facts.OneOf("permission", authz.Read, authz.Write, authz.ReadACP, authz.WriteACP, authz.FullControl),
		func(g *grant) *string { return &g.permission }).
		Says("what is granted").Must("a grant needs a permission"),
)

// groups are the names that a file gives to S3's predefined groups.
var groups = map[string]string{
	"AllUsers": authz.AllUsers, "AuthenticatedUsers": authz.AuthenticatedUsers, "LogDelivery": authz.LogDelivery,
}

// grantee is a group, an account by its number or a canonical user id.
var grantee = facts.Checked(facts.Text, func(name string, n *tree.Node) error {
	_, group := groups[name]
	if !group && !world.IsAccountID(name) && !world.IsGranteeID(name) && name != world.AnonymousID && name != "" {
		return tree.Unknown(n, "grantee", name, keysOf(groups))
	}
	return nil
})

// grants is what is granted on what belongs to owner, in a bucket of bucketOwner's; of
// no ACL there are none.
func (a *acl) grants(s *world.State, owner, bucketOwner string) authz.ACL {
	switch {
	case a == nil:
		return nil
	case a.canned != "":
		all, _ := world.CannedACL(a.canned, s.CanonicalID(owner), s.CanonicalID(bucketOwner))
		return all
	}
	all := authz.ACL{}
	for _, g := range a.listed {
		all = append(all, authz.Grant{Grantee: granteeOf(s, g.grantee), Permission: authz.Permission(g.permission)})
	}
	return all
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

// grantsOf is an ACL as it is written.
func grantsOf(all authz.ACL) *acl {
	if all == nil {
		return nil
	}
	a := &acl{listed: []grant{}}
	for _, g := range all {
		a.listed = append(a.listed, grant{g.Grantee.Name(), string(g.Permission)})
	}
	return a
}
