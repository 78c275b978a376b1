package policy

import (
	"net/netip"
	"slices"
	"strings"
)

// IsPublic reports whether Block Public Access calls the policy public (S3 User Guide, "The meaning of public";
// authorization.md 1.8): whether an Allow is not limited to fixed values of who may use it or from where.
// Deny statements are not considered.
func (p *Policy) IsPublic() bool { return p.public >= 0 }

// PublicStatement returns the first statement that makes the policy public, -1 if none does.
func (p *Policy) PublicStatement() int { return p.public }

func (p *Policy) findPublic() int {
	for i := range p.statements {
		s := &p.statements[i]
		if s.void == nil && s.effect == Allow && !s.principals.fixed() && !slices.ContainsFunc(s.conditions, limitsAccess) {
			return i
		}
	}
	return -1
}

// fixed reports whether the element names particular principals. Identity providers that anybody can sign up with
// are known by a host name, those of one's own account by an ARN.
func (p *principals) fixed() bool {
	if p == nil || p.not || p.everyone {
		return false
	}
	return !slices.ContainsFunc(p.entries, func(e principalEntry) bool {
		return e.form == providerForm && !strings.HasPrefix(e.text, "arn:") || strings.Contains(e.text, "*")
	})
}

// limitingKeys are the condition keys that keep a policy from being public when their values are fixed.
var limitingKeys = map[string]func(condition, string) bool{
	"aws:principalaccount":      condition.fixedValue,
	"aws:principalarn":          condition.fixedValue,
	"aws:principalorgid":        condition.fixedValue,
	"aws:sourceaccount":         condition.fixedValue,
	"aws:sourcearn":             condition.fixedValue,
	"aws:sourceip":              condition.narrowRange,
	"aws:sourceowner":           condition.fixedValue,
	"aws:sourcevpc":             condition.fixedValue,
	"aws:sourcevpce":            condition.fixedValue,
	"aws:userid":                condition.fixedValue,
	"s3:dataaccesspointaccount": condition.fixedValue,
	"s3:dataaccesspointarn":     condition.fixedAccessPoint,
	"s3:x-amz-server-side-encryption-aws-kms-key-id": condition.fixedValue,
}

// limitingOperators compare for equality. What a negated, optional or ForAllValues operator lets through is not
// limited to its values.
var limitingOperators = []string{
	"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress",
}

func limitsAccess(k condition) bool {
	fixed, ok := limitingKeys[k.folded]
	if !ok || k.operator.ifExists || k.operator.quantifier == forAllValues || len(k.wanted) == 0 ||
		!slices.Contains(limitingOperators, k.operator.name) {
		return false
	}
	for _, v := range k.wanted {
		if !fixed(k, v) {
			return false
		}
	}
	return true
}

// fixedValue reports whether a value has neither wildcards nor policy variables. A wildcard counts even under an
// operator that takes it literally.
func (k condition) fixedValue(v string) bool {
	p := compilePattern(v, syntax{wildcards: true, variables: k.variables})
	return !p.hasWildcards() && !p.hasVariables()
}

// narrowRange reports whether a range is no broader than /8 in IPv4 and /32 in IPv6. AWS also exempts the private
// ranges of RFC 1918, none of which is broader.
func (k condition) narrowRange(v string) bool {
	prefix, ok := parseCIDR(v)
	return ok && k.operator.name == "IpAddress" && prefix.Bits() >= leastBits(prefix.Addr())
}

func leastBits(a netip.Addr) int {
	if a.Is4() {
		return 8
	}
	return 32
}

// fixedAccessPoint accepts a wildcard as the access point's name where the account is fixed.
func (k condition) fixedAccessPoint(v string) bool {
	a, ok := splitARN(v)
	if !ok {
		return false
	}
	name, isAccessPoint := strings.CutPrefix(a.resource, "accesspoint/")
	if !isAccessPoint || strings.Contains(name, "${") {
		return k.fixedValue(v)
	}
	return isAccountID(a.account) && k.fixedValue(strings.TrimSuffix(v, name))
}
