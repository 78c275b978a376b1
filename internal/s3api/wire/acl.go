package wire

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// MaxGrants is the most grants of an ACL (S3 User Guide, "Access control list
// (ACL) overview").
const MaxGrants = 100

// GrantHeaders set an ACL grant by grant.
var GrantHeaders = []struct {
	Name       string
	Permission authz.Permission
}{
	{"x-amz-grant-read", authz.Read},
	{"x-amz-grant-write", authz.Write},
	{"x-amz-grant-read-acp", authz.ReadACP},
	{"x-amz-grant-write-acp", authz.WriteACP},
	{"x-amz-grant-full-control", authz.FullControl},
}

// GrantedUser is an account by its canonical user id; argument is what S3 calls
// the value in its refusal. Any id of the right form may be some account's.
func GrantedUser(id, argument string) (authz.Grantee, error) {
	if id != world.AnonymousID && !world.IsGranteeID(id) {
		return authz.Grantee{}, s3err.Argument("Invalid id", argument, id)
	}
	return authz.Grantee{CanonicalID: id}, nil
}

// GrantedGroup is one of the predefined groups.
func GrantedGroup(uri, argument string) (authz.Grantee, error) {
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

// ACLXML is the body that sets an ACL. What is nil was not sent. Other is what the
// schema does not have: a mistyped Grant must not become an ACL of nobody.
type ACLXML struct {
	Owner  *GranteeXML `xml:"Owner"`
	Grants *struct {
		Grants []grantXML `xml:"Grant"`
		Other  []struct{} `xml:",any"`
	} `xml:"AccessControlList"`
	Other []struct{} `xml:",any"`
}

type grantXML struct {
	Grantee    GranteeXML
	Permission authz.Permission
	Other      []struct{} `xml:",any"`
}

// GranteeXML is a grantee in one of three forms, of which its type tells.
type GranteeXML struct {
	Type string `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
	ID   string
	URI  string
}

// The types of grantees.
const (
	CanonicalUser   = "CanonicalUser"
	Group           = "Group"
	customerByEmail = "AmazonCustomerByEmail"
)

// Valid says whether the document is as the schema wants it.
func (x *ACLXML) Valid() bool {
	if x.Owner == nil || x.Grants == nil || len(x.Grants.Grants) > MaxGrants || len(x.Other)+len(x.Grants.Other) > 0 {
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
