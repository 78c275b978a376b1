package s3api

import (
	"bytes"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

// aclBody is the most bytes of an ACL, of a hundred grants.
const aclBody = 64 << 10

const (
	aclRoot      = "AccessControlPolicy"
	xsiNamespace = "http://www.w3.org/2001/XMLSchema-instance"
)

// aclXML is the body that sets an ACL. What is nil was not sent. Other is what the
// schema does not have: a mistyped Grant must not become an ACL of nobody.
type aclXML struct {
	Owner  *granteeXML `xml:"Owner"`
	Grants *struct {
		Grants []grantXML `xml:"Grant"`
		Other  []struct{} `xml:",any"`
	} `xml:"AccessControlList"`
	Other []struct{} `xml:",any"`
}

type grantXML struct {
	Grantee    granteeXML
	Permission authz.Permission
	Other      []struct{} `xml:",any"`
}

// granteeXML is a grantee in one of three forms, of which its type tells.
type granteeXML struct {
	Type string `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
	ID   string
	URI  string
}

// The types of grantees.
const (
	canonicalUser   = "CanonicalUser"
	group           = "Group"
	customerByEmail = "AmazonCustomerByEmail"
)

// bodyGrants reads an ACL: first whether it is one, then owner and grants in their
// order (recorded). They are all that the ACL has, and there may be none.
func (c *Call) bodyGrants(text []byte) (authz.ACL, string, error) {
	var doc aclXML
	if parseXML(bytes.NewReader(text), aclRoot, &doc) != nil || !doc.valid() {
		return nil, "", s3err.New(s3err.MalformedACLError)
	}
	if _, err := grantedUser(doc.Owner.ID, "CanonicalUser/ID"); err != nil {
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

// valid says whether the document is as the schema wants it.
func (x *aclXML) valid() bool {
	if x.Owner == nil || x.Grants == nil || len(x.Grants.Grants) > maxGrants || len(x.Other)+len(x.Grants.Other) > 0 {
		return false
	}
	for i := range x.Grants.Grants {
		if !x.Grants.Grants[i].valid() {
			return false
		}
	}
	return true
}

func (g *grantXML) valid() bool {
	if len(g.Other) > 0 {
		return false
	}
	switch g.Grantee.Type {
	case canonicalUser, group, customerByEmail:
	default:
		return false
	}
	switch g.Permission {
	case authz.Read, authz.Write, authz.ReadACP, authz.WriteACP, authz.FullControl:
		return true
	}
	return false
}

func (c *Call) bodyGrantee(g *granteeXML) (authz.Grantee, error) {
	switch g.Type {
	case canonicalUser:
		return grantedUser(g.ID, "CanonicalUser/ID")
	case group:
		return grantedGroup(g.URI, "Group/URI")
	}
	return authz.Grantee{}, c.grantByEmail()
}

// aclReply shows an ACL.
func (c *Call) aclReply(owner string, acl authz.ACL) *Reply {
	w := newXML(aclRoot, bytesPerEntry*(len(acl)+1))
	w.user("Owner", c.ownerXML(owner))
	w.open("AccessControlList")
	for i := range acl {
		w.open("Grant")
		c.writeGrantee(w, acl[i].Grantee)
		w.text("Permission", string(acl[i].Permission))
		w.close("Grant")
	}
	w.close("AccessControlList")
	return w.reply(aclRoot)
}

func (c *Call) writeGrantee(w *xmlWriter, g authz.Grantee) {
	const grantee = `Grantee xmlns:xsi="` + xsiNamespace + `" xsi:type="`
	if g.Group != "" {
		w.open(grantee + group + `"`)
		w.text("URI", g.Group)
	} else {
		w.open(grantee + canonicalUser + `"`)
		w.text("ID", g.CanonicalID)
		w.optional("DisplayName", c.displayName(c.State().AccountWith(g.CanonicalID)))
	}
	w.close("Grantee")
}
