package policy

// Grants lists the statements that allow one of the actions on one of the resources to anybody, whatever their
// conditions; both may hold wildcards, and an empty list is every one. What a Deny without conditions covers as a
// whole is not granted. This is what IAM Access Analyzer's CheckAccessNotGranted asks of a policy.
func (p *Policy) Grants(actions, resources []string) []int {
	asked := asking{patternsOf(actions, true), patternsOf(resources, false)}
	var granting []int
	for i := range p.statements {
		if s := &p.statements[i]; s.effect == Allow && s.void == nil && p.grants(s, &asked) {
			granting = append(granting, i)
		}
	}
	return granting
}

// asking is what Grants is asked for.
type asking struct{ actions, resources []pattern }

// patternsOf compiles values as they stand in a policy without variables.
func patternsOf(values []string, fold bool) []pattern {
	if len(values) == 0 {
		values = []string{"*"}
	}
	all := make([]pattern, len(values))
	for i, v := range values {
		all[i] = compilePattern(v, syntax{wildcards: true, fold: fold})
	}
	return all
}

func (p *Policy) grants(s *statement, asked *asking) bool {
	for i := range asked.actions {
		for j := range asked.resources {
			action, resource := &asked.actions[i], &asked.resources[j]
			if s.actions.meets(action) && (s.resources == nil || s.resources.meets(resource)) && !p.denies(action, resource) {
				return true
			}
		}
	}
	return false
}

// denies reports whether a Deny that asks for nothing else covers all of action and resource.
func (p *Policy) denies(action, resource *pattern) bool {
	for i := range p.statements {
		s := &p.statements[i]
		everybody := s.principals == nil || s.principals.everyone && !s.principals.not
		if s.effect == Deny && s.void == nil && len(s.conditions) == 0 && everybody &&
			s.actions.covers(action) && (s.resources == nil || s.resources.covers(resource)) {
			return true
		}
	}
	return false
}

// meets reports whether something that the value matches is matched here too. A Not form matches some of it unless its
// list covers the value.
func (p *patterns) meets(value *pattern) bool {
	if p.not {
		return !p.holds(value)
	}
	for i := range p.list {
		if overlap(p.list[i].pieces(), value.pieces(), p.list[i].fold) {
			return true
		}
	}
	return false
}

// covers reports whether all that the value matches is matched here.
func (p *patterns) covers(value *pattern) bool {
	if !p.not {
		return p.holds(value)
	}
	for i := range p.list {
		if overlap(p.list[i].pieces(), value.pieces(), p.list[i].fold) {
			return false
		}
	}
	return true
}

// holds reports whether one pattern of the list matches everything that the value does. The value's wildcards are
// taken as characters that only a wildcard matches.
func (p *patterns) holds(value *pattern) bool {
	for i := range p.list {
		if !p.list[i].hasVariables() && p.list[i].match(value.source, nil) {
			return true
		}
	}
	return false
}

// overlap reports whether two patterns match one text in common. A variable may be anything.
func overlap(a, b []token, fold bool) bool {
	x, y := unitsOf(a, fold), unitsOf(b, fold)
	// reached[j]: the first i units of x and the first j of y can match one text.
	reached := make([]bool, len(y)+1)
	reached[0] = true
	for j := 1; j <= len(y); j++ {
		reached[j] = reached[j-1] && y[j-1] == anyRun
	}
	for i := 1; i <= len(x); i++ {
		before := reached[0]
		reached[0] = before && x[i-1] == anyRun
		for j := 1; j <= len(y); j++ {
			diagonal, above := before, reached[j]
			before = above
			if x[i-1] == anyRun || y[j-1] == anyRun {
				reached[j] = above || reached[j-1]
				continue
			}
			reached[j] = diagonal && (x[i-1] == y[j-1] || x[i-1] == anyOne || y[j-1] == anyOne)
		}
	}
	return reached[len(y)]
}

// The units of a pattern are its characters; these two stand for its wildcards.
const (
	anyRun rune = -1
	anyOne rune = -2
)

func unitsOf(tokens []token, fold bool) []rune {
	var all []rune
	for i := range tokens {
		switch t := &tokens[i]; t.kind {
		case literalToken:
			for _, r := range t.text {
				if fold {
					r = lower(r)
				}
				all = append(all, r)
			}
		case oneToken:
			all = append(all, anyOne)
		default:
			all = append(all, anyRun)
		}
	}
	return all
}

func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}
