package deeds

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
)

// statement is one of a policy as it is written.
type statement struct {
	text       string // tells it from others
	allows     bool
	principals []principal                // of Principal and NotPrincipal
	who        map[string]json.RawMessage // the element as it is written; empty: there is none
	actions    []string                   // of Action, or of NotAction
	notActions bool
	resources  []string // of Resource, or of NotResource
	notRes     bool
	conditions []condition
}

// principal is one value of Principal: the kind is AWS, Service, Federated or CanonicalUser.
type principal struct{ kind, value string }

// texts is one text or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(doc []byte) error {
	var many []any
	if json.Unmarshal(doc, &many) != nil {
		var one any
		if err := json.Unmarshal(doc, &one); err != nil {
			return err
		}
		many = []any{one}
	}
	for _, v := range many {
		switch v := v.(type) {
		case string:
			*t = append(*t, v)
		default:
			text, _ := json.Marshal(v) // it was read from JSON
			*t = append(*t, string(text))
		}
	}
	return nil
}

// written is a statement as JSON has it.
type written struct {
	Effect                  string
	Principal, NotPrincipal json.RawMessage
	Action, NotAction       texts
	Resource, NotResource   texts
	Condition               map[string]map[string]texts
}

// statementsIn are those of a policy. It was compiled from its source, so that this is
// JSON; what has another shape matches nothing, and is left out.
func statementsIn(source string) []*statement {
	var doc struct{ Statement json.RawMessage }
	var many []json.RawMessage
	if json.Unmarshal([]byte(source), &doc) != nil {
		return nil
	}
	if json.Unmarshal(doc.Statement, &many) != nil {
		many = []json.RawMessage{doc.Statement}
	}
	var all []*statement
	for _, raw := range many {
		var w written
		if json.Unmarshal(raw, &w) == nil {
			all = append(all, w.statement(raw))
		}
	}
	return all
}

func (w *written) statement(raw json.RawMessage) *statement {
	s := &statement{text: canonical(raw), allows: w.Effect == "Allow"}
	s.who = map[string]json.RawMessage{}
	if len(w.Principal) > 0 {
		s.who["Principal"] = w.Principal
	}
	if len(w.NotPrincipal) > 0 {
		s.who["NotPrincipal"] = w.NotPrincipal
	}
	s.principals = slices.Concat(principalsIn(w.Principal), principalsIn(w.NotPrincipal))
	s.actions, s.notActions = slices.Concat(w.Action, w.NotAction), len(w.NotAction) > 0
	s.resources, s.notRes = slices.Concat(w.Resource, w.NotResource), len(w.NotResource) > 0
	for _, operator := range slices.Sorted(maps.Keys(w.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(w.Condition[operator])) {
			s.conditions = append(s.conditions, newCondition(operator, key, w.Condition[operator][key]))
		}
	}
	return s
}

// canonical is a statement without its Sid, with its members in order.
func canonical(raw json.RawMessage) string {
	var members map[string]any
	if json.Unmarshal(raw, &members) != nil {
		return string(raw)
	}
	delete(members, "Sid")
	text, _ := json.Marshal(members) // it was read from JSON
	return string(text)
}

func principalsIn(raw json.RawMessage) []principal {
	if len(raw) == 0 {
		return nil
	}
	var everyone string
	if json.Unmarshal(raw, &everyone) == nil {
		return []principal{{"AWS", everyone}}
	}
	var many map[string]texts
	if json.Unmarshal(raw, &many) != nil {
		return nil
	}
	var all []principal
	for _, kind := range slices.Sorted(maps.Keys(many)) {
		for _, value := range many[kind] {
			all = append(all, principal{kind, value})
		}
	}
	return all
}

// statementsOfPolicy are those of a policy, which is read once.
func (n *Net) statementsOfPolicy(p *authz.Named) []*statement {
	if p == nil || p.Policy == nil {
		return nil
	}
	source := p.Policy.Source()
	all, known := n.read[source]
	if !known {
		all = statementsIn(source)
		n.read[source] = all
	}
	return all
}
