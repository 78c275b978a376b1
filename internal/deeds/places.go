package deeds

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

// place is where policies are, by a name that is the same in every world: the bucket
// policy of a bucket, all identity policies of a user.
type place struct {
	name     string
	policies []authz.Named
	// on is the resource that the place belongs to, where its statements are about no other;
	// empty: they name them.
	on string
}

// places are all of a world's.
func places(s *world.State) []place {
	var all []place
	add := func(name, on string, policies ...authz.Named) {
		if len(policies) > 0 {
			all = append(all, place{name, policies, on})
		}
	}
	one := func(name, on string, p *authz.Named) {
		if p != nil {
			add(name, on, *p)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(s.Accounts)) {
		accountPlaces(s.Accounts[number], add, one)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Callers)) {
		for _, level := range s.Callers[name].SessionPolicies {
			add("session "+name+" "+level.Name, "", level.Policies...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Buckets)) {
		one("bucket "+name, "", s.Buckets[name].Policy)
	}
	for _, arn := range slices.Sorted(maps.Keys(s.Keys)) {
		one("key "+arn, arn, s.Keys[arn].Policy)
	}
	for _, id := range slices.Sorted(maps.Keys(s.Endpoints)) {
		add("endpoint "+id, "", s.Endpoints[id].Policies()...)
	}
	return all
}

// accountPlaces are those of an account: its users and roles, and what binds it in an
// organization.
func accountPlaces(
	a *world.Account, add func(name, on string, policies ...authz.Named), one func(name, on string, p *authz.Named),
) {
	for _, name := range slices.Sorted(maps.Keys(a.Users)) {
		u := a.Users[name]
		add("identity "+u.ARN, "", u.Policies...)
		one("boundary "+u.ARN, "", u.Boundary)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Roles)) {
		r := a.Roles[name]
		add("identity "+r.ARN, "", r.Policies...)
		one("boundary "+r.ARN, "", r.Boundary)
		one("trust "+r.ARN, r.ARN, r.Trust)
	}
	if a.Membership == nil {
		return
	}
	for _, level := range a.Membership.SCPs {
		add("scp "+a.ID+" "+level.Name, "", level.Policies...)
	}
	for _, level := range a.Membership.RCPs {
		add("rcp "+a.ID+" "+level.Name, "", level.Policies...)
	}
}

// statementsOf are all statements of a world.
func (n *Net) statementsOf(s *world.State) []*statement {
	var all []*statement
	for _, p := range places(s) {
		for i := range p.policies {
			all = append(all, n.statementsOfPolicy(&p.policies[i])...)
		}
	}
	return all
}

// moved is a statement that one of two worlds does not have in its place.
type moved struct {
	*statement
	on string
}

// movedBetween are the statements that were added, changed or removed, each once.
func (n *Net) movedBetween(before, after *world.State) []moved {
	was, is := places(before), places(after)
	known := map[string]*place{}
	for i := range was {
		known[was[i].name] = &was[i]
	}
	var all []moved
	seen := map[string]bool{}
	for i := range is {
		old := known[is[i].name]
		delete(known, is[i].name)
		if old == nil || !samePolicies(old.policies, is[i].policies) {
			all = n.differ(all, seen, old, &is[i])
		}
	}
	for i := range was {
		if known[was[i].name] != nil {
			all = n.differ(all, seen, &was[i], nil)
		}
	}
	return all
}

func samePolicies(a, b []authz.Named) bool {
	return slices.EqualFunc(a, b, func(a, b authz.Named) bool {
		return a.Policy == b.Policy || a.Policy != nil && b.Policy != nil && a.Policy.Source() == b.Policy.Source()
	})
}

// differ adds the statements that only one of two places has.
func (n *Net) differ(all []moved, seen map[string]bool, was, is *place) []moved {
	before, after := n.statementsAt(was), n.statementsAt(is)
	for _, side := range []struct {
		of, other map[string]moved
	}{{after, before}, {before, after}} {
		for _, text := range slices.Sorted(maps.Keys(side.of)) {
			m := side.of[text]
			if _, both := side.other[text]; both || seen[m.on+text] {
				continue
			}
			seen[m.on+text] = true
			all = append(all, m)
		}
	}
	return all
}

func (n *Net) statementsAt(p *place) map[string]moved {
	all := map[string]moved{}
	if p == nil {
		return all
	}
	for i := range p.policies {
		for _, s := range n.statementsOfPolicy(&p.policies[i]) {
			all[s.text] = moved{s, p.on}
		}
	}
	return all
}
