package policy

import "strings"

// principals is a compiled Principal or NotPrincipal element.
type principals struct {
	element  string // Principal or NotPrincipal
	not      bool
	bare     bool // written "*", not {"AWS": "*"}
	everyone bool
	entries  []principalEntry
}

// principalEntry is one value of the element.
type principalEntry struct {
	family    string // AWS, Service, Federated or CanonicalUser; what stands before the value
	text      string // as written
	form      principalForm
	partition string
	account   string // twelve digits, or "cloudfront" for an origin access identity
	name      string // of a role or user: the last part of its path
}

type principalForm uint8

const (
	unknownForm principalForm = iota // matches nobody
	everyoneForm
	accountForm
	userForm
	roleForm
	sessionForm
	federatedUserForm
	originForm // an origin access identity
	serviceForm
	providerForm
	canonicalForm
	uniqueIDForm // the id of a deleted user or role: matches nobody
)

// compilePrincipal classifies one value. Whatever has no legal form is kept and matches nobody.
func compilePrincipal(family, text string) principalEntry {
	e := principalEntry{family: family, text: text}
	switch family {
	case "AWS":
		e.classifyAWS()
	case "Service":
		e.form = serviceForm
	case "Federated":
		e.form = providerForm
	case "CanonicalUser":
		e.form = canonicalForm
	}
	return e
}

func (e *principalEntry) classifyAWS() {
	switch {
	case e.text == "*":
		e.form = everyoneForm
		return
	case isAccountID(e.text):
		e.form, e.account = accountForm, e.text
		return
	case isUniqueID(e.text):
		e.form = uniqueIDForm
		return
	}
	a, ok := splitARN(e.text)
	if !ok || a.prefix != "arn" || a.region != "" {
		return
	}
	e.partition, e.account, e.name = a.partition, a.account, lastSegment(a.resource)
	kind, rest, _ := strings.Cut(a.resource, "/")
	switch {
	case a.service == "iam" && a.resource == "root":
		e.form = accountForm
	case rest == "" || e.name == "":
	case a.service == "iam" && kind == "user" && a.account == "cloudfront":
		e.form = originForm
	case a.service == "iam" && kind == "user":
		e.form = userForm
	case a.service == "iam" && kind == "role":
		e.form = roleForm
	case a.service == "sts" && kind == "assumed-role" && isSessionName(rest):
		e.form = sessionForm
	case a.service == "sts" && kind == "federated-user":
		e.form = federatedUserForm
	}
}

// isUniqueID reports whether s is the id of a user or role, which IAM leaves in a policy whose principal was deleted.
func isUniqueID(s string) bool {
	return len(s) >= 16 && (strings.HasPrefix(s, "AIDA") || strings.HasPrefix(s, "AROA")) &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// match returns how the element names the requester, NotNamed when it does not match.
func (p *principals) match(r *Request, effect Effect) Naming {
	requester := r.Principal
	if requester == nil {
		requester = &Principal{}
	}
	if !p.not {
		return p.strongest(requester)
	}
	if p.spares(requester) && (effect == Allow || !r.Bounded) {
		return NotNamed
	}
	return Direct
}

func (p *principals) strongest(requester *Principal) Naming {
	if p.everyone {
		return Direct
	}
	naming := NotNamed
	for i := range p.entries {
		naming = max(naming, p.entries[i].names(requester))
	}
	return naming
}

// spares reports whether NotPrincipal exempts the requester: it must be listed itself, and a role's session by its
// role's ARN as well (AWS Security Blog, "How to Restrict Amazon S3 Bucket Access to a Specific IAM Role";
// authorization.md 1.4). An account listed alone exempts only its root.
func (p *principals) spares(requester *Principal) bool {
	if p.everyone {
		return true
	}
	self, role := false, false
	for i := range p.entries {
		switch p.entries[i].names(requester) {
		case ByUser, Direct:
			self = true
		case ByRole:
			role = true
		case ByAccount:
			self = self || requester.Kind == Root
		}
	}
	return self && (role || requester.Kind != RoleSession)
}

// names says how one value names the requester. Users, roles and sessions are compared with regard to case.
func (e *principalEntry) names(p *Principal) Naming {
	switch e.form {
	case everyoneForm:
		return Direct
	case accountForm:
		return namingIf(p.account() != "" && p.account() == e.account, ByAccount)
	case userForm:
		if p.Kind == FederatedUser {
			return namingIf(e.issued(p.IssuerARN), ByRole)
		}
		return namingIf(p.Kind == User && p.ARN == e.text, ByUser)
	case roleForm:
		return namingIf(p.Kind == RoleSession && e.issued(p.RoleARN), ByRole)
	case sessionForm:
		return namingIf(p.Kind == RoleSession && p.ARN == e.text, Direct)
	case federatedUserForm:
		return namingIf(p.Kind == FederatedUser && p.ARN == e.text, Direct)
	case originForm:
		return namingIf(p.Kind == OriginAccessIdentity && p.ARN == e.text, Direct)
	case serviceForm:
		return namingIf(p.Kind == Service && p.Service == e.text, Direct)
	case providerForm:
		return namingIf(p.Provider != "" && p.Provider == e.text, Direct)
	case canonicalForm:
		if p.Kind == OriginAccessIdentity {
			return namingIf(p.CanonicalID == e.text, Direct)
		}
		return namingIf(p.CanonicalID != "" && p.CanonicalID == e.text, ByAccount)
	}
	return NotNamed
}

func namingIf(named bool, n Naming) Naming {
	if named {
		return n
	}
	return NotNamed
}

// issued reports whether a session whose role or user has the given ARN was issued by the role or user that this
// value names. An ARN without a path may have lost it, since sessions do not show one: names are unique in an
// account, so account and name decide.
func (e *principalEntry) issued(issuer string) bool {
	if issuer == e.text {
		return true
	}
	a, ok := splitARN(issuer)
	if !ok || a.partition != e.partition || a.account != e.account {
		return false
	}
	_, name, _ := strings.Cut(a.resource, "/")
	return name == e.name
}

// wanted returns the element's values for people to read.
func (p *principals) wanted() string {
	if p.bare {
		return "*"
	}
	return joinFunc(p.entries, func(e *principalEntry) string { return e.text })
}
