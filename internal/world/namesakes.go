package world

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/policy"
)

// Namesakes are the users, or roles, that have the name of one that there is not: those
// with another path in its account first, then those of other accounts; for an origin
// access identity, those that there are. kind is "user", "role" or that; empty: the ARN is
// of neither, or of an account that the world does not declare.
func Namesakes(s *State, arn string) (kind string, arns []string) {
	if strings.HasPrefix(arn, policy.OriginIdentityARN) {
		return kindOfPrincipal(arn), originIdentities(s)
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" || s.Accounts[parts[4]] == nil {
		return "", nil
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	if kind != "user" && kind != "role" {
		return "", nil
	}
	var elsewhere []string
	for id, a := range s.Accounts {
		other := a.principalNamed(kind, lastSegment(rest))
		switch {
		case other == "":
		case id == parts[4]:
			arns = append(arns, other)
		default:
			elsewhere = append(elsewhere, other)
		}
	}
	slices.Sort(elsewhere)
	return kind, append(arns, elsewhere...)
}

func originIdentities(s *State) (arns []string) {
	for _, c := range s.Callers {
		if c.OriginIdentity != "" {
			arns = append(arns, c.Principal.ARN)
		}
	}
	slices.Sort(arns)
	return arns
}

// Nearest is the user, or role, of the same account that has nearly the name of one that
// there is not; empty: none has.
func Nearest(s *State, arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || s.Accounts[parts[4]] == nil {
		return ""
	}
	a := s.Accounts[parts[4]]
	kind, rest, _ := strings.Cut(parts[5], "/")
	names := slices.Sorted(maps.Keys(a.Users))
	if kind == "role" {
		names = slices.Sorted(maps.Keys(a.Roles))
	}
	return a.principalNamed(kind, nearest.Name(lastSegment(rest), names))
}

// principalNamed is the ARN of the user, or role, of that name; empty: there is none.
func (a *Account) principalNamed(kind, name string) string {
	if u := a.Users[name]; u != nil && kind == "user" {
		return UserARN(a.ID, u.Path, u.Name)
	}
	if r := a.Roles[name]; r != nil && kind == "role" {
		return RoleARN(a.ID, r.Path, r.Name)
	}
	return ""
}
