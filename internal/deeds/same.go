package deeds

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// sameness says of whom and of what two worlds have the very same facts: a question that
// only these decide has the same answer in both, and need not be asked twice.
type sameness struct {
	world, keys    bool // the network and its like, all KMS keys
	people, things []bool
}

func (n *Net) sameness(a, b *court) sameness {
	s := sameness{people: make([]bool, len(n.people)), things: make([]bool, len(n.things))}
	s.world = sameNetwork(a.m.State, b.m.State)
	s.keys = maps.EqualFunc(a.m.State.Keys, b.m.State.Keys, sameKey)
	for i := range n.people {
		s.people[i] = s.world && samePerson(a, b, i)
	}
	for i := range n.things {
		s.things[i] = sameThing(a, b, &n.things[i])
	}
	return s
}

// decides says whether the same facts decide a deed in both worlds.
func (s *sameness) decides(d deed) bool {
	if !s.world || d.draft == sealed && !s.keys || d.person >= len(s.people) || d.thing >= len(s.things) {
		return false
	}
	return s.people[d.person] && s.things[d.thing]
}

// sameNetwork says that requests take the same way.
func sameNetwork(a, b *world.State) bool {
	secure := func(s *world.State) bool { return s.Network.SecureTransport != nil && *s.Network.SecureTransport }
	m, n := a.Network, b.Network
	m.SecureTransport, n.SecureTransport = nil, nil
	return m == n && secure(a) == secure(b) && a.Region == b.Region && a.Answers == b.Answers &&
		maps.EqualFunc(a.Endpoints, b.Endpoints, sameEndpoint)
}

func sameEndpoint(a, b *world.VPCEndpoint) bool {
	return a == b || a.VPC == b.VPC && a.Region == b.Region && a.Account == b.Account &&
		slices.Equal(a.RouteTables, b.RouteTables) && samePolicies(a.Policies(), b.Policies())
}

// samePerson says that somebody is bound by the same, and has the same condition keys.
func samePerson(a, b *court, person int) bool {
	s := seat{person: person, region: a.m.State.Region}
	x, y := a.asker(s, true), b.asker(s, true)
	if x == nil || y == nil {
		return x == y
	}
	p, q := x.Question("", "*", authz.Target{}), y.Question("", "*", authz.Target{})
	return *p.Principal == *q.Principal && samePolicies(p.Identity, q.Identity) &&
		samePolicies(p.Boundaries, q.Boundaries) && sameLevels(p.Session, q.Session) && sameLevels(p.SCPs, q.SCPs) &&
		sameKeys(a, b, s)
}

// sameKeys says that the condition keys of who asks are the same.
func sameKeys(a, b *court, s seat) bool {
	x, y := map[string][]string{}, map[string][]string{}
	maps.Insert(x, a.asker(s, true).Keys().All())
	maps.Insert(y, b.asker(s, true).Keys().All())
	return maps.EqualFunc(x, y, slices.Equal)
}

func sameLevels(a, b []authz.Level) bool {
	return (a == nil) == (b == nil) && slices.EqualFunc(a, b, func(a, b authz.Level) bool {
		return samePolicies(a.Policies, b.Policies)
	})
}

func samePolicy(a, b *authz.Named) bool {
	if a == nil || b == nil {
		return a == b
	}
	return samePolicies([]authz.Named{*a}, []authz.Named{*b})
}

// sameThing says that a resource's side is the same.
func sameThing(a, b *court, t *thing) bool {
	s, u := a.m.State, b.m.State
	if !sameLevels(s.RCPs(t.account), u.RCPs(t.account)) || !sameOrganization(s, u, t.account) {
		return false
	}
	switch t.kind {
	case buckets, objects:
		return sameBucket(a, b, t)
	case keys:
		return sameKey(a.key(t), b.key(t))
	case roles:
		return samePolicy(a.trust(t), b.trust(t))
	}
	return true
}

// sameOrganization says that an account is in the same place of the same organization.
func sameOrganization(a, b *world.State, account string) bool {
	path := func(s *world.State) string {
		if at := s.Accounts[account]; at != nil && at.Membership != nil {
			return at.Membership.Path
		}
		return ""
	}
	return path(a) == path(b)
}

func sameBucket(a, b *court, t *thing) bool {
	x, y := a.bucket(t), b.bucket(t)
	if x == nil || y == nil {
		return x == y
	}
	return x.Owner == y.Owner && x.Region == y.Region && samePolicy(x.Policy, y.Policy) && x.Ownership == y.Ownership &&
		a.m.State.PublicAccess(x) == b.m.State.PublicAccess(y) && slices.Equal(x.ACL, y.ACL) &&
		x.RequesterPays == y.RequesterPays && x.Encryption == y.Encryption &&
		maps.Equal(a.m.State.AccessTags(x), b.m.State.AccessTags(y)) &&
		a.m.State.CanonicalID(x.Owner) == b.m.State.CanonicalID(y.Owner) && sameObject(a, b, t)
}

func sameObject(a, b *court, t *thing) bool {
	o, p := a.object(t), b.object(t)
	if o == nil || p == nil {
		return o == p
	}
	return o == p || o.Owner == p.Owner && slices.Equal(o.ACL, p.ACL) && maps.Equal(o.Tags, p.Tags) &&
		o.Retention == p.Retention && o.LegalHold == p.LegalHold && sameSeal(o.Encryption, p.Encryption)
}

func sameSeal(a, b store.Encryption) bool {
	return a.Algorithm == b.Algorithm && a.KeyARN == b.KeyARN && a.BucketKey == b.BucketKey &&
		maps.Equal(a.Context, b.Context)
}

// sameKey says that a KMS key decides the same. Grants that were made anew are not
// compared.
func sameKey(a, b *world.Key) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a == b || samePolicy(a.Policy, b.Policy) && a.State == b.State && a.KeyKind == b.KeyKind &&
		len(a.Grants)+len(b.Grants) == 0 && maps.Equal(a.Tags, b.Tags) && slices.EqualFunc(a.Aliases, b.Aliases, sameAlias)
}

func sameAlias(a, b world.Alias) bool { return a.Name == b.Name }
