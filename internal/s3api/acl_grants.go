package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// maxGrants is the most grants of an ACL (S3 User Guide, "Access control list
// (ACL) overview").
const maxGrants = 100

// grantHeaders set an ACL grant by grant.
var grantHeaders = []struct {
	name       string
	permission authz.Permission
}{
	{"x-amz-grant-read", authz.Read},
	{"x-amz-grant-write", authz.Write},
	{"x-amz-grant-read-acp", authz.ReadACP},
	{"x-amz-grant-write-acp", authz.WriteACP},
	{"x-amz-grant-full-control", authz.FullControl},
}

// grantHeader is the first of the headers that the request has; empty: none.
func (c *Call) grantHeader() string {
	for i := range grantHeaders {
		if c.header(grantHeaders[i].name) != "" {
			return grantHeaders[i].name
		}
	}
	return ""
}

// headerGrants reads the grants of the headers. They are all that the ACL has: the
// owner too gets only what is named.
func (c *Call) headerGrants() (authz.ACL, error) {
	var acl authz.ACL
	for _, h := range grantHeaders {
		value := c.header(h.name)
		if value == "" {
			continue
		}
		for grantee := range strings.SplitSeq(value, ",") {
			g, err := c.headerGrantee(h.name, strings.TrimSpace(grantee))
			if err != nil {
				return nil, err
			}
			acl = append(acl, authz.Grant{Grantee: g, Permission: h.permission})
		}
	}
	if len(acl) > maxGrants {
		return nil, s3err.New(s3err.MalformedACLError)
	}
	return acl, nil
}

// headerGrantee reads one grantee of a header: id="...", uri="..." or
// emailAddress="...", the quotes being optional.
func (c *Call) headerGrantee(header, text string) (authz.Grantee, error) {
	kind, value, _ := strings.Cut(text, "=")
	value = strings.Trim(value, `"`)
	switch kind {
	case "id":
		return grantedUser(value, "id")
	case "uri":
		return grantedGroup(value, "uri")
	case "emailAddress":
		return authz.Grantee{}, c.grantByEmail()
	}
	return authz.Grantee{}, s3err.Argument("Argument format not recognized", header, text)
}

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

// grantByEmail refuses a grantee by e-mail address. S3 ended them in October 2025;
// before, it looked for the account, and no account of a world has an address.
func (c *Call) grantByEmail() error {
	if c.State().Answers.Has(world.GrantsByEmailRefused) {
		return s3err.New(s3err.MethodNotAllowed,
			s3err.E("Method", c.Request.Method), s3err.E("ResourceType", resourceType(c.Op.match.on, "acl")))
	}
	return s3err.New(s3err.UnresolvableGrantByEmailAddress)
}
