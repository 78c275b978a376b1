package wire

import (
	"bytes"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// MaxGrants is the most grants of an ACL (S3 User Guide, "Access control list
// (ACL) overview").
const MaxGrants = 100

// grantedUser is an account by its canonical user id; argument is what S3 calls
// the value in its refusal. Any id of the right form may be some account's.
func grantedUser(id, argument string) (authz.Grantee, error) {
	if id != world.AnonymousID && !world.IsGranteeID(id) {
		return authz.Grantee{}, s3err.Argument("Invalid id", argument, id)
	}
	return authz.Grantee{CanonicalID: id}, nil
}

// grantedGroup is one of the predefined groups.
func grantedGroup(uri, argument string) (authz.Grantee, error) {
	switch uri {
	case authz.AllUsers, authz.AuthenticatedUsers, authz.LogDelivery:
		return authz.Grantee{Group: uri}, nil
	}
	return authz.Grantee{}, s3err.Argument("Invalid group uri", argument, uri)
}

// ACLRoot is the root element of an ACL, XSINamespace that of the type of a grantee.
const (
	ACLRoot      = "AccessControlPolicy"
	XSINamespace = "http://www.w3.org/2001/XMLSchema-instance"
)

// ACLXML is the body that sets an ACL. What is nil was not sent.
type ACLXML struct {
	Owner  *UserXML `xml:"Owner"`
	Grants *struct {
		Grants []grantXML `xml:"Grant"`
	} `xml:"AccessControlList"`
}

type grantXML struct {
	Grantee    granteeXML
	Permission authz.Permission
}

// granteeXML is a grantee in one of three forms, of which its type tells.
type granteeXML struct {
	Type         string `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
	ID           string
	DisplayName  string
	URI          string
	EmailAddress string
}

// The types of grantees.
const (
	CanonicalUser   = "CanonicalUser"
	Group           = "Group"
	customerByEmail = "AmazonCustomerByEmail"
)

// ParseACL reads a body that sets an ACL: first whether it is one, then owner and grants
// in their order (recorded). They are all that the ACL has, and there may be none.
// byEmail refuses a grantee that is named by an e-mail address.
func ParseACL(text []byte, byEmail error) (acl authz.ACL, owner string, err error) {
	var doc ACLXML
	if err := ParseSchema(bytes.NewReader(text), ACLRoot, &doc); err != nil || !doc.valid() {
		return nil, "", cause.Keep(s3err.New(s3err.MalformedACLError), err)
	}
	if _, err := grantedUser(doc.Owner.ID, "CanonicalUser/ID"); err != nil {
		return nil, "", err
	}
	acl = authz.ACL{}
	for i := range doc.Grants.Grants {
		g := &doc.Grants.Grants[i]
		grantee, err := g.Grantee.grantee(byEmail)
		if err != nil {
			return nil, "", err
		}
		acl = append(acl, authz.Grant{Grantee: grantee, Permission: g.Permission})
	}
	return acl, doc.Owner.ID, nil
}

func (g *granteeXML) grantee(byEmail error) (authz.Grantee, error) {
	switch g.Type {
	case CanonicalUser:
		return grantedUser(g.ID, "CanonicalUser/ID")
	case Group:
		return grantedGroup(g.URI, "Group/URI")
	}
	return authz.Grantee{}, byEmail
}

// valid says whether the document is as the schema wants it.
func (x *ACLXML) valid() bool {
	if x.Owner == nil || x.Grants == nil || len(x.Grants.Grants) > MaxGrants {
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
	switch g.Grantee.Type {
	case CanonicalUser, Group, customerByEmail:
	default:
		return false
	}
	switch g.Permission {
	case authz.Read, authz.Write, authz.ReadACP, authz.WriteACP, authz.FullControl:
		return true
	}
	return false
}
