package deeds

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// Bounds of what is asked about because it has changed, beyond what is asked about anyway.
const (
	maxChanged = 16
	maxLooked  = 1000 // objects of a bucket
)

// changed takes in who and what another world has changed, however much there is besides.
func (n *Net) changed(after *store.Moment) {
	a, b := n.before, n.court(after)
	n.changedBuckets(a, b)
	left := maxChanged
	for _, arn := range slices.Sorted(maps.Keys(b.m.State.Keys)) {
		if k := b.m.State.Keys[arn]; left > 0 && !sameKey(a.m.State.Keys[arn], k) {
			n.thing(thing{kind: keys, arn: arn, account: k.Account})
			left--
		}
	}
	left = maxAccounts
	for _, number := range slices.Sorted(maps.Keys(b.m.State.Accounts)) {
		is := b.m.State.Accounts[number]
		if n.changedIdentities(a.m.State.Account(number), is) && left > 0 {
			left--
			for _, t := range accountThings(b.m.State, is) {
				n.thing(t)
			}
		}
	}
}

// changedBuckets are those with another configuration, and those with another object.
func (n *Net) changedBuckets(a, b *court) {
	left := maxChanged
	for _, name := range slices.Sorted(maps.Keys(b.m.State.Buckets)) {
		owner := b.m.State.Buckets[name].Owner
		if t := bucketThing(name, owner); left > 0 && !sameBucket(a, b, &t) {
			left--
			for _, t := range bucketThings(b.m, b.m.State.Buckets[name]) {
				n.thing(t)
			}
		}
		if contents := b.m.Index.Bucket(name); contents != nil {
			for _, o := range contents.List(store.ListQuery{Max: maxLooked}).Objects {
				if t := objectThing(name, o.Key, owner); left > 0 && a.object(&t) != nil && !sameObject(a, b, &t) {
					left--
					n.thing(t)
				}
			}
		}
	}
}

// changedIdentities are the users and roles of an account that have other policies, and the
// roles that trust others. It says whether there are any.
func (n *Net) changedIdentities(was, is *world.Account) bool {
	if was == nil {
		was = &world.Account{}
	}
	left := maxChanged
	for _, name := range slices.Sorted(maps.Keys(is.Users)) {
		u, old := is.Users[name], was.Users[name]
		if left > 0 && (old == nil || !samePolicies(old.Policies, u.Policies) || !samePolicy(old.Boundary, u.Boundary)) {
			left--
			n.unlessThere(person{name: u.ARN, arn: u.ARN, find: findUser(is.ID, name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(is.Roles)) {
		r, old := is.Roles[name], was.Roles[name]
		if left > 0 && (old == nil || !samePolicies(old.Policies, r.Policies) || !samePolicy(old.Boundary, r.Boundary) ||
			!samePolicy(old.Trust, r.Trust)) {
			left--
			n.unlessThere(person{name: r.ARN, arn: r.ARN, find: findRole(is.ID, name)})
			n.thing(thing{kind: roles, arn: r.ARN, account: is.ID})
		}
	}
	return left < maxChanged
}

// unlessThere adds somebody whom nobody of the net is.
func (n *Net) unlessThere(p person) {
	if !n.isThere(p.arn) {
		n.person(p)
	}
}
