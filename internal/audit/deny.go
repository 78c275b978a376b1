package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/policy"
)

// The statements that the audit adds have this Sid, and the policies this name.
const sid, policyName = "S3faultAudit", "s3fault-audit"

// denied is the world in which a statement denies the operation to who asked for it.
func denied(s *subject, u *used) (change, error) {
	actions := u.actions()
	if len(actions) == 0 {
		return change{}, fmt.Errorf("it asks for no permission")
	}
	if u.behind != "" {
		return change{}, fmt.Errorf("%s is refused before it, for want of the same permission", u.behind)
	}
	patch, there := node{}, s.facts.at("buckets")
	byIdentity := false
	for _, bucket := range u.buckets() {
		if there.at(bucket) == nil {
			byIdentity = true // there is no bucket, or the program makes it
			continue
		}
		s.denyIn(patch, bucket, actions, u.principals())
	}
	if byIdentity {
		if err := s.denyTo(patch, actions, u.principals()); err != nil && len(patch) == 0 {
			return change{}, err
		}
	}
	return change{patch: patch}, nil
}

// denyIn has the policy of a bucket deny the actions.
func (s *subject) denyIn(patch node, bucket string, actions, principals []string) {
	doc := node{"Version": "2012-10-17"}
	var all []any
	if old := document(s.facts.at("buckets", bucket)["policy"]); old != nil {
		for key, value := range old {
			doc[key] = value
		}
		for _, st := range statements(old) {
			all = append(all, map[string]any(st))
		}
	}
	doc["Statement"] = append(all, map[string]any{
		"Sid": sid, "Effect": "Deny", "Principal": s.named(principals),
		"Action": actions, "Resource": resources(bucket, actions),
	})
	patch.put(map[string]any(doc), "buckets", bucket, "policy")
}

// resources are those in a bucket that the actions are about.
func resources(bucket string, actions []string) (all []string) {
	for _, name := range actions {
		a, _ := policy.LookupAction(name)
		arn := "arn:aws:s3:::" + bucket
		if slices.Contains(a.Resources, "object") {
			arn += "/*"
		}
		if !slices.Contains(all, arn) {
			all = append(all, arn)
		}
	}
	return all
}

// named is the Principal element that names them.
func (s *subject) named(principals []string) any {
	var arns []string
	for _, arn := range principals {
		p, err := policy.ParsePrincipal(arn)
		if err != nil || !p.InAccount() {
			return "*" // a service, or who signs nothing
		}
		arns = append(arns, s.identity(&p).arn)
	}
	return map[string]any{"AWS": arns}
}

// identity is who has policies of their own: a user, a role, the root of an account.
type identity struct {
	arn  string
	path []string // in the facts of the world; nil: it has no policies
}

func (s *subject) identity(p *policy.Principal) identity {
	arn, kind := p.ARN, "users"
	switch {
	case p.RoleARN != "":
		arn, kind = p.RoleARN, "roles"
	case p.IssuerARN != "":
		arn = p.IssuerARN
	}
	if strings.HasSuffix(arn, ":root") {
		return identity{arn: arn}
	}
	name := arn[strings.LastIndexByte(arn, '/')+1:]
	path := []string{"accounts", p.Account, kind, name}
	of := s.facts.at(path...)
	if of == nil {
		return identity{arn: arn}
	}
	if way := of.text("path"); way != "" { // which the ARN of a session does not show
		head, _, _ := strings.Cut(arn, "/")
		arn = head + way + name
	}
	return identity{arn, path}
}

// denyTo has a policy of each principal's own deny the actions. Error: one has no policies.
func (s *subject) denyTo(patch node, actions, principals []string) error {
	for _, arn := range principals {
		p, err := policy.ParsePrincipal(arn)
		if err != nil || !p.InAccount() {
			return fmt.Errorf("it is not about a bucket that is there, and who asks has no policies")
		}
		who := s.identity(&p)
		if who.path == nil {
			return fmt.Errorf("it is not about a bucket that is there, and %s has no policies", who.arn)
		}
		patch.put(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*",
		}}}, append(slices.Clone(who.path), "policies", policyName)...)
	}
	return nil
}
