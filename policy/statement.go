package policy

// statement is one compiled statement.
type statement struct {
	sid        string
	effect     Effect
	principals *principals // nil: no such element, which matches everyone
	actions    patterns
	resources  *patterns // nil: no such element, which matches everything
	conditions []condition

	// void is why the statement matches nothing, whatever is asked; nil: it can match. Only a lenient reading keeps
	// such statements.
	void *Error
	// noObject says that the list of statements holds something else in this place.
	noObject bool
}

// patterns is an Action or Resource element, or its Not form.
type patterns struct {
	element string // Action, NotAction, Resource or NotResource
	not     bool
	list    []pattern
}

func (p *patterns) match(s string, c *Context) bool {
	for i := range p.list {
		if p.list[i].match(s, c) {
			return !p.not
		}
	}
	return p.not
}

// findRows finds the rows of the actions that the values name, without wildcards.
func (p *patterns) findRows() {
	for i := range p.list {
		if v := &p.list[i]; v.shape == exactShape {
			v.row = rowOf(v.text)
		}
	}
}

// about is match of an element that names actions. Two names that the tables know are compared by their rows.
func (p *patterns) about(r *asked) bool {
	for i := range p.list {
		v := &p.list[i]
		if v.row != nil && r.row != nil {
			if v.row == r.row {
				return !p.not
			}
		} else if v.match(r.Action, nil) {
			return !p.not
		}
	}
	return p.not
}

// wanted returns the element's values for people to read.
func (p *patterns) wanted(c *Context) string {
	return joinFunc(p.list, func(v *pattern) string { return v.describe(c) })
}

// mostDirect is the most direct that an Allow can name a requester.
func (s *statement) mostDirect() Naming {
	if s.principals == nil {
		return NotNamed
	}
	return Direct
}

// matches reports whether every element of the statement matches, and how its Principal names the requester.
func (s *statement) matches(r *asked) (Naming, bool) {
	if s.void != nil {
		return NotNamed, false
	}
	if !s.actions.about(r) {
		return NotNamed, false
	}
	if s.resources != nil && !s.resources.match(r.resource, r.Context) {
		return NotNamed, false
	}
	naming := NotNamed
	if s.principals != nil {
		if naming = s.principals.match(r.Request, s.effect); naming == NotNamed {
			return NotNamed, false
		}
	}
	return naming, s.conditionsHold(r.Context)
}
