// Package asker says who asks: what binds the requester of a call, and the
// condition keys that the requester, the network and the clock give every
// question of it, whichever service the call is for.
package asker

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// Asker is the requester of one call, as one snapshot of the world knows it, and
// the way that the call took.
type Asker struct {
	State     *world.State
	Uses      *world.Uses       // nil: nothing has been used yet
	Now       time.Time         // the world's clock
	Caller    *world.Caller     // nil: anonymous, or nobody that the world knows
	Principal *policy.Principal // nil: nobody could be named
	Presented *sigv4.Presented  // nil: anonymous
	// Bearer is whom the token of an identity provider names that the requester has in the
	// place of a signature; nil: it has none.
	Bearer *world.WebIdentity

	SourceIP  string // of the peer, unless the world's network says otherwise
	UserAgent string
	Referer   string
	Secure    bool   // it came over TLS, or is to be taken as if it had
	Region    string // of the endpoint that it reached
	// Endpoint is the VPC endpoint that it took; nil: it came over the internet.
	Endpoint *world.VPCEndpoint
	// Via is the service that asks on the requester's behalf: "s3"; empty: the requester
	// asks itself.
	Via string
}

// Account is the requester's account; empty: it has none.
func (a *Asker) Account() string {
	if a.Principal == nil {
		return ""
	}
	return a.Principal.Account
}

// BearerID names who has a token of an identity provider, as CloudTrail does: by the
// provider, the audience and the subject.
func BearerID(p *policy.Principal, who *world.WebIdentity) string {
	return p.Provider + ":" + who.Audience + ":" + who.Subject
}

// Question asks whether the requester may do action to resource, of which on is the
// resource's side. The way that the call took is in it.
func (a *Asker) Question(action, resource string, on authz.Target) *authz.Request {
	r := authz.NewRequest(action, resource, a.requester(), on)
	if a.Endpoint != nil {
		r.Endpoint = a.Endpoint.Policies()
	}
	return r
}

// requester is what the snapshot knows of who asks.
func (a *Asker) requester() authz.Requester {
	r := authz.Requester{Principal: a.Principal}
	if a.Caller == nil {
		return r
	}
	r.Session = a.Caller.SessionPolicies
	if account := a.State.Accounts[a.Caller.Account]; account != nil && account.Membership != nil {
		r.SCPs = account.Membership.SCPs
	}
	var boundary *authz.Named
	if u := a.State.UserOf(a.Caller); u != nil {
		r.Identity, boundary = u.Policies, u.Boundary
	} else if role := a.State.RoleOf(a.Caller); role != nil {
		r.Identity, boundary = role.Policies, role.Boundary
	}
	if boundary != nil {
		r.Boundaries = []authz.Named{*boundary}
	}
	return r
}

// Nameable says whether a message can name the requester: one that is of an account.
func (a *Asker) Nameable() bool { return a.Principal != nil && a.Principal.InAccount() }

// ToldWhy says whether S3 tells the requester why it refuses what belongs to an account:
// only principals of that account are told, and later those of its organization
// (s3-errors.md 2.1). What is nobody's, an empty account, hides nothing.
func (a *Asker) ToldWhy(owner string) bool {
	answers := a.State.Answers
	switch {
	case !a.Nameable() || !answers.Has(world.ReasonInMessage):
		return false
	case owner == "" || owner == a.Account():
		return true
	}
	return answers.Has(world.ReasonInOrganization) && a.State.SameOrganization(owner, a.Account())
}
