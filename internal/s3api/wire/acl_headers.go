package wire

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

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

// GrantHeader is the first of the headers by which a request sets an ACL grant by grant;
// empty: it has none.
func GrantHeader(of Header) string {
	for i := range grantHeaders {
		if of(grantHeaders[i].name) != "" {
			return grantHeaders[i].name
		}
	}
	return ""
}

// HeaderGrants reads the grants of the headers. They are all that the ACL has: the
// owner too gets only what is named. byEmail refuses a grantee that is named by an e-mail
// address.
func HeaderGrants(of Header, byEmail error) (authz.ACL, error) {
	var acl authz.ACL
	for _, h := range grantHeaders {
		value := of(h.name)
		if value == "" {
			continue
		}
		for grantee := range strings.SplitSeq(value, ",") {
			g, err := headerGrantee(h.name, strings.TrimSpace(grantee), byEmail)
			if err != nil {
				return nil, err
			}
			acl = append(acl, authz.Grant{Grantee: g, Permission: h.permission})
		}
	}
	if len(acl) > MaxGrants {
		return nil, s3err.New(s3err.MalformedACLError)
	}
	return acl, nil
}

// headerGrantee reads one grantee of a header: id="...", uri="..." or
// emailAddress="...", the quotes being optional.
func headerGrantee(header, text string, byEmail error) (authz.Grantee, error) {
	kind, value, _ := strings.Cut(text, "=")
	value = strings.Trim(value, `"`)
	switch kind {
	case "id":
		return grantedUser(value, "id")
	case "uri":
		return grantedGroup(value, "uri")
	case "emailAddress":
		return authz.Grantee{}, byEmail
	}
	return authz.Grantee{}, s3err.Argument("Argument format not recognized", header, text)
}
