package iam

import (
	"encoding/xml"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/policy"
)

// evaluation is the simulator's word on one action and one resource.
type evaluation struct {
	EvalActionName                    string
	EvalResourceName                  string
	EvalDecision                      string
	MatchedStatements                 awsapi.List[matchedStatement]
	MissingContextValues              awsapi.List[string]
	OrganizationsDecisionDetail       *organizationsDetail
	PermissionsBoundaryDecisionDetail *boundaryDetail
	EvalDecisionDetails               *table[string]
	ResourceSpecificResults           awsapi.List[resourceResult] `xml:",omitempty"`
}

// resourceResult is the same of the resource that the call names.
type resourceResult struct {
	EvalResourceName                  string
	EvalResourceDecision              string
	MatchedStatements                 awsapi.List[matchedStatement]
	MissingContextValues              awsapi.List[string]
	EvalDecisionDetails               *table[string]
	PermissionsBoundaryDecisionDetail *boundaryDetail
}

type (
	organizationsDetail struct{ AllowedByOrganizations bool }
	boundaryDetail      struct{ AllowedByPermissionsBoundary bool }
)

var (
	decisions = map[authz.Verdict]string{authz.Allowed: "allowed", authz.ImplicitlyDenied: "implicitDeny", authz.ExplicitlyDenied: "explicitDeny"}
	effects   = map[authz.Effect]string{authz.Allow: "allowed", authz.ImplicitDeny: "implicitDeny", authz.ExplicitDeny: "explicitDeny"}
)

// evaluate asks what a request would be answered, as far as the simulator goes.
func (s *subject) evaluate(action, resource string) evaluation {
	d := authz.Evaluate(&authz.Request{
		Principal: s.principal, Action: action, Resource: resource, ResourceAccount: s.owner, Context: s.context,
		Identity: s.identity, Boundaries: s.boundaries, SCPs: s.scps, BucketPolicy: s.resourcePolicy,
	})
	e := evaluation{
		EvalActionName: action, EvalResourceName: resource, EvalDecision: decisions[d.Verdict],
		MatchedStatements: s.matched(&d), MissingContextValues: s.missing,
	}
	said := map[authz.Layer]authz.Effect{}
	for _, f := range d.Findings {
		said[f.Layer] = f.Effect
	}
	if effect := said[authz.SCP]; effect != "" && effect != authz.NotApplicable {
		e.OrganizationsDecisionDetail = &organizationsDetail{effect == authz.Allow}
	}
	if effect := said[authz.PermissionsBoundary]; effect != "" && effect != authz.NotApplicable {
		e.PermissionsBoundaryDecisionDetail = &boundaryDetail{effect == authz.Allow}
	}
	if resource == "*" {
		return e
	}
	// Of one account the table is there and empty (IAM API Reference,
	// "EvaluationResult").
	e.EvalDecisionDetails = &table[string]{}
	if s.owner != s.principal.Account {
		(*e.EvalDecisionDetails)["IAM Policy"] = effects[said[authz.Identity]]
		(*e.EvalDecisionDetails)["Resource Policy"] = effects[said[authz.BucketPolicy]]
	}
	e.ResourceSpecificResults = awsapi.List[resourceResult]{{
		resource, e.EvalDecision, e.MatchedStatements, e.MissingContextValues, e.EvalDecisionDetails, e.PermissionsBoundaryDecisionDetail,
	}}
	return e
}

// matched is the statements that make the decision: every Deny that matches, or
// every Allow.
func (s *subject) matched(d *authz.Decision) []matchedStatement {
	effect := policy.Allow
	switch d.Verdict {
	case authz.ImplicitlyDenied:
		return nil
	case authz.ExplicitlyDenied:
		effect = policy.Deny
	}
	asked := &policy.Request{Principal: s.principal, Action: d.Action, Resource: d.Resource, Context: s.context, Bounded: len(s.boundaries) > 0}
	var all []matchedStatement
	for _, p := range s.policies() {
		missed := map[int]bool{}
		for _, m := range p.Policy.Misses(asked, effect) {
			missed[m.Statement] = true
		}
		for at := range p.Policy.Len() {
			if p.Policy.Effect(at) == effect && !missed[at] {
				all = append(all, s.located(&p, at))
			}
		}
	}
	return all
}

// policies is everything that is simulated but the SCPs, of which no statement is
// told.
func (s *subject) policies() []authz.Named {
	all := slices.Concat(s.identity, s.boundaries)
	if s.resourcePolicy != nil {
		all = append(all, *s.resourcePolicy)
	}
	return all
}

// findMissing notes the condition keys that the policies ask for and that nobody gave.
func (s *subject) findMissing() {
	missing := map[string]bool{}
	for _, p := range s.policies() {
		for _, key := range conditionKeys(p.Policy) {
			if _, given := s.context.Get(key); !given {
				missing[key] = true
			}
		}
	}
	s.missing = slices.Sorted(maps.Keys(missing))
}

// table is a map in the XML of a query API.
type table[V any] map[string]V

// MarshalXML writes the entries in the order of their keys.
func (t table[V]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	type entry struct {
		Key   string `xml:"key"`
		Value V      `xml:"value"`
	}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(t)) {
		if err := e.EncodeElement(entry{key, t[key]}, xml.StartElement{Name: xml.Name{Local: "entry"}}); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}
