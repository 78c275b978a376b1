package s3api

import (
	"bytes"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// aclBody is the most bytes of an ACL, of a hundred grants.
const aclBody = 64 << 10

// bodyGrants reads an ACL: first whether it is one, then owner and grants in their
// order (recorded). They are all that the ACL has, and there may be none.
func (c *Call) bodyGrants(text []byte) (authz.ACL, string, error) {
	var doc wire.ACLXML
	if wire.ParseXML(bytes.NewReader(text), wire.ACLRoot, &doc) != nil || !doc.Valid() {
		return nil, "", s3err.New(s3err.MalformedACLError)
	}
	if _, err := wire.GrantedUser(doc.Owner.ID, "CanonicalUser/ID"); err != nil {
		return nil, "", err
	}
	acl := authz.ACL{}
	for i := range doc.Grants.Grants {
		g := &doc.Grants.Grants[i]
		grantee, err := c.bodyGrantee(&g.Grantee)
		if err != nil {
			return nil, "", err
		}
		acl = append(acl, authz.Grant{Grantee: grantee, Permission: g.Permission})
	}
	return acl, doc.Owner.ID, nil
}

func (c *Call) bodyGrantee(g *wire.GranteeXML) (authz.Grantee, error) {
	switch g.Type {
	case wire.CanonicalUser:
		return wire.GrantedUser(g.ID, "CanonicalUser/ID")
	case wire.Group:
		return wire.GrantedGroup(g.URI, "Group/URI")
	}
	return authz.Grantee{}, c.grantByEmail()
}

// aclReply shows an ACL.
func (c *Call) aclReply(owner string, acl authz.ACL) *Reply {
	w := wire.NewDocument(wire.ACLRoot, bytesPerEntry*(len(acl)+1))
	w.User("Owner", c.ownerXML(owner))
	w.Open("AccessControlList")
	for i := range acl {
		w.Open("Grant")
		c.writeGrantee(w, acl[i].Grantee)
		w.Text("Permission", string(acl[i].Permission))
		w.Close("Grant")
	}
	w.Close("AccessControlList")
	return documentReply(w.End(wire.ACLRoot))
}

func (c *Call) writeGrantee(w *wire.Document, g authz.Grantee) {
	const grantee = `Grantee xmlns:xsi="` + wire.XSINamespace + `" xsi:type="`
	if g.Group != "" {
		w.Open(grantee + wire.Group + `"`)
		w.Text("URI", g.Group)
	} else {
		w.Open(grantee + wire.CanonicalUser + `"`)
		w.Text("ID", g.CanonicalID)
		w.Optional("DisplayName", c.displayName(c.State().AccountWith(g.CanonicalID)))
	}
	w.Close("Grantee")
}
