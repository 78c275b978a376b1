package world

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// PrincipalPossible is PrincipalExists for what is read from a file, which need not
// hold the whole of what its policies speak of: of an origin access identity and of a
// canonical user id it wants no more than the form. Doubts warns of them.
func (s *State) PrincipalPossible(arn string) bool { return outsideIAM(arn) || s.PrincipalExists(arn) }

// outsideIAM says that the principal is named in a way that no account number stands in.
func outsideIAM(arn string) bool {
	return strings.HasPrefix(arn, policy.OriginIdentityARN) || IsGranteeID(strings.ToLower(arn))
}

// knows says whether the world has a canonical user id, or an origin access identity.
func (s *State) knows(name string) bool {
	if name == AnonymousID || s.AccountWith(name) != nil {
		return true
	}
	for _, c := range s.Callers {
		if c.OriginIdentity != "" && (c.Principal.ARN == name || c.Principal.CanonicalID == name) {
			return true
		}
	}
	return false
}

// Doubts are warnings about principals that a policy names: AWS may refuse them, and
// nobody here is one.
func (s *State) Doubts(p *policy.Policy) []string {
	var all []string
	for _, name := range p.Uncertain() {
		if doubt := DoubtAbout(s, name); doubt != "" {
			all = append(all, doubt)
		}
	}
	return all
}

// DoubtAbout is the doubt of a world about one of a policy's Uncertain principals; empty: there is none.
func DoubtAbout(s *State, name string) string {
	switch {
	case !outsideIAM(name):
		return "the service principal " + name + " is none that s3fault knows; if AWS does not know it either, " +
			"it refuses the policy: Invalid principal in policy"
	case !s.knows(name):
		return "this world has no " + kindOfPrincipal(name) + " " + strings.TrimPrefix(name, policy.OriginIdentityARN) +
			"; where AWS has none either, it refuses the policy: Invalid principal in policy"
	}
	return ""
}

// AllDoubts are the Doubts about every policy of a bucket, a KMS key and a role, with the
// name of whose it is.
func (s *State) AllDoubts() []string {
	var all []string
	add := func(whose string, p *authz.Named) {
		if p == nil || p.Policy == nil {
			return
		}
		for _, d := range s.Doubts(p.Policy) {
			all = append(all, whose+": "+d)
		}
	}
	for name, b := range s.Buckets {
		add("bucket "+name, b.Policy)
	}
	for arn, k := range s.Keys {
		add("key "+arn, k.Policy)
	}
	for _, a := range s.Accounts {
		for _, r := range a.Roles {
			add("role "+r.ARN, r.Trust)
		}
	}
	slices.Sort(all)
	return all
}

func kindOfPrincipal(name string) string {
	if strings.HasPrefix(name, policy.OriginIdentityARN) {
		return "origin access identity"
	}
	return "canonical user id"
}
