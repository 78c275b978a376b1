package world

import (
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// Propagation is how much of the world's time goes by until a change that is made through
// an AWS API counts for decisions; zero: none, it counts at once. What a patch, a fix or
// the control plane changes always counts at once.
type Propagation struct {
	Principals     time.Duration // users and roles: whether they are there
	AccessKeys     time.Duration // long-term keys: whether they are there, and active
	IAMPolicies    time.Duration // all that binds a user or role, its groups' policies and a role's trust policy too
	BucketPolicies time.Duration
	KMSKeys        time.Duration // keys: whether they are there, their state, policies, grants and aliases
	Reads          Reads
}

// Reads is what calls show that only read, while a change is on its way.
type Reads string

// The settings of Reads; empty is ReadsFresh (interface.md "Propagation").
const (
	ReadsFresh Reads = "fresh" // what the change has made
	ReadsStale Reads = "stale" // what decisions go by
)

// facet is what of a world propagates by itself.
type facet int

const (
	principals facet = iota
	accessKeys
	iamPolicies
	bucketPolicies
	kmsKeys
)

// of is how long a facet's changes take.
func (p Propagation) of(f facet) time.Duration {
	return [...]time.Duration{p.Principals, p.AccessKeys, p.IAMPolicies, p.BucketPolicies, p.KMSKeys}[f]
}

// slow says that some change does not count at once.
func (p Propagation) slow() bool {
	return p.Principals+p.AccessKeys+p.IAMPolicies+p.BucketPolicies+p.KMSKeys > 0
}

// change is one that need not count yet.
type change struct {
	facet facet
	at    time.Time // when it was made, by the world's clock
	place []string  // of what has changed, as the scenario file has it, or finer
	was   undone
	key   string // an access key that still works; empty: none
}

// pending says whether it does not count yet at the world's time now. One from the future
// does as long as its time is near: requests may overtake one another, and a clock that
// was set back by far would never get there.
func (c *change) pending(p Propagation, now time.Time) bool {
	from, until := c.span(p)
	return !now.Before(from) && now.Before(until)
}

func (c *change) span(p Propagation) (from, until time.Time) {
	d := p.of(c.facet)
	return c.at.Add(-d), c.at.Add(d)
}

// same says whether two changes are of one thing, at one time: what was there before both
// is what the first undoes.
func (c *change) same(other change) bool {
	return c.facet == other.facet && c.at.Equal(other.at) && slices.Equal(c.place, other.place)
}

// Changed is next as a state that was made of before through an AWS API, at the world's time
// now: what has changed counts once it has propagated. What has by then is forgotten.
func Changed(before, next *State, now time.Time) *State {
	if !next.Propagation.slow() {
		return next
	}
	changes := onTheirWay(before, now)
	for _, c := range changesFrom(before, next, now) {
		if !slices.ContainsFunc(changes, c.same) {
			changes = append(changes, c)
		}
	}
	return withRecent(next, changes)
}

// Carry is next with the changes of before that are on their way, but for those of what a
// patch or a fix has touched: untouched says of a place in the scenario's file that it is
// as it was.
func Carry(before, next *State, now time.Time, untouched func(place ...string) bool) *State {
	touched := func(c change) bool { return !untouched(c.place...) }
	return withRecent(next, slices.DeleteFunc(onTheirWay(before, now), touched))
}

func withRecent(s *State, changes []change) *State {
	if len(changes) == 0 && len(s.recent) == 0 {
		return s
	}
	c := *s
	c.recent = changes
	return &c
}

// onTheirWay are the changes that do not count yet, the oldest first.
func onTheirWay(s *State, now time.Time) []change {
	var all []change
	for _, c := range s.recent {
		if c.pending(s.Propagation, now) {
			all = append(all, c)
		}
	}
	return all
}

// changesFrom are those from one state to the next, at the world's time at.
func changesFrom(before, next *State, at time.Time) []change {
	var all []change
	note := func(c change) {
		if c.at = at; next.Propagation.of(c.facet) > 0 {
			all = append(all, c)
		}
	}
	for id := range union(before.Accounts, next.Accounts) {
		was, is := accountIn(before, id), accountIn(next, id)
		noteAccount(note, id, was, is)
		noteUsers(note, id, was.Users, is.Users)
		noteRoles(note, id, was.Roles, is.Roles)
	}
	noteCredentials(note, before.credentials, next.credentials, at)
	notePolicies(note, before.Buckets, next.Buckets)
	notePoints(note, before.AccessPoints, next.AccessPoints)
	noteKeys(note, before.Keys, next.Keys)
	return all
}

// noting enters a change.
type noting func(change)

// accountIn is never nil.
func accountIn(s *State, id string) *Account {
	if a := s.Accounts[id]; a != nil {
		return a
	}
	return &Account{}
}

// union is the keys of both maps, in no order.
func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	if all == nil {
		return b
	}
	maps.Copy(all, b)
	return all
}

// noteAccount notes that there are other managed policies or groups.
func noteAccount(note noting, id string, was, is *Account) {
	bound := func(a, b *Group) bool { return a.ID == b.ID && slices.Equal(a.Policies, b.Policies) }
	if maps.EqualFunc(was.ManagedPolicies, is.ManagedPolicies, alike) && maps.EqualFunc(was.Groups, is.Groups, bound) {
		return
	}
	note(change{facet: iamPolicies, place: []string{"accounts", id}, was: undone{Policies: &policiesOf{
		ID: id, ManagedPolicies: was.ManagedPolicies, PolicyDetails: was.PolicyDetails, Groups: was.Groups,
	}}})
}

func noteUsers(note noting, account string, before, now map[string]*User) {
	for name := range union(before, now) {
		was, is := before[name], now[name]
		c := change{place: []string{"accounts", account, "users", name}}
		switch {
		case was == nil || is == nil || was.ID != is.ID:
			c.facet, c.was.User = principals, &principalOf[User]{account, name, was}
		case alike(was.Boundary, is.Boundary) && slices.Equal(was.Policies, is.Policies):
			continue
		default:
			c.facet, c.was.BoundUser = iamPolicies, &principalOf[User]{account, name, was}
		}
		note(c)
	}
}

func noteRoles(note noting, account string, before, now map[string]*Role) {
	for name := range union(before, now) {
		was, is := before[name], now[name]
		c := change{place: []string{"accounts", account, "roles", name}}
		switch {
		case was == nil || is == nil || was.ID != is.ID:
			c.facet, c.was.Role = principals, &principalOf[Role]{account, name, was}
		case alike(was.Boundary, is.Boundary) && alike(was.Trust, is.Trust) && slices.Equal(was.Policies, is.Policies):
			continue
		default:
			c.facet, c.was.BoundRole = iamPolicies, &principalOf[Role]{account, name, was}
		}
		note(c)
	}
}

func alike(a, b *authz.Named) bool { return a == b || a != nil && b != nil && *a == *b }

// noteCredentials notes what has become of access keys, and of the sessions that went
// with their principal. A new session is there at once: STS has no such delay.
func noteCredentials(note noting, before, now map[string]*Caller, at time.Time) {
	for id := range union(before, now) {
		was, is := before[id], now[id]
		switch {
		case was == nil:
			if is.LongTerm() {
				note(change{facet: accessKeys, place: []string{"callers", is.Name}, was: undone{NoCaller: is}})
			}
		case is == nil && !was.Expired(at), is != nil && was.Inactive != is.Inactive:
			note(change{facet: facetOf(was), place: []string{"callers", was.Name}, was: undone{Caller: was}, key: id})
		}
	}
}

// facetOf is what credentials go with.
func facetOf(c *Caller) facet {
	if c.LongTerm() {
		return accessKeys
	}
	return principals
}

// notePolicies notes which buckets have another policy.
func notePolicies(note noting, before, now map[string]*Bucket) {
	for name, is := range now {
		if was := before[name]; was != nil && was.Policy != is.Policy {
			note(change{facet: bucketPolicies, place: []string{"buckets", name, "policy"}, was: undone{Bucket: was}})
		}
	}
}

func noteKeys(note noting, before, now map[string]*Key) {
	for arn := range union(before, now) {
		if was := before[arn]; was != now[arn] {
			note(change{facet: kmsKeys, place: []string{"kms_keys", arn}, was: undone{Key: &keyOf{arn, was}}})
		}
	}
}
