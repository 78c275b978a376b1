package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/world"
)

// places are the policies that a layer reads; where one must allow, the one to
// add to comes first.
func (s *search) places(d *authz.Decision, f *authz.Finding) []place {
	switch f.Layer {
	case authz.PermissionsBoundary:
		return s.boundary()
	case authz.Session:
		return s.session(f)
	case authz.VPCEndpoint:
		return s.endpoints(d)
	case authz.AccessPoints:
		return pointPolicy(s.state(), d)
	case authz.BucketPolicy:
		return s.bucketPolicy(d)
	case authz.TrustPolicy:
		return s.trustPolicy(d)
	}
	return s.own(d, f)
}

// own is the requester's own policies. To allow something one is written that has its
// name, or one that nobody else has is added to; to drop something the policy is looked for.
func (s *search) own(d *authz.Decision, f *authz.Finding) []place {
	who, ok := s.identity()
	if !ok {
		return nil
	}
	if f.Effect == authz.ImplicitDeny {
		return who.granting("allow-" + strings.ReplaceAll(d.Action, ":", "-"))
	}
	return who.all()
}

// granting are the inline policies, of which lists may be added to, and the one with that
// name, which may be there.
func (w *identity) granting(name string) []place {
	own := place{what: "the inline policy " + name + " of " + w.what, path: w.path.At(build.InlinePolicies, name)}
	var all []place
	for i := range w.inline {
		if n := &w.inline[i]; n.Name == name {
			own.has = n
		} else {
			what := "the inline policy " + n.Name + " of " + w.what
			all = append(all, place{what: what, path: w.path.At(build.InlinePolicies, n.Name), has: n, lists: true})
		}
	}
	return append(all, own)
}

// identity is a user or a role.
type identity struct {
	what     string
	path     build.Path
	account  *world.Account
	inline   []authz.Named
	managed  []string
	groups   []string
	boundary *authz.Named
}

func (s *search) identity() (*identity, bool) {
	c := s.now.Caller
	if c == nil {
		return nil, false
	}
	a := s.state().Accounts[c.Account]
	if u := s.state().UserOf(c); u != nil {
		path := build.AccountAt(a.ID).At(build.Users, u.Name)
		return &identity{"the user " + u.Name, path, a, u.Inline, u.Managed, u.Groups, u.Boundary}, true
	}
	if r := s.state().RoleOf(c); r != nil {
		path := build.AccountAt(a.ID).At(build.Roles, r.Name)
		return &identity{"the role " + r.Name, path, a, r.Inline, r.Managed, nil, r.Boundary}, true
	}
	return nil, false
}

// all is every policy of the identity: its own, the managed ones, its groups'.
func (w *identity) all() []place {
	var all []place
	for i := range w.inline {
		p := &w.inline[i]
		what := "the inline policy " + p.Name + " of " + w.what
		all = append(all, place{what: what, path: w.path.At(build.InlinePolicies, p.Name), has: p})
	}
	for _, name := range w.managed {
		all = append(all, w.managedPlace(name, w.path.At(build.AttachedPolicies), w.managed))
	}
	for _, name := range w.groups {
		g := w.account.Groups[name]
		path := build.AccountAt(w.account.ID).At(build.Groups, name)
		for i := range g.Inline {
			p := &g.Inline[i]
			what := "the policy " + p.Name + " of the group " + name
			all = append(all, place{what: what, path: path.At(build.InlinePolicies, p.Name), has: p, of: several})
		}
		for _, attached := range g.Managed {
			all = append(all, w.managedPlace(attached, path.At(build.AttachedPolicies), g.Managed))
		}
	}
	return all
}

// managedPlace is a managed policy. Left without a statement it is detached, which
// is to say that the list at the path is written without it.
func (w *identity) managedPlace(name string, list build.Path, attached []string) place {
	rest := slices.DeleteFunc(slices.Clone(attached), func(n string) bool { return n == name })
	return place{
		what: "the managed policy " + name, path: build.AccountAt(w.account.ID).At(build.ManagedPolicies, name),
		has: w.account.ManagedPolicies[name], away: at(rest, list), of: several,
	}
}

// session is the policies that a session was made with: its own, which may still
// have to be written, and the managed ones; or those that it was scoped by, where one
// of them says no.
func (s *search) session(f *authz.Finding) []place {
	c := s.now.Caller
	if scoped := s.scoped(f); scoped != nil {
		return scoped
	}
	if c == nil {
		return nil
	}
	who := &identity{account: s.state().Accounts[c.Account]}
	path := build.CallerAt(c.Name)
	all := []place{{what: "the session policy of " + c.Name, path: path.At(build.SessionPolicy), has: c.SessionPolicy}}
	for _, name := range c.SessionManaged {
		all = append(all, who.managedPlace(name, path.At(build.SessionManaged), c.SessionManaged))
	}
	return all
}

// scoped is the policy of GetScopedCredentials that a finding is about; nil: it is
// about none.
func (s *search) scoped(f *authz.Finding) []place {
	c := s.now.Caller
	if c == nil {
		return nil
	}
	for i := range c.ScopedPolicies {
		if p := &c.ScopedPolicies[i]; f.Part == world.ScopeName(i) {
			return []place{{
				what: "the scoped policy " + p.Name + " of " + c.Name,
				path: build.CallerAt(c.Name).At(build.ScopedPolicies, p.Name), has: p,
			}}
		}
	}
	return nil
}

func (s *search) boundary() []place {
	who, ok := s.identity()
	switch {
	case !ok || who.boundary == nil:
		return nil
	case who.boundary.ARN != "":
		name := who.boundary.Name
		if who.account.ManagedPolicies[name] == nil {
			return nil // it is AWS's
		}
		return []place{{
			what: "the permissions boundary " + name, path: build.AccountAt(who.account.ID).At(build.ManagedPolicies, name),
			has: who.account.ManagedPolicies[name], away: at(nil, who.path.At(build.Boundary)), of: several,
		}}
	}
	return []place{{what: "the permissions boundary of " + who.what, path: who.path.At(build.Boundary), has: who.boundary}}
}

func (s *search) endpoints(d *authz.Decision) []place {
	region := s.state().Region
	if b := s.bucketOf(d); b != nil {
		region = b.Region
	}
	e := s.state().EndpointTo(region)
	if e == nil {
		return nil
	}
	return []place{{
		what: "the policy of the VPC endpoint " + e.ID, path: build.EndpointAt(e.ID).At(build.EndpointPolicy),
		has: e.Policy, anyone: true, of: everybody,
	}}
}

func (s *search) bucketPolicy(d *authz.Decision) []place {
	b := s.bucketOf(d)
	if b == nil {
		return nil
	}
	return []place{{
		what: "the bucket policy of " + b.Name, path: build.BucketAt(b.Name).At(build.BucketPolicy),
		has: b.Policy, resource: true, bucket: b.Name,
	}}
}

// pointPolicy is the policy of the access point that a question goes through.
func pointPolicy(s *world.State, d *authz.Decision) []place {
	p := s.AccessPoints.Behind(d.Resource)
	if p == nil {
		return nil
	}
	return []place{{
		what: "the policy of the access point " + p.Name, path: build.PointAt(s.AccessPoints, p).At(build.PointPolicy),
		has: p.Policy, resource: true,
	}}
}

func (s *search) trustPolicy(d *authz.Decision) []place {
	r := s.state().RoleAt(d.Resource)
	if r == nil {
		return nil
	}
	account := strings.SplitN(r.ARN, ":", 6)[4]
	return []place{{
		what: "the trust policy of the role " + r.Name,
		path: build.AccountAt(account).At(build.Roles, r.Name).At(build.Trust), has: r.Trust, resource: true, itself: true,
	}}
}
