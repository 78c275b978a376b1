package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// grantHeader is the first of the headers that the request has; empty: none.
func (c *Call) grantHeader() string {
	for i := range wire.GrantHeaders {
		if c.header(wire.GrantHeaders[i].Name) != "" {
			return wire.GrantHeaders[i].Name
		}
	}
	return ""
}

// headerGrants reads the grants of the headers. They are all that the ACL has: the
// owner too gets only what is named.
func (c *Call) headerGrants() (authz.ACL, error) {
	var acl authz.ACL
	for _, h := range wire.GrantHeaders {
		value := c.header(h.Name)
		if value == "" {
			continue
		}
		for grantee := range strings.SplitSeq(value, ",") {
			g, err := c.headerGrantee(h.Name, strings.TrimSpace(grantee))
			if err != nil {
				return nil, err
			}
			acl = append(acl, authz.Grant{Grantee: g, Permission: h.Permission})
		}
	}
	if len(acl) > wire.MaxGrants {
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
		return wire.GrantedUser(value, "id")
	case "uri":
		return wire.GrantedGroup(value, "uri")
	case "emailAddress":
		return authz.Grantee{}, c.grantByEmail()
	}
	return authz.Grantee{}, s3err.Argument("Argument format not recognized", header, text)
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
