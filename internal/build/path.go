package build

import (
	"encoding/json"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

// Path is where a fact is in a world's facts: the keys that lead to it.
type Path []string

// Keyed is a row.
type Keyed interface{ Key() string }

// At is a fact of what the path leads to, or one of its things by name, and what is
// below it.
func (p Path) At(row Keyed, names ...string) Path {
	return slices.Concat(p, Path{row.Key()}, names)
}

// AccountAt is an account.
func AccountAt(id string) Path { return Path{}.At(Accounts, id) }

// BucketAt is a bucket.
func BucketAt(name string) Path { return Path{}.At(Buckets, name) }

// CallerAt is a caller.
func CallerAt(name string) Path { return Path{}.At(Callers, name) }

// KeyAt is a KMS key.
func KeyAt(id string) Path { return Path{}.At(Keys, id) }

// EndpointAt is a VPC endpoint.
func EndpointAt(id string) Path { return Path{}.At(Endpoints, id) }

// PointAt is an access point.
func PointAt(all world.AccessPoints, p *world.AccessPoint) Path {
	return Path{}.At(AccessPoints, PointKey(all, p))
}

// NetworkAt is where requests seem to come from.
func NetworkAt() Path { return Path{"network"} }

// ClockAt is the world's time.
func ClockAt() Path { return Path{"clock"} }

// OrganizationAt is the organization.
func OrganizationAt() Path { return Path{}.At(Organization) }

// shared is the key of facts that several things have alike.
type shared string

func (s shared) Key() string { return string(s) }

// What users, roles and groups have alike.
const (
	InlinePolicies   shared = "policies"
	AttachedPolicies shared = "managed_policies"
	Boundary         shared = "permissions_boundary"
	Tags             shared = "tags" // of objects and buckets too
)

// ACLWith is an ACL with one grant more, to who has the name in a file, as a fact has it.
func ACLWith(all authz.ACL, grantee string, p authz.Permission) json.Marshaler {
	a := grantsOf(all)
	a.listed = append(a.listed, grant{grantee, string(p)})
	return accessList.Write(a)
}
