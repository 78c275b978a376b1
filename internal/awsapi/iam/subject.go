package iam

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// subject is who is simulated, and all that the simulator asks: identity policies,
// boundary, SCPs, and a resource's policy where the call has one. It asks neither
// ACLs, Block Public Access, endpoint policies nor RCPs (authorization.md 12).
type subject struct {
	principal *policy.Principal
	// unnamed says that no user stands behind it, to whom a resource's policy could
	// give anything.
	unnamed bool
	// identity policies have the names by which the simulator's answers speak of them.
	identity   []authz.Named
	boundaries []authz.Named
	scps       []authz.Level
	// scpsCount says that the simulator takes SCPs as they are.
	scpsCount      bool
	resourcePolicy *authz.Named
	owner          string // account of the resource
	context        *policy.Context

	actions, resources []string
	missing            []string // condition keys; see findMissing
}

// nobody has policies only; it acts in the caller's account.
func nobody(c *awsapi.Call) *subject {
	return &subject{
		principal: &policy.Principal{Kind: policy.User, Account: c.CallerAccount(), ARN: world.UserARN(c.CallerAccount(), "", "simulated")},
		unnamed:   true, context: policy.NewContext(), scpsCount: c.State().Answers.Has(world.SimulatorTakesSCPs),
	}
}

// subjectOf is a user, role or group of the account, with what binds it.
func subjectOf(c *awsapi.Call, i *identity) *subject {
	a, s := account(c), nobody(c)
	s.identity = sources(a, i)
	if i.boundary != nil && *i.boundary != nil {
		s.boundaries = []authz.Named{**i.boundary}
	}
	if a.Membership != nil {
		s.scps = s.simulated(a.Membership.SCPs)
	}
	s.unnamed = i.kind != users && !s.scpsCount
	caller := &world.Caller{Account: a.ID}
	switch i.kind {
	case users:
		caller.User, caller.UserID = i.name, i.id
		s.principal = &policy.Principal{Kind: policy.User, Account: a.ID, ARN: i.arn, CanonicalID: a.CanonicalID}
	case roles:
		caller.Role, caller.SessionName = i.name, "simulated"
		s.principal = &policy.Principal{Kind: policy.RoleSession, Account: a.ID, RoleARN: i.arn, ARN: world.SessionARN(a.ID, i.name, "simulated"), CanonicalID: a.CanonicalID}
	default:
		return s
	}
	who := &asker.Asker{State: c.State(), Now: c.Now, Caller: caller, Principal: s.principal}
	for name, values := range who.Keys().All() {
		if aboutPrincipal(name) {
			s.context.Set(name, values...)
		}
	}
	return s
}

// aboutPrincipal says which keys follow from who is simulated; all others are the
// call's to give.
func aboutPrincipal(key string) bool {
	return strings.HasPrefix(key, "aws:Principal") || key == "aws:username" || key == "aws:userid"
}

// sources are the identity policies of a user, role or group, as the simulator calls
// them: inline policies with the name of who has them.
func sources(a *world.Account, i *identity) []authz.Named {
	var all []authz.Named
	for _, p := range *i.inline {
		all = append(all, authz.Named{Name: i.word + "_" + i.name + "_" + p.Name, Policy: p.Policy})
	}
	for _, ref := range *i.managed {
		all = append(all, *a.ManagedPolicy(ref))
	}
	if i.kind == users {
		for _, name := range a.Users[i.name].Groups {
			all = append(all, sources(a, ofGroup(a.Groups[name]))...)
		}
	}
	return all
}

// simulated is the SCPs that the simulator looks at: before it took them as they are,
// not those with global condition keys (authorization.md 12), and a level that has no
// others was not asked. [unsure]
func (s *subject) simulated(levels []authz.Level) []authz.Level {
	if s.scpsCount {
		return levels
	}
	var all []authz.Level
	for _, l := range levels {
		rest := slices.DeleteFunc(slices.Clone(l.Policies), func(p authz.Named) bool {
			return slices.ContainsFunc(conditionKeys(p.Policy), policy.IsGlobalKey)
		})
		if len(rest) > 0 || len(l.Policies) == 0 {
			all = append(all, authz.Level{Name: l.Name, Policies: rest})
		}
	}
	return all
}
