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
	verdicts = map[authz.Verdict]authz.Effect{authz.Allowed: authz.Allow, authz.ImplicitlyDenied: authz.ImplicitDeny, authz.ExplicitlyDenied: authz.ExplicitDeny}
	effects  = map[authz.Effect]string{authz.Allow: "allowed", authz.ImplicitDeny: "implicitDeny", authz.ExplicitDeny: "explicitDeny"}
)

// judged is what the simulator finds out about one action and one resource.
type judged struct {
	resource string
	decision authz.Effect
	matched  []matchedStatement
	// details is what each kind of policy says, of another account's resource; stopped
	// says that an SCP ended the simulation before them.
	details map[string]authz.Effect
	stopped bool
	// organizations and boundary say whether those allow; nil: there are none.
	organizations, boundary *bool
}

// judge asks what a request would be answered, as far as the simulator goes.
func (s *subject) judge(action, resource string) judged {
	by := authz.Requester{Principal: s.principal, Identity: s.identity, Boundaries: s.boundaries, SCPs: s.scps}
	r := authz.NewRequest(action, resource, by, authz.Target{ResourceAccount: s.owner, BucketPolicy: s.resourcePolicy})
	r.Context = s.context
	d := authz.Evaluate(r)
	said := map[authz.Layer]authz.Effect{}
	for _, f := range d.Findings {
		said[f.Layer] = f.Effect
	}
	j := judged{resource: resource, decision: verdicts[d.Verdict], organizations: allows(said[authz.SCP]), boundary: allows(said[authz.PermissionsBoundary])}
	if j.organizations != nil && !*j.organizations {
		// An SCP ends the simulation.
		j.stopped, j.decision = true, said[authz.SCP]
		if !s.scpsCount {
			j.decision = authz.ImplicitDeny
		}
		return j
	}
	j.matched, j.details = s.matched(&d), map[string]authz.Effect{}
	if s.owner != s.principal.Account {
		j.details["IAM Policy"], j.details["Resource Policy"] = said[authz.Identity], said[authz.BucketPolicy]
		if j.boundary != nil && s.scpsCount {
			j.details["Permissions Boundary"] = said[authz.PermissionsBoundary] // [unsure: the name]
		}
	}
	return j
}

// allows says whether a layer does; nil: there is nothing of its kind.
func allows(e authz.Effect) *bool {
	if e == "" || e == authz.NotApplicable {
		return nil
	}
	yes := e == authz.Allow
	return &yes
}

// together is the most restrictive of what was found out about several resources, with
// the statements that made it (IAM API Reference, "EvaluationResult").
func together(all []judged) judged {
	sum := judged{decision: authz.Allow, details: map[string]authz.Effect{}}
	for _, j := range all {
		sum.decision = stricter(sum.decision, j.decision)
		sum.organizations, sum.boundary = both(sum.organizations, j.organizations), both(sum.boundary, j.boundary)
		sum.stopped = sum.stopped || j.stopped
		for kind, effect := range j.details {
			sum.details[kind] = stricter(sum.details[kind], effect)
		}
	}
	for _, j := range all {
		for _, m := range j.matched {
			if j.decision == sum.decision && !slices.Contains(sum.matched, m) {
				sum.matched = append(sum.matched, m)
			}
		}
	}
	return sum
}

// strictness orders effects.
var strictness = []authz.Effect{"", authz.Allow, authz.ImplicitDeny, authz.ExplicitDeny}

func stricter(a, b authz.Effect) authz.Effect {
	if slices.Index(strictness, b) > slices.Index(strictness, a) {
		return b
	}
	return a
}

func both(a, b *bool) *bool {
	if a == nil || b != nil && !*b {
		return b
	}
	return a
}

// evaluation is what was found out, in the words of an answer, with the resources that
// it is of.
func (s *subject) evaluation(action, name string, sum judged, of []judged) evaluation {
	e := evaluation{
		EvalActionName: action, EvalResourceName: name, EvalDecision: effects[sum.decision],
		MatchedStatements: sum.matched, MissingContextValues: s.missing, PermissionsBoundaryDecisionDetail: boundaryOf(sum),
	}
	if sum.organizations != nil {
		e.OrganizationsDecisionDetail = &organizationsDetail{*sum.organizations}
	}
	if of[0].resource == "*" {
		return e
	}
	e.EvalDecisionDetails = s.detailsOf(sum)
	for _, j := range of {
		e.ResourceSpecificResults = append(e.ResourceSpecificResults, resourceResult{
			j.resource, effects[j.decision], j.matched, s.missing, s.detailsOf(j), boundaryOf(j),
		})
	}
	return e
}

func boundaryOf(j judged) *boundaryDetail {
	if j.boundary == nil {
		return nil
	}
	return &boundaryDetail{*j.boundary}
}

// detailsOf is the table of decisions by kind of policy: of one account it is there and
// empty, and where an SCP ended the simulation it is not.
func (s *subject) detailsOf(j judged) *table[string] {
	if j.stopped && s.scpsCount {
		return nil
	}
	details := table[string]{}
	for kind, effect := range j.details {
		details[kind] = effects[effect]
	}
	return &details
}

// evaluate is the answer to one action: since the simulator takes SCPs one result of
// all resources, before one of each, with the decision of all.
func (s *subject) evaluate(action string) []evaluation {
	all := make([]judged, len(s.resources))
	for i, resource := range s.resources {
		all[i] = s.judge(action, resource)
	}
	sum := together(all)
	if s.scpsCount {
		return []evaluation{s.evaluation(action, arnForm(action), sum, all)}
	}
	results := make([]evaluation, len(all))
	for i := range all {
		own := all[i]
		own.decision = sum.decision
		results[i] = s.evaluation(action, own.resource, own, all[i:i+1])
	}
	return results
}

// arnForms are the forms of the ARNs of what actions are about, by the resource type
// that the Service Authorization Reference has for it.
var arnForms = map[string]string{
	"bucket": "arn:${Partition}:s3:::${BucketName}", "object": "arn:${Partition}:s3:::${BucketName}/${KeyName}",
	"key": "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}", "alias": "arn:${Partition}:kms:${Region}:${Account}:alias/${Alias}",
}

// arnForm is the form of what an action is about; "*": it has none, or none that is
// known here.
func arnForm(action string) string {
	known, ok := policy.LookupAction(action)
	if !ok {
		return "*"
	}
	for _, kind := range known.Resources {
		if form := arnForms[kind]; form != "" {
			return form
		}
	}
	return "*"
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
