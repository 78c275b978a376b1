package policy

import (
	"fmt"
	"strings"
)

// PrincipalKind says what kind of requester a Principal is.
type PrincipalKind int

const (
	Anonymous PrincipalKind = iota
	Root
	User
	RoleSession
	FederatedUser
	Service
	OriginAccessIdentity // of CloudFront, which reads a bucket for whoever asks the distribution
	WebIdentity          // who has a token of an identity provider, while it is exchanged for a role's session
)

// OriginIdentityARN is the ARN of an origin access identity up to its id. It stands in the place of a user's, and is of
// no account (CloudFront Developer Guide, "Use an origin access identity").
const OriginIdentityARN = "arn:aws:iam::cloudfront:user/" + originIdentity

const originIdentity = "CloudFront Origin Access Identity "

// Principal is who makes a request.
type Principal struct {
	Kind        PrincipalKind
	Account     string // twelve digits; "" for who is of no account: InAccount. Of a WebIdentity the provider's
	ARN         string // as messages print it: the user's, the session's (arn:aws:sts::...) or the account root's
	RoleARN     string // of a RoleSession: its role. With a path it matches exactly, without one by account and name
	IssuerARN   string // of a FederatedUser: the user who asked for the session, matched as RoleARN is
	Service     string // of a Service: such as logging.s3.amazonaws.com
	CanonicalID string // the canonical user id of the account or the origin access identity, "" if unknown
	Provider    string // the identity provider through which a session was federated, "" if none
}

// String returns the ARN, the service's name, or "anonymous".
func (p *Principal) String() string {
	switch {
	case p == nil || p.Kind == Anonymous:
		return "anonymous"
	case p.Kind == Service:
		return p.Service
	case p.Kind == WebIdentity:
		return p.Provider
	}
	return p.ARN
}

// InAccount says whether the principal is somebody of an account, whom the account's policies bind: neither an
// anonymous requester, nor a service, nor an origin access identity.
func (p *Principal) InAccount() bool {
	switch p.Kind {
	case Anonymous, Service, OriginAccessIdentity, WebIdentity:
		return false
	}
	return true
}

// account is the account that the principal is of, "" for one that is of none.
func (p *Principal) account() string {
	if !p.InAccount() {
		return ""
	}
	return p.Account
}

// ParsePrincipal reads the ARN of a user, an assumed-role session, a federated user, an account's root or an origin
// access identity, a service principal's name, or "anonymous". The role of a session and the user behind a federated
// one are derived from the names in the ARN, without the path that the ARN does not show.
func ParsePrincipal(s string) (Principal, error) {
	if strings.EqualFold(s, "anonymous") {
		return Principal{Kind: Anonymous}, nil
	}
	if !strings.HasPrefix(s, "arn:") {
		if !isServiceName(s) {
			return Principal{}, fmt.Errorf("principal %q is no ARN, service principal or \"anonymous\"", s)
		}
		return Principal{Kind: Service, Service: s}, nil
	}
	if id, ok := strings.CutPrefix(s, OriginIdentityARN); ok && id != "" {
		return Principal{Kind: OriginAccessIdentity, ARN: s}, nil
	}
	a, ok := splitARN(s)
	if !ok || a.region != "" || !isAccountID(a.account) {
		return Principal{}, fmt.Errorf("principal %q is no ARN of a principal", s)
	}
	p := Principal{ARN: s, Account: a.account}
	kind, name, _ := strings.Cut(a.resource, "/")
	issuer := "arn:" + a.partition + ":iam::" + a.account
	switch {
	case a.service == "iam" && a.resource == "root":
		p.Kind = Root
	case a.service == "iam" && kind == "user" && lastSegment(name) != "":
		p.Kind = User
	case a.service == "sts" && kind == "assumed-role" && isSessionName(name):
		role, _, _ := strings.Cut(name, "/")
		p.Kind, p.RoleARN = RoleSession, issuer+":role/"+role
	case a.service == "sts" && kind == "federated-user" && name != "":
		p.Kind, p.IssuerARN = FederatedUser, issuer+":user/"+name
	default:
		return Principal{}, fmt.Errorf("principal %q is no user, assumed role, federated user or root", s)
	}
	return p, nil
}

// isSessionName reports whether s is ROLE/SESSION. The ARN of a session never shows the role's path.
func isSessionName(s string) bool {
	role, session, ok := strings.Cut(s, "/")
	return ok && role != "" && session != "" && !strings.Contains(session, "/")
}

// isServiceName reports whether s has the form of a service principal: a lower-case host name with a dot.
func isServiceName(s string) bool {
	return strings.Contains(s, ".") && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" &&
		!strings.HasPrefix(s, ".") && !strings.HasSuffix(s, ".")
}
