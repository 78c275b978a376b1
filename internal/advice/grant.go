package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// inGrant allows what nothing allows, to the requester alone. Who did not sign is told to:
// nothing is granted to everybody, but the versions of what everybody has already.
func (s *search) inGrant(d *authz.Decision, f *authz.Finding) []candidate {
	q := s.question(d)
	if f.Layer == authz.CORS {
		return s.byCORS(d, q)
	}
	if q != nil && f.Setting == authz.RestrictPublicBuckets {
		return s.named(d, q)
	}
	if q != nil && nobody(q) {
		return s.ofVersions(q, d, f)
	}
	if q == nil || f.Barred() || f.Effect == authz.ExplicitDeny || principal(q.Principal) == nil {
		return nil
	}
	if f.Layer == authz.SCP {
		return s.byGuardrail(q, f)
	}
	var all []candidate
	places := s.granting(q, d, f)
	for i := range places {
		all = append(all, s.grantsIn(&places[i], f.Layer, q)...)
	}
	all = append(all, tagged(s, d, q, f)...)
	if f.Layer == authz.ACLs {
		all = append(all, s.byACL(d)...)
	}
	return all
}

// granting are the policies of which an Allow satisfies the layer: its own, and that of a
// resource of the requester's account, where it makes good what the layer leaves out.
func (s *search) granting(q *authz.Request, d *authz.Decision, f *authz.Finding) []place {
	user := q.Principal.Kind == policy.User
	switch {
	case f.Layer == authz.KMS && f.Part == authz.PartIdentity:
		return append(s.own(d, f), s.keyPolicy(d)...)
	case f.Layer == authz.KMS:
		return s.keyPolicy(d)
	case f.Layer == authz.ACLs, f.Layer == authz.BlockPublicAccess:
		return s.bucketPolicy(d)
	case f.Layer == authz.Identity, f.Layer == authz.PermissionsBoundary && user:
		all := s.places(d, f)
		if q.Principal.Account == q.ResourceAccount {
			all = append(all, s.bucketPolicy(d)...)
		}
		return all
	case readsPolicies[f.Layer]:
		return s.places(d, f)
	}
	return nil
}

// readsPolicies are the layers that places knows the policies of.
var readsPolicies = map[authz.Layer]bool{
	authz.Identity: true, authz.PermissionsBoundary: true, authz.Session: true,
	authz.VPCEndpoint: true, authz.AccessPoints: true, authz.BucketPolicy: true, authz.TrustPolicy: true,
}

// grantsIn are the ways to allow it in one policy: by a list of a statement that says all
// the rest, or by a statement of its own with the conditions that its neighbours have.
func (s *search) grantsIn(p *place, layer authz.Layer, q *authz.Request) []candidate {
	if isBearer(q) {
		return p.federated(layer, q)
	}
	conditions, ok := s.takenOver(p, q)
	if !ok {
		return nil // it would get round the condition that keeps the request out
	}
	all := p.extensions(layer, q)
	if p.lists {
		return all
	}
	allow := p.allow(q)
	for _, c := range conditions {
		allow = allow.where(c.operator, c.key, c.values...)
	}
	if v, ok := q.Context.Get(keyUsedFor); ok && q.Key != nil {
		all = append(all, p.add(layer, allow.where("StringEquals", keyUsedFor, v...)))
	}
	if !p.binds(everybody) {
		all = append(all, p.add(layer, allow))
	}
	if c, ok := only(q); ok && (!p.binds(one) || q.Principal.Kind == policy.Root) { // a root's ARN names the account
		all = append(all, p.add(layer, allow.where(c.operator, c.key, c.values...)))
	}
	return all
}

// allow is the statement that allows exactly what was asked for.
func (p *place) allow(q *authz.Request) statement {
	s := statement{effectElement: "Allow", actionElement: q.Action, resourceElement: p.resourceOf(q)}
	switch {
	case p.anyone:
		s[principalElement] = "*"
	case p.resource:
		s[principalElement] = principal(q.Principal)
	}
	if p.itself {
		delete(s, resourceElement)
	}
	return s
}

// resourceOf is the resource as the policy has it: of a key's policy the key is "*".
func (p *place) resourceOf(q *authz.Request) string {
	if p.star {
		return "*"
	}
	if p.bucket != "" && q.AccessPoint != nil {
		return q.AccessPoint.Beyond
	}
	return q.Resource
}

// only is the condition that the requester alone meets.
func only(q *authz.Request) (condition, bool) {
	for _, by := range []struct{ key, operator string }{
		{"aws:PrincipalArn", "ArnEquals"},
		{"aws:PrincipalServiceName", "StringEquals"},
	} {
		if v, ok := q.Context.Get(by.key); ok {
			return condition{by.operator, by.key, v}, true
		}
	}
	return condition{}, false
}

// extensions add the action, the resource or the principal to a statement that has all the
// rest of the question and nothing else, so that no more than the question is allowed.
func (p *place) extensions(layer authz.Layer, q *authz.Request) []candidate {
	var all []candidate
	_, statements := p.document()
	for i, v := range statements {
		s, ok := written(v)
		if !ok || s[effectElement] != "Allow" {
			continue
		}
		if element, value := p.lacks(s, q); element != "" {
			more := append(list(s[element]), value)
			all = append(all, candidate{Change: journal.Change{
				Layer: layer, Patch: p.replace(i, s.having(element, values(more))),
				Text: "add " + value + " to the " + element + " of " + p.named(i) + " in " + p.what + nameless(s, q),
			}})
		}
	}
	return all
}

// nameless says of a statement for users by their names that who asks has none: sessions of roles do not
// (IAM User Guide, "IAM policy elements: Variables and tags").
func nameless(s statement, q *authz.Request) string {
	_, has := q.Context.Get("aws:username")
	if has || q.Principal.Kind != policy.RoleSession || !strings.Contains(strings.ToLower(text(s)), "${aws:username}") {
		return ""
	}
	return "; for all sessions, write ${aws:PrincipalTag/TAG} with a tag that they have, or ${aws:userid}, in the place " +
		"of ${aws:username}, which a session of a role does not have"
}

// lacks is the one list of a statement that lacks the question's value, where all others
// have that value alone; empty: there is none.
func (p *place) lacks(s statement, q *authz.Request) (element, value string) {
	sole := func(element, want string) bool {
		all := list(s[element])
		return len(all) == 1 && all[0] == want
	}
	who := p.binds(one) && (!p.resource || text(s[principalElement]) == text(principal(q.Principal)))
	if c, ok := only(q); ok && (!p.binds(one) || q.Principal.Kind == policy.Root) { // a root's ARN names the account
		who = text(s[conditionElement]) == text(statement{}.where(c.operator, c.key, c.values...)[conditionElement])
	}
	what := p.itself || sole(resourceElement, p.resourceOf(q))
	does := sole(actionElement, q.Action)
	switch {
	case s[notActions] != nil, s[notResources] != nil:
		return "", ""
	case who && does && !what && !p.star && s[resourceElement] != nil:
		return resourceElement, q.Resource
	case who && what && !does && s[actionElement] != nil:
		return actionElement, q.Action
	}
	return "", ""
}

// takenOver are the conditions of a new Allow: what a service acts for, by which service a
// key is used, and those of the neighbours. False: the request cannot meet them.
func (s *search) takenOver(p *place, q *authz.Request) ([]condition, bool) {
	all := deputy(p, q)
	near, ok := s.near(p, q)
	if !ok {
		return nil, false
	}
	for _, c := range near {
		if !slices.ContainsFunc(all, func(o condition) bool { return strings.EqualFold(o.key, c.key) }) {
			all = append(all, c)
		}
	}
	return all, true
}

// deputy keeps a service from being used by others for what it may do for one (IAM User
// Guide, "The confused deputy problem"), and a key from being used but through S3.
func deputy(p *place, q *authz.Request) []condition {
	var all []condition
	for _, by := range []struct {
		key, operator string
		of            bool
	}{
		{"aws:SourceArn", "ArnEquals", q.Principal.Kind == policy.Service},
		{"aws:SourceAccount", "StringEquals", q.Principal.Kind == policy.Service},
		{"kms:ViaService", "StringEquals", q.Key != nil},
	} {
		if v, ok := q.Context.Get(by.key); ok && by.of {
			all = append(all, condition{by.operator, by.key, v})
		}
	}
	return all
}
