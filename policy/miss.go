package policy

import "strings"

// Miss names the element that kept a statement from matching a request.
type Miss struct {
	Statement int
	Sid       string
	Element   string // Principal, NotPrincipal, Action, NotAction, Resource, NotResource or Condition.OPERATOR.KEY
	// Wanted is the element's values, comma-separated, and what their policy variables came to. Of a statement that
	// ParseLenient keeps and that matches nothing it says why.
	Wanted string
	Got    string // the request's value; Absent for a condition key that it does not have
}

// Misses returns one Miss for each statement of an effect that does not match the request: its first element that
// fails, in AWS's order of questions: who (Principal), what (Action), on what (Resource), and when (the conditions
// in the document's order). It allocates; ask only when somebody is denied.
func (p *Policy) Misses(r *Request, e Effect) []Miss {
	var misses []Miss
	q := r.asked()
	for i := range p.statements {
		s := &p.statements[i]
		if s.effect != e {
			continue
		}
		if miss, missed := s.miss(&q); missed {
			miss.Statement, miss.Sid = i, s.sid
			if misses == nil {
				misses = make([]Miss, 0, len(p.statements)-i)
			}
			misses = append(misses, miss)
		}
	}
	return misses
}

func (s *statement) miss(r *asked) (Miss, bool) {
	if s.void != nil {
		return Miss{Element: s.void.elementOf(), Wanted: s.void.why()}, true
	}
	if s.principals != nil && s.principals.match(r.Request, s.effect) == NotNamed {
		return Miss{Element: s.principals.element, Wanted: s.principals.wanted(), Got: r.Principal.String()}, true
	}
	if !s.actions.about(r) {
		return Miss{Element: s.actions.element, Wanted: s.actions.wanted(r.Context), Got: r.Action}, true
	}
	if s.resources != nil && !s.resources.match(r.resource, r.Context) {
		return Miss{Element: s.resources.element, Wanted: s.resources.wanted(r.Context), Got: r.Resource}, true
	}
	for i := range s.conditions {
		if k := &s.conditions[i]; !k.holds(r.Context) {
			element := "Condition." + k.operator.canonical() + "." + k.key
			return Miss{Element: element, Wanted: k.want(r.Context), Got: k.got(r.Context)}, true
		}
	}
	return Miss{}, false
}

// Comparison is a condition key of a statement and what a request has for it.
type Comparison struct {
	Statement int    `json:"-"`
	Operator  string `json:"operator"` // in AWS's spelling, with its set operator and IfExists
	Key       string `json:"key"`      // as the policy writes it
	Wanted    string `json:"wanted"`   // as in Miss
	Got       string `json:"got"`      // as in Miss
	Holds     bool   `json:"holds"`
}

// Values returns the condition keys of statement i with the values that a request compares with them, in the
// document's order: the evidence for a statement that did match, such as the Deny that struck.
func (p *Policy) Values(i int, r *Request) []Comparison {
	if i < 0 || i >= len(p.statements) {
		return nil
	}
	conditions := p.statements[i].conditions
	list := make([]Comparison, len(conditions))
	for j := range conditions {
		k := &conditions[j]
		list[j] = Comparison{Statement: i, Operator: k.operator.canonical(), Key: k.key,
			Wanted: k.want(r.Context), Got: k.got(r.Context), Holds: k.holds(r.Context)}
	}
	return list
}

func joinFunc[T any](list []T, text func(*T) string) string {
	if len(list) == 1 {
		return text(&list[0])
	}
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = text(&list[i])
	}
	return strings.Join(parts, ", ")
}
