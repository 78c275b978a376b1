package scenarios

import (
	"strconv"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// describe is a world as it is now, in the form of the scenario file: what a
// patch is merged into. Objects are without their bodies.
func describe(m *store.Moment) *node {
	s := m.State
	n := newMapping()
	responses, asOf := s.Answers.Settings()
	n.add("responses", newText(string(responses)))
	if !asOf.IsZero() {
		n.add("as_of", newText(asOf.Format(time.DateOnly)))
	}
	n.add("region", newText(s.Region))
	n.add("network", describeNetwork(s.Network))
	n.add("route_tables", mapOf(s.RouteTables, describeRouteTable))
	n.add("vpc_endpoints", mapOf(s.Endpoints, describeEndpoint))
	n.add("clock", describeClock(s.Clock))
	n.add("accounts", mapOf(s.Accounts, describeAccount))
	n.add("organization", describeOrganization(s.Organization))
	n.add("callers", mapOf(s.Callers, describeCaller))
	n.add("buckets", mapOf(s.Buckets, func(b *world.Bucket) *node { return describeBucket(b, m.Index) }))
	n.add("trails", mapOf(s.Trails, describeTrail))
	n.add("kms_keys", describeKeys(s, m.Uses))
	n.add("new_buckets", describeDefaults(s.NewBuckets))
	n.add("sigv2", newText(string(s.SigV2)))
	return n
}

// mapOf describes every value of a map, by name.
func mapOf[V any](m map[string]V, one func(V) *node) *node {
	n := newMapping()
	for _, name := range keysOf(m) {
		n.add(name, one(m[name]))
	}
	return n
}

func textsOf(m map[string]string) *node {
	if len(m) == 0 {
		return nil
	}
	return mapOf(m, newText)
}

// optional is a text that is left out when it is empty.
func optional(text string) *node {
	if text == "" {
		return nil
	}
	return newText(text)
}

// count is a number that is left out when it is 0.
func count(i int) *node {
	if i == 0 {
		return nil
	}
	return newNumber(strconv.Itoa(i))
}

// flag is true, or left out.
func flag(b bool) *node {
	if !b {
		return nil
	}
	return newBool(true)
}

func describeClock(c world.Clock) *node {
	n := newMapping().add("offset", newText(c.Offset.String()))
	if !c.Frozen.IsZero() {
		n.add("now", newText(isoDate(c.Frozen)))
	}
	return n
}

// describePolicy is the policy as a tree, so that a patch can reach into it.
func describePolicy(p *authz.Named) *node {
	if p == nil {
		return nil
	}
	tree, err := parseJSON(p.Name, []byte(p.Policy.Source()))
	if err != nil {
		return newText(p.Policy.Source()) // it was compiled: it is JSON
	}
	moveTo(tree, place{})
	tree.policy = p
	return tree
}

func describePolicies(all []authz.Named) *node {
	if len(all) == 0 {
		return nil
	}
	n := newMapping()
	for i := range all {
		n.add(all[i].Name, describePolicy(&all[i]))
	}
	return n
}

func describeAccount(a *world.Account) *node {
	n := newMapping().add("name", optional(a.Name)).add("canonical_id", optional(a.CanonicalID))
	n.add("managed_policies", mapOf(a.ManagedPolicies, describePolicy))
	n.add("policy_details", describeDetails(a))
	n.add("groups", mapOf(a.Groups, func(g *world.Group) *node {
		return newMapping().add("id", unlike(g.ID, world.GroupID(a.ID, g.Name))).add("path", optional(g.Path)).
			add("policies", describePolicies(g.Inline)).add("managed_policies", newList(g.Managed))
	}))
	n.add("users", mapOf(a.Users, func(u *world.User) *node {
		return newMapping().add("id", unlike(u.ID, world.UserID(a.ID, u.Name))).add("policies", describePolicies(u.Inline)).add("managed_policies", newList(u.Managed)).
			add("groups", newList(u.Groups)).add("permissions_boundary", describeBoundary(a, u.Boundary)).
			add("tags", textsOf(u.Tags)).add("path", optional(u.Path))
	}))
	n.add("roles", mapOf(a.Roles, func(r *world.Role) *node {
		d := newMapping().add("id", unlike(r.ID, world.RoleID(a.ID, r.Name))).add("description", optional(r.Description)).
			add("policies", describePolicies(r.Inline)).add("managed_policies", newList(r.Managed)).
			add("permissions_boundary", describeBoundary(a, r.Boundary)).add("tags", textsOf(r.Tags)).
			add("path", optional(r.Path)).add("trust", describePolicy(r.Trust))
		if r.MaxSession != 0 {
			d.add("max_session", newText(r.MaxSession.String()))
		}
		return d
	}))
	return n.add("public_access_block", describeBlock(a.PublicAccessBlock))
}

// unlike is a text that is left out when it is the derived one.
func unlike(text, derived string) *node {
	if text == derived {
		return nil
	}
	return newText(text)
}

// describeBoundary names a managed policy, and writes out any other.
func describeBoundary(a *world.Account, p *authz.Named) *node {
	if p != nil && p.ARN != "" && a.ManagedPolicy(p.Name) != nil {
		return newText(a.PolicyRef(p))
	}
	return describePolicy(p)
}

func describeBlock(b *world.PublicAccessBlock) *node {
	if b == nil {
		return newText(none)
	}
	return newMapping().add("block_public_acls", newBool(b.BlockPublicAcls)).
		add("ignore_public_acls", newBool(b.IgnorePublicAcls)).
		add("block_public_policy", newBool(b.BlockPublicPolicy)).
		add("restrict_public_buckets", newBool(b.RestrictPublicBuckets))
}

func describeOwnership(o world.ObjectOwnership) *node {
	if o == "" {
		return newText(none)
	}
	return newText(string(o))
}

func describeEncryption(e world.Encryption) *node {
	if e.Algorithm == "" {
		return nil
	}
	return newMapping().add("algorithm", newText(e.Algorithm)).add("kms_key", optional(e.KMSKey)).
		add("bucket_key", flag(e.BucketKey)).add("block_ssec", flag(e.BlockSSEC))
}

func describeBucket(b *world.Bucket, x *store.Index) *node {
	n := newMapping().add("owner", newText(b.Owner)).add("region", newText(b.Region))
	n.add("policy", describePolicy(b.Policy)).add("object_ownership", describeOwnership(b.Ownership))
	n.add("public_access_block", describeBlock(b.PublicAccessBlock))
	n.add("encryption", describeEncryption(b.Encryption))
	n.add("acl", describeACL(b.ACL)).add("versioning", optional(string(b.Versioning))).add("mfa_delete", flag(b.MFADelete)).add("object_lock", describeLock(b.ObjectLock))
	n.add("requester_pays", flag(b.RequesterPays)).add("tags", textsOf(b.Tags)).add("abac", flag(b.ABAC))
	objects := newMapping()
	for _, o := range objectsOf(x.Bucket(b.Name)) {
		objects.add(o.Key, describeObject(o, b))
	}
	return n.add("objects", objects)
}

// objectsOf is every current object of a bucket.
func objectsOf(b *store.Bucket) []*store.Object {
	var all []*store.Object
	if b == nil {
		return nil
	}
	for q := (store.ListQuery{Max: 1000}); ; {
		page := b.List(q)
		all = append(all, page.Objects...)
		if !page.Truncated {
			return all
		}
		q.After = page.Next
	}
}

func describeObject(o *store.Object, b *world.Bucket) *node {
	e := world.Encryption{Algorithm: o.Encryption.Algorithm, KMSKey: o.Encryption.KeyARN, BucketKey: o.Encryption.BucketKey}
	n := newMapping().add("size", newNumber(strconv.FormatInt(o.Size, 10)))
	if b.Versioning != "" {
		n.add("version_id", newText(o.Version))
	}
	return n.add("owner", newText(o.Owner)).
		add("encryption", describeEncryption(e)).add("acl", describeACL(o.ACL)).
		add("metadata", textsOf(o.Metadata)).add("storage_class", optional(o.StorageClass)).add("tags", textsOf(o.Tags)).
		add("retention", describeRetention(o.Retention, b)).add("event_hold", describeEventHold(o.Retention)).
		add("legal_hold", flag(o.LegalHold))
}

func describeDefaults(d world.BucketDefaults) *node {
	return newMapping().add("object_ownership", describeOwnership(d.Ownership)).
		add("public_access_block", describeBlock(d.PublicAccessBlock)).
		add("encryption", describeEncryption(d.Encryption))
}
