package world

import (
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// InForce remembers the State by which decisions went last, beside the States that it was
// worked out of. A nil InForce remembers nothing. It is safe for concurrent use.
type InForce struct{ last atomic.Pointer[inForce] }

// At is s without the changes that have not propagated at the world's time now: decisions
// go by that. Where there are none it is s itself.
func (f *InForce) At(s *State, now time.Time) *State {
	switch {
	case len(s.recent) == 0:
		return s
	case f == nil:
		return workOut(s, now).state
	}
	last := f.last.Load()
	if !last.holds(s, now) {
		last = workOut(s, now)
		f.last.Store(last)
	}
	return last.state
}

// inForce is a State as decisions go by it, of one that has recent changes.
type inForce struct {
	of, state *State
	// It is so from the one time until before the other; a zero until has no end.
	from, until time.Time
}

func (v *inForce) holds(s *State, now time.Time) bool {
	return v != nil && v.of == s && !now.Before(v.from) && (v.until.IsZero() || now.Before(v.until))
}

// workOut makes the state again, without the changes that are on their way.
func workOut(s *State, now time.Time) *inForce {
	v := &inForce{of: s, state: s}
	for _, c := range s.recent {
		from, until := c.span(s.Propagation)
		v.bound(from, now)
		v.bound(until, now)
	}
	changes := onTheirWay(s, now)
	if len(changes) == 0 {
		return v
	}
	p := pastOf(s)
	for _, c := range slices.Backward(changes) {
		c.was.undo(p)
	}
	if err := p.indexKeys(); err != nil {
		// A patch gave what was undone to another key: it counts.
		p.Keys, p.managed, p.aliases = s.Keys, s.managed, s.aliases
	}
	v.state = p.State
	return v
}

// bound is a time at which another state comes into force.
func (v *inForce) bound(at, now time.Time) {
	switch {
	case !at.After(now):
		if at.After(v.from) {
			v.from = at
		}
	case v.until.IsZero() || at.Before(v.until):
		v.until = at
	}
}

// past is a State that is being brought back to what it was: its maps are its own, and it
// has no recent changes.
type past struct{ *State }

func pastOf(s *State) past {
	c := *s
	c.recent = nil
	c.Accounts, c.Buckets, c.Keys = maps.Clone(s.Accounts), maps.Clone(s.Buckets), maps.Clone(s.Keys)
	c.Callers, c.credentials = maps.Clone(s.Callers), maps.Clone(s.credentials)
	return past{&c}
}

// edit gives change an account as a copy, if it is there.
func (p past) edit(id string, change func(*Account)) {
	a := p.Accounts[id]
	if a == nil {
		return
	}
	c := *a
	change(&c)
	p.Accounts[id] = &c
}

// putUser puts a user where it was, or nobody.
func (p past) putUser(id, name string, was *User) {
	p.edit(id, func(a *Account) { a.Users = put(a.Users, name, was) })
	if was == nil {
		p.dropCallers(func(c *Caller) bool { return c.Account == id && c.User == name })
	}
}

func (p past) putRole(id, name string, was *Role) {
	p.edit(id, func(a *Account) { a.Roles = put(a.Roles, name, was) })
	if was == nil {
		p.dropCallers(func(c *Caller) bool { return c.Account == id && c.Role == name })
	}
}

// bindUser binds a user, if it is there, by what it was bound by.
func (p past) bindUser(id string, was *User) {
	p.edit(id, func(a *Account) {
		if u := a.Users[was.Name]; u != nil {
			c := *u
			c.Inline, c.Managed, c.Groups = was.Inline, was.Managed, was.Groups
			c.Policies, c.Boundary = was.Policies, was.Boundary
			a.Users = put(a.Users, was.Name, &c)
		}
	})
}

func (p past) bindRole(id string, was *Role) {
	p.edit(id, func(a *Account) {
		if r := a.Roles[was.Name]; r != nil {
			c := *r
			c.Inline, c.Managed = was.Inline, was.Managed
			c.Policies, c.Boundary, c.Trust = was.Policies, was.Boundary, was.Trust
			a.Roles = put(a.Roles, was.Name, &c)
		}
	})
}

// putPolicies gives an account the managed policies and the groups that it had: what they
// mean for a principal is undone with the principal.
func (p past) putPolicies(was *policiesOf) {
	p.edit(was.ID, func(a *Account) {
		a.ManagedPolicies, a.PolicyDetails, a.Groups = was.ManagedPolicies, was.PolicyDetails, was.Groups
	})
}

// bindBucket gives a bucket, if it is still that one, the policy that it had.
func (p past) bindBucket(was *Bucket) {
	if b := p.Buckets[was.Name]; b != nil && b.Created.Equal(was.Created) {
		c := *b
		c.Policy = was.Policy
		p.Buckets[was.Name] = &c
	}
}

// put is the map with v under k; nil: without it.
func put[V any](m map[string]*V, k string, v *V) map[string]*V {
	if v == nil {
		return without(m, k)
	}
	return with(m, k, v)
}

func (p past) putKey(arn string, was *Key) {
	if was == nil {
		delete(p.Keys, arn)
		return
	}
	p.Keys[arn] = was
}

func (p past) putCaller(c *Caller) { p.Callers[c.Name], p.credentials[c.AccessKeyID] = c, c }

func (p past) dropCaller(c *Caller) {
	delete(p.Callers, c.Name)
	delete(p.credentials, c.AccessKeyID)
}

func (p past) dropCallers(gone func(*Caller) bool) {
	for _, c := range p.credentials {
		if gone(c) {
			p.dropCaller(c)
		}
	}
}
