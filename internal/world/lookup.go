package world

import (
	"iter"
	"maps"
	"strings"

	"github.com/s3fault/s3fault/authz"
)

// Credential is the caller whose access key that is; nil when nobody has it.
func (s *State) Credential(accessKeyID string) *Caller { return s.credentials[accessKeyID] }

// KeyIDs are the access key ids of all callers, and of those that are gone and still work.
func (s *State) KeyIDs() iter.Seq[string] {
	if len(s.recent) == 0 {
		return maps.Keys(s.credentials)
	}
	all := maps.Clone(s.credentials)
	for _, c := range s.recent {
		if c.key != "" {
			all[c.key] = nil
		}
	}
	return maps.Keys(all)
}

// Account is the account of that number; nil when the world does not declare it.
func (s *State) Account(id string) *Account { return s.Accounts[id] }

// Bucket is the bucket of that name; nil when nobody has it.
func (s *State) Bucket(name string) *Bucket { return s.Buckets[name] }

// AccessTags are the tags of a bucket that policies see: none unless it has attribute-based
// access control (S3 User Guide, "Enabling ABAC in general purpose buckets").
func (s *State) AccessTags(b *Bucket) map[string]string {
	if !b.ABAC || !s.Answers.Has(BucketABAC) {
		return nil
	}
	return b.Tags
}

// ManagedPolicy is the account's managed policy of that name, or AWS's, or the one
// with that ARN; nil when neither has one.
func (a *Account) ManagedPolicy(name string) *authz.Named {
	if strings.HasPrefix(name, "arn:") {
		return a.ManagedPolicyAt(name)
	}
	if p := a.ManagedPolicies[name]; p != nil {
		return p
	}
	return AWSManagedPolicies()[name]
}

// ManagedPolicyAt is ManagedPolicy by ARN; a nil account has none.
func (a *Account) ManagedPolicyAt(arn string) *authz.Named {
	if a == nil {
		return nil
	}
	name := lastSegment(arn)
	for _, p := range []*authz.Named{a.ManagedPolicies[name], AWSManagedPolicies()[name]} {
		if p != nil && p.ARN == arn {
			return p
		}
	}
	return nil
}

// RoleAt is the role with that ARN; nil when there is none.
func (s *State) RoleAt(arn string) *Role {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return nil
	}
	a := s.Accounts[parts[4]]
	if a == nil {
		return nil
	}
	if r := a.Roles[lastSegment(parts[5])]; r != nil && r.ARN == arn {
		return r
	}
	return nil
}

// UserOf is the IAM user whose credentials the caller has, or who asked for the
// caller's federated session; nil for other kinds.
func (s *State) UserOf(c *Caller) *User {
	if a := s.Accounts[c.Account]; a != nil && c.User != "" {
		return a.Users[c.User]
	}
	return nil
}

// RoleOf is the IAM role of the caller's session; nil for other kinds.
func (s *State) RoleOf(c *Caller) *Role {
	if a := s.Accounts[c.Account]; a != nil && c.Role != "" {
		return a.Roles[c.Role]
	}
	return nil
}

// CanonicalID is the canonical user id of any account, declared or not.
func (s *State) CanonicalID(account string) string {
	if a := s.Accounts[account]; a != nil && a.CanonicalID != "" {
		return a.CanonicalID
	}
	return CanonicalID(account)
}

// partition is that of every ARN in a world.
const partition = "aws"

// PrincipalExists says whether a policy may name the principal: an ARN, an
// account number, a canonical user id, or the unique id of a user or role. S3
// refuses dead names (authorization.md 7, "Invalid principal in policy"); of
// accounts that the world does not declare nothing is known, so that every name is
// good there. A world is all in one partition, and no principal of another may be
// named (IAM User Guide, "AWS JSON policy elements: Principal").
func (s *State) PrincipalExists(arn string) bool {
	switch {
	case strings.HasPrefix(arn, "AIDA"), strings.HasPrefix(arn, "AROA"):
		return s.uniqueIDExists(arn)
	case outsideIAM(arn):
		return s.knows(arn)
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return true // an account number, a canonical id, a service: not ours to know
	}
	if parts[1] != partition {
		return false
	}
	a := s.Accounts[parts[4]]
	if a == nil {
		return true
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	switch parts[2] + ":" + kind {
	case "iam:user":
		u := a.Users[lastSegment(rest)]
		return u != nil && UserARN(a.ID, u.Path, u.Name) == arn
	case "iam:role":
		r := a.Roles[lastSegment(rest)]
		return r != nil && RoleARN(a.ID, r.Path, r.Name) == arn
	case "sts:assumed-role":
		role, _, _ := strings.Cut(rest, "/")
		return a.Roles[role] != nil
	default:
		return true
	}
}

func (s *State) uniqueIDExists(id string) bool {
	for _, a := range s.Accounts {
		for _, u := range a.Users {
			if u.ID == id {
				return true
			}
		}
		for _, r := range a.Roles {
			if r.ID == id {
				return true
			}
		}
	}
	return false
}

func lastSegment(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
