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
	// of is the ARN of the user or role that the place is of; empty: of nobody.
	of string
	// on is the resource that the place belongs to, where its statements are about no other;
	// empty: they name them.
	on string
	// account is that of the resource that the place belongs to; empty: it is of no resource.
	account string
}

// places are all of a world's that have policies.
func places(s *world.State) []place {
	var all []place
	for _, number := range slices.Sorted(maps.Keys(s.Accounts)) {
		all = append(all, accountPlaces(s.Accounts[number])...)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Callers)) {
		for _, level := range s.Callers[name].SessionPolicies {
			all = append(all, place{name: "session " + name + " " + level.Name, policies: level.Policies})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Buckets)) {
		all = append(all, place{name: "bucket " + name, policies: one(s.Buckets[name].Policy), account: s.Buckets[name].Owner})
	}
	for _, arn := range slices.Sorted(maps.Keys(s.Keys)) {
		all = append(all, place{name: "key " + arn, policies: one(s.Keys[arn].Policy), on: arn, account: s.Keys[arn].Account})
	}
	for _, id := range slices.Sorted(maps.Keys(s.Endpoints)) {
		all = append(all, place{name: "endpoint " + id, policies: s.Endpoints[id].Policies()})
	}
	return slices.DeleteFunc(all, func(p place) bool { return len(p.policies) == 0 })
}

func one(p *authz.Named) []authz.Named {
	if p == nil {
		return nil
	}
	return []authz.Named{*p}
}

// accountPlaces are those of an account: its users and roles, and what binds it in an
// organization.
func accountPlaces(a *world.Account) []place {
	var all []place
	for _, name := range slices.Sorted(maps.Keys(a.Users)) {
		u := a.Users[name]
		all = append(all, place{name: "identity " + u.ARN, policies: u.Policies, of: u.ARN},
			place{name: "boundary " + u.ARN, policies: one(u.Boundary), of: u.ARN})
	}
	for _, name := range slices.Sorted(maps.Keys(a.Roles)) {
		r := a.Roles[name]
		all = append(all, place{name: "identity " + r.ARN, policies: r.Policies, of: r.ARN},
			place{name: "boundary " + r.ARN, policies: one(r.Boundary), of: r.ARN},
			place{name: "trust " + r.ARN, policies: one(r.Trust), on: r.ARN, account: a.ID})
	}
	if a.Membership == nil {
		return all
	}
	for _, level := range a.Membership.SCPs {
		all = append(all, place{name: "scp " + a.ID + " " + level.Name, policies: level.Policies})
	}
	for _, level := range a.Membership.RCPs {
		all = append(all, place{name: "rcp " + a.ID + " " + level.Name, policies: level.Policies})
	}
	return all
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
	of, on, account string // as of its place
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
			if _, both := side.other[text]; both || seen[m.of+m.on+text] {
				continue
			}
			seen[m.of+m.on+text] = true
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
			all[s.text] = moved{s, p.of, p.on, p.account}
		}
	}
	return all
}
