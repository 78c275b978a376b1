package advice

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// clause is a condition key under an operator, in a statement's Condition.
type clause struct {
	operator, key string
	values        []string
	compiled      *policy.Policy // one statement, which has the clause alone
}

// holds says whether the clause does for a request with those condition keys.
func (c *clause) holds(ctx *policy.Context) bool {
	return c.compiled.Match(&policy.Request{Action: "s3:GetObject", Resource: "*", Context: ctx}).Allow == 0
}

// negated says whether the operator compares true where no value is met.
func (c *clause) negated() bool { return strings.Contains(strings.ToLower(c.operator), "not") }

// null says whether the operator asks whether the key is there.
func (c *clause) null() bool { return strings.EqualFold(c.operator, "Null") }

// clausesOf reads the Condition of a statement, in a fixed order. version is that of its policy.
func clausesOf(s statement, version string) []clause {
	block, _ := s["Condition"].(map[string]any)
	var all []clause
	for _, operator := range slices.Sorted(maps.Keys(block)) {
		keys, _ := block[operator].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			c := clause{operator: operator, key: key, values: list(keys[key])}
			if c.compiled = compiled(version, operator, key, keys[key]); c.compiled != nil {
				all = append(all, c)
			}
		}
	}
	return all
}

func compiled(version, operator, key string, values any) *policy.Policy {
	doc := map[string]any{"Version": version, "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": map[string]any{operator: map[string]any{key: values}},
	}}}
	if version == "" {
		delete(doc, "Version")
	}
	p, err := policy.Parse([]byte(text(doc)))
	if err != nil {
		return nil
	}
	return p
}

// read is a statement of a policy that a layer reads.
type read struct {
	named *authz.Named
	index int
	statement
	clauses []clause
}

// name says which statement it is, for people.
func (r *read) name() string {
	at := &authz.Statement{Index: r.index, Sid: r.named.Policy.Sid(r.index)}
	return statementName(at) + " of policy " + r.named.Name
}

// statementsOf are the statements of a policy, as they are written.
func statementsOf(n *authz.Named) []read {
	if n == nil || n.Policy == nil {
		return nil
	}
	var doc struct{ Version, Statement any }
	if json.Unmarshal([]byte(n.Policy.Source()), &doc) != nil {
		return nil
	}
	list, ok := doc.Statement.([]any)
	if !ok {
		list = []any{doc.Statement}
	}
	version, _ := doc.Version.(string)
	var all []read
	for i, e := range list {
		s, _ := e.(map[string]any)
		all = append(all, read{named: n, index: i, statement: s, clauses: clausesOf(s, version)})
	}
	return all
}

// denying is the statement that a finding names.
func denying(q *authz.Request, f *authz.Finding) []read {
	if f.Statement == nil {
		return nil
	}
	var all []read
	asked := asPolicy(q)
	for _, n := range readBy(q, f) {
		if n.Name != f.Policy || n.ARN != f.PolicyARN || n.Policy == nil {
			continue
		}
		if i := f.Statement.Index; n.Policy.Match(asked).Deny == i {
			all = append(all, statementsOf(n)[i])
		}
	}
	return all
}

// almost are the Allows that would apply but for their conditions.
func almost(q *authz.Request, f *authz.Finding) []read {
	var all []read
	asked := asPolicy(q)
	for _, n := range readBy(q, f) {
		if n.Policy == nil {
			continue
		}
		statements := statementsOf(n)
		for _, m := range n.Policy.Misses(asked, policy.Allow) {
			if strings.HasPrefix(m.Element, "Condition.") && m.Statement < len(statements) {
				all = append(all, statements[m.Statement])
			}
		}
	}
	return all
}

// readBy are the policies whose Allow, or whose Deny, decides a finding. Where either side may allow,
// both are read.
func readBy(q *authz.Request, f *authz.Finding) []*authz.Named {
	switch f.Layer {
	case authz.PermissionsBoundary:
		return pointers(q.Boundaries)
	case authz.Session:
		return atLevel(q.Session, f)
	case authz.SCP:
		return atLevel(q.SCPs, f)
	case authz.RCP:
		return atLevel(q.RCPs, f)
	case authz.VPCEndpoint:
		return pointers(q.Endpoint)
	}
	all := slices.Concat(pointers(q.Identity), []*authz.Named{q.BucketPolicy, q.Trust})
	if q.Key != nil {
		all = append(all, q.Key.Policy)
	}
	return slices.DeleteFunc(all, func(n *authz.Named) bool { return n == nil })
}

func pointers(list []authz.Named) []*authz.Named {
	all := make([]*authz.Named, len(list))
	for i := range list {
		all[i] = &list[i]
	}
	return all
}

// atLevel are the policies of the level that a finding names.
func atLevel(levels []authz.Level, f *authz.Finding) []*authz.Named {
	for i := range levels {
		if levels[i].Name == f.Part {
			return pointers(levels[i].Policies)
		}
	}
	return nil
}
