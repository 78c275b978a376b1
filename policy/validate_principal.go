package policy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/nearest"
)

// principals checks the values of a Principal or NotPrincipal element.
func (v *validation) principals(p *principals, path string) {
	if len(p.entries) == 0 && !v.brokenAt(path) {
		v.report(Error{Path: path, Message: msgMissing + p.element + msgEmpty, phase: phasePrincipal})
	}
	for i := range p.entries {
		e := &p.entries[i]
		if reason, near := v.invalidPrincipal(e); reason != "" {
			v.report(Error{Path: strings.TrimSuffix(path+"."+e.family, "."), Message: v.principalMessage(e),
				Detail: reason, Value: e.text, Nearest: near, phase: phasePrincipal})
		}
	}
}

// principalMessage returns the service's wording. IAM quotes the value, S3 keeps it to its Detail element.
func (v *validation) principalMessage(e *principalEntry) string {
	if v.rules.Kind == Trust {
		return msgPrincipal + `: "` + strings.ToUpper(e.family) + `":"` + e.text + `"`
	}
	return cmp.Or(v.dialect.principalMessage, msgPrincipal)
}

// invalidPrincipal returns why AWS refuses a value, "" if it does not, and the nearest known type of principal where
// the type is at fault.
func (v *validation) invalidPrincipal(e *principalEntry) (reason, near string) {
	switch e.form {
	case everyoneForm:
		return "", ""
	case uniqueIDForm:
		return e.text + " is the id of a principal that no longer exists", ""
	case unknownForm:
		if e.family != "AWS" && e.family != "" {
			return e.family + " is no type of principal", nearest.Name(e.family, principalFamilies)
		}
		return e.text + " is no principal", ""
	}
	if strings.ContainsAny(e.text, "*?") {
		return e.text + " has a wildcard; a principal is named in full, or everyone by *", ""
	}
	if !v.wellFormed(e) {
		return e.text + " is malformed", ""
	}
	if e.looked() && v.rules.PrincipalExists != nil && !v.rules.PrincipalExists(e.text) {
		return e.text + " does not exist", ""
	}
	return "", ""
}

// looked reports whether AWS looks for the principal when the policy is put.
func (e *principalEntry) looked() bool {
	switch e.form {
	case userForm, roleForm, originForm, canonicalForm:
		return true
	case accountForm:
		return e.partition != "" // it is written as an ARN, which may be another partition's
	}
	return false
}

func (v *validation) wellFormed(e *principalEntry) bool {
	switch e.form {
	case serviceForm:
		return isServicePrincipal(e.text)
	case providerForm:
		return isServiceName(e.text) || isProviderARN(e.text)
	case canonicalForm:
		// Canonical user ids have 64 hexadecimal digits, those of CloudFront's origin access identities 96.
		return (len(e.text) == 64 || len(e.text) == 96) && strings.Trim(e.text, "0123456789abcdefABCDEF") == ""
	case originForm:
		id, ok := strings.CutPrefix(e.text, OriginIdentityARN)
		return ok && id != ""
	case accountForm:
		return isAccountID(e.account) && (e.partition == "" || isPartition(e.partition))
	}
	return isPartition(e.partition) && isAccountID(e.account)
}

func isProviderARN(s string) bool {
	a, ok := splitARN(s)
	kind, name, _ := strings.Cut(a.resource, "/")
	return ok && a.prefix == "arn" && isPartition(a.partition) && a.service == "iam" && isAccountID(a.account) &&
		(kind == "saml-provider" || kind == "oidc-provider") && name != ""
}

func isPartition(s string) bool {
	return slices.Contains([]string{
		"aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f",
	}, s)
}

// endpointPrincipal holds a gateway endpoint's policy to "*": whom it lets through is said by aws:PrincipalArn in a
// condition (VPC User Guide, "Gateway endpoints"; authorization.md 1.9).
func endpointPrincipal(v *validation, s *statement, path string) {
	if s.principals == nil || v.rules.Interface {
		return
	}
	if s.principals.not || !s.principals.everyone || len(s.principals.entries) != 1 {
		v.report(Error{Path: path + "." + s.principals.element, Message: msgPrincipal, phase: phasePrincipal,
			Detail: `the Principal of a gateway endpoint's policy is "*"`})
	}
}

// resourceControl holds a resource control policy to its grammar (AWS Organizations User Guide, "RCP syntax").
func resourceControl(v *validation, s *statement, path string) {
	if s.effect != Deny {
		v.syntax(path+".Effect", "a resource control policy can only deny")
	}
	if s.principals != nil && (!s.principals.bare || s.principals.not) {
		v.syntax(path+"."+s.principals.element, `Principal must be "*"`)
	}
	if s.actions.not {
		v.syntax(path+".NotAction", "NotAction is not supported")
	}
	for i := range s.actions.list {
		if s.actions.list[i].shape == everythingShape {
			v.syntax(path+"."+s.actions.element, "an action must name its service")
		}
	}
}
