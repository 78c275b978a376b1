package asker_test

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/worldtest"
)

const bound = `
accounts:
  123456789012:
    users:
      ann:
        policies: {own: &p {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
        managed_policies: [shared]
        groups: [staff]
        permissions_boundary: limit
      free: {policies: {only: *p}}
    roles: {app: {policies: {task: *p}, permissions_boundary: *p}}
    groups: {staff: {policies: {desk: *p}}}
    managed_policies: {shared: *p, limit: *p, session: *p}
  333333333333: {}
callers:
  ann: {account: 123456789012, user: ann}
  free: {account: 123456789012, user: free}
  root: {account: 123456789012, root: true}
  app: {account: 123456789012, role: app, session_policy: *p, session_managed_policies: [session], scoped_policies: [*p]}
  management: {account: 333333333333, root: true}
  logs: {service: logging.s3.amazonaws.com}
organization:
  management_account: 333333333333
  scps: {no: {policy: *p}}
  root: {units: {prod: {accounts: {123456789012: {scps: [FullAWSAccess, no]}}}}, accounts: {333333333333: {}}}
vpc_endpoints:
  vpce-1: {vpc: vpc-1, policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:*", Resource: "*"}]}}
  vpce-2: {vpc: vpc-1}
`

func names(all []authz.Named) (names []string) {
	for _, p := range all {
		names = append(names, p.Name)
	}
	return names
}

func levels(all []authz.Level) (names []string) {
	for _, l := range all {
		names = append(names, l.Name)
		for _, p := range l.Policies {
			names = append(names, "/"+p.Name)
		}
	}
	return names
}

// A question brings every policy that binds the requester, and no other's.
func TestQuestionBindsTheRequester(t *testing.T) {
	for caller, want := range map[string]struct{ identity, boundaries, session, scps []string }{
		"":     {},
		"ann":  {identity: []string{"own", "shared", "desk"}, boundaries: []string{"limit"}, scps: []string{"no"}},
		"free": {identity: []string{"only"}, scps: []string{"no"}},
		"root": {scps: []string{"no"}},
		"app": {identity: []string{"task"}, boundaries: []string{"permissions-boundary"},
			session: []string{"", "/session", "/session", "scope-1", "/scope-1"}, scps: []string{"no"}},
		"management": {}, // SCPs do not bind it
		"logs":       {},
	} {
		t.Run(caller, func(t *testing.T) {
			a := asks(t, worldtest.Build(t, bound).State, caller)
			q := a.Question("s3:GetObject", "arn:aws:s3:::b/k", authz.Target{ResourceAccount: own})
			if q.Principal != a.Principal || q.Action != "s3:GetObject" || q.Resource != "arn:aws:s3:::b/k" {
				t.Errorf("it asks whether %v may do %s to %s", q.Principal, q.Action, q.Resource)
			}
			if got := names(q.Identity); !slices.Equal(got, want.identity) {
				t.Errorf("identity policies %q, want %q", got, want.identity)
			}
			if got := names(q.Boundaries); !slices.Equal(got, want.boundaries) {
				t.Errorf("boundaries %q, want %q", got, want.boundaries)
			}
			if got := levels(q.Session); !slices.Equal(got, want.session) {
				t.Errorf("session policies %q, want %q", got, want.session)
			}
			if got := len(q.SCPs); got > 0 != (want.scps != nil) || got > 0 && got != 3 {
				t.Errorf("%d levels of SCPs %q", got, levels(q.SCPs))
			} else if got > 0 && !slices.Contains(names(q.SCPs[2].Policies), "no") {
				t.Errorf("SCPs %q", levels(q.SCPs))
			}
		})
	}
}

// The way binds whoever takes it: the policy of the VPC endpoint, AWS's where it has
// none of its own. Over the internet there is none.
func TestQuestionBindsTheWay(t *testing.T) {
	s := worldtest.Build(t, bound).State
	for _, caller := range []string{"", "ann"} {
		a := asks(t, s, caller)
		if q := a.Question("s3:GetObject", "*", authz.Target{}); q.Endpoint != nil {
			t.Errorf("%q over the internet: %q", caller, names(q.Endpoint))
		}
		for id, want := range map[string]string{"vpce-1": "vpce-1", "vpce-2": "default"} {
			a.Endpoint = s.Endpoints[id]
			if q := a.Question("s3:GetObject", "*", authz.Target{}); !slices.Equal(names(q.Endpoint), []string{want}) {
				t.Errorf("%q through %s: %q, want %q", caller, id, names(q.Endpoint), want)
			}
		}
	}
}
