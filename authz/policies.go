package authz

import "github.com/s3fault/s3fault/policy"

// read is what a set of policies says together: one matching Deny anywhere
// denies, else one matching Allow allows, else nobody allowed it. With a Deny it also
// notes whether the same policy, or one before it, allows.
func (q *question) read(l Layer, policies []Named) answer {
	a := answer{Finding: Finding{Layer: l, Effect: ImplicitDeny}, read: policies}
	for i := range policies {
		if a.hear(q, &policies[i]); a.Effect == ExplicitDeny {
			break
		}
	}
	return a
}

// readOne is read of a single policy.
func (q *question) readOne(l Layer, p *Named) answer {
	a := answer{Finding: Finding{Layer: l, Effect: ImplicitDeny}, alone: p}
	a.hear(q, p)
	return a
}

// hear adds what one more policy says.
func (a *answer) hear(q *question, p *Named) {
	if p.Policy == nil {
		return
	}
	m := p.Policy.Match(q.askedOf(a.Layer))
	switch {
	case m.Deny >= 0:
		a.beside, a.naming = a.Effect == Allow || m.Allow >= 0, max(a.naming, m.Naming)
		a.decided(ExplicitDeny, p, m.Deny)
	case m.Allow >= 0 && a.Effect != Allow:
		a.naming = m.Naming
		a.decided(Allow, p, m.Allow)
	}
}

// readLevels is what levels say together. Every one of them must allow: a Deny at any
// of them denies, else the first that does not allow refuses. The part is the name of
// the level that spoke.
func (q *question) readLevels(l Layer, levels []Level) answer {
	var said answer
	for i := range levels {
		a := q.read(l, levels[i].Policies)
		a.Part = levels[i].Name
		if a.Effect == ExplicitDeny {
			return a
		}
		if said.Effect != ImplicitDeny {
			said = a
		}
	}
	return said
}

// decided notes the statement that decided.
func (a *answer) decided(e Effect, p *Named, statement int) {
	a.Effect, a.Policy, a.PolicyARN = e, p.Name, p.ARN
	a.by, a.at = p.Policy, statement
}

// explain adds the reasons to every no: the values that made a Deny match, or
// the element that kept each Allow from matching. It costs more than the whole
// decision, so it is done for refused requests only.
func explain(q *question, answers []answer) {
	for i := range answers {
		a := &answers[i]
		switch {
		case a.Effect == ExplicitDeny && a.by != nil:
			a.Compared = a.by.Values(a.at, q.askedOf(a.Layer))
		case a.Effect == ImplicitDeny:
			a.Misses = a.misses(q)
		}
	}
}

// misses says why each Allow in the policies does not apply.
func (a *answer) misses(q *question) []Miss {
	var all []Miss
	asked := q.askedOf(a.Layer)
	for i := range a.read {
		all = a.read[i].misses(asked, all)
	}
	if a.alone != nil {
		all = a.alone.misses(asked, all)
	}
	return all
}

func (p *Named) misses(asked *policy.Request, all []Miss) []Miss {
	if p.Policy == nil {
		return all
	}
	for _, m := range p.Policy.Misses(asked, policy.Allow) {
		all = append(all, Miss{
			Policy:    p.Name,
			Statement: Statement{Index: m.Statement, Sid: m.Sid},
			Element:   m.Element, Wanted: m.Wanted, Got: m.Got,
		})
	}
	return all
}
