package advice

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// statement is an element of a policy's Statement.
type statement map[string]any

// Its elements.
const (
	effectElement    = "Effect"
	sidElement       = "Sid"
	principalElement = "Principal"
	actionElement    = "Action"
	notActions       = "NotAction"
	resourceElement  = "Resource"
	notResources     = "NotResource"
	conditionElement = "Condition"
)

// written is the statement as AWS's JSON has it.
func written(v any) (statement, bool) {
	s, ok := v.(map[string]any)
	return s, ok
}

// having is a copy that has another value for an element; nil: it has none.
func (s statement) having(element string, value any) statement {
	out := maps.Clone(s)
	if out[element] = value; value == nil {
		delete(out, element)
	}
	return out
}

// list is the values of an element, of which there may be one alone: texts, and in conditions numbers and truth values.
func list(v any) []string {
	all, ok := v.([]any)
	if !ok {
		all = []any{v}
	}
	texts := make([]string, 0, len(all))
	for _, one := range all {
		switch one := one.(type) {
		case nil, map[string]any:
		case string:
			texts = append(texts, one)
		default:
			texts = append(texts, text(one))
		}
	}
	return texts
}

// values is a list as a policy has it: one value stands alone.
func values(all []string) any {
	if len(all) == 1 {
		return all[0]
	}
	out := make([]any, len(all))
	for i, v := range all {
		out[i] = v
	}
	return out
}

// without takes values out of a list.
func without(all []string, is func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(all), is)
}

// where is a copy of the statement with a condition more, or with values more for one
// that it has.
func (s statement) where(operator, key string, more ...string) statement {
	conditions, _ := s[conditionElement].(map[string]any)
	conditions = maps.Clone(conditions)
	if conditions == nil {
		conditions = map[string]any{}
	}
	keys, _ := conditions[operator].(map[string]any)
	if keys = maps.Clone(keys); keys == nil {
		keys = map[string]any{}
	}
	had := list(keys[key])
	for _, v := range more {
		if !slices.Contains(had, v) {
			had = append(had, v)
		}
	}
	keys[key], conditions[operator] = values(had), keys
	return s.having(conditionElement, conditions)
}

// condition is one key of one operator of a statement.
type condition struct {
	operator, key string
	values        []string
}

// conditions are those of the statement, in the order of their names.
func (s statement) conditions() []condition {
	var all []condition
	operators, _ := s[conditionElement].(map[string]any)
	for _, operator := range slices.Sorted(maps.Keys(operators)) {
		keys, _ := operators[operator].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			all = append(all, condition{operator, key, list(keys[key])})
		}
	}
	return all
}

// base is the operator without what is said of sets and of absent keys.
func (c *condition) base() string {
	_, op, set := strings.Cut(c.operator, ":")
	if !set {
		op = c.operator
	}
	return strings.TrimSuffix(op, "IfExists")
}

// asPolicy is what policies are asked for a question.
func asPolicy(q *authz.Request) *policy.Request {
	p := q.Principal
	bounded := p != nil && len(q.Boundaries) > 0 && p.InAccount() && p.Kind != policy.Root
	return &policy.Request{Principal: p, Action: q.Action, Resource: q.Resource, Context: q.Context, Bounded: bounded}
}

// fits says whether the elements of the statement match a question, whatever its effect.
func (s statement) fits(q *authz.Request, elements ...string) bool {
	probe := statement{effectElement: "Allow", actionElement: "*", resourceElement: "*"}
	for _, e := range elements {
		v, ok := s[e]
		if !ok {
			continue
		}
		switch e {
		case notActions:
			delete(probe, actionElement)
		case notResources:
			delete(probe, resourceElement)
		}
		probe[e] = v
	}
	return probe.matches(q)
}

// matches says whether the statement matches a question.
func (s statement) matches(q *authz.Request) bool {
	doc, err := json.Marshal(journal.Patch{"Version": "2012-10-17", "Statement": []any{s}})
	if err != nil {
		return false
	}
	p, err := policy.Parse(doc)
	return err == nil && len(p.Matching(asPolicy(q))) > 0
}

// sortedKeys are the keys of a map in their order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
