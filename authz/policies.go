package authz

import "github.com/s3fault/s3fault/policy"

// read is what a set of policies says together: one matching Deny anywhere
// denies, else one matching Allow allows, else nobody allowed it.
func (q *question) read(l Layer, policies []Named) answer {
	a := answer{Finding: Finding{Layer: l, Effect: ImplicitDeny}, read: policies}
	for i := range policies {
		if policies[i].Policy == nil {
			continue
		}
		m := policies[i].Policy.Match(&q.asked)
		if m.Deny >= 0 {
			a.decided(ExplicitDeny, &policies[i], m.Deny)
			return a
		}
		if m.Allow >= 0 && a.Effect != Allow {
			a.decided(Allow, &policies[i], m.Allow)
			a.naming = m.Naming
		}
	}
	return a
}

// readOne is read of a single policy.
func (q *question) readOne(l Layer, p *Named) answer {
	return q.read(l, []Named{*p})
}

// readLevels is what levels say together, of which every one must allow: a Deny at
// any of them denies, else the first that does not allow refuses. The part is the
// name of the level that spoke.
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
	a.Effect, a.Policy, a.PolicyARN, a.by = e, p.Name, p.ARN, p.Policy
	a.Statement = &Statement{Index: statement, Sid: p.Policy.Sid(statement)}
}

// explain adds to every no why it is one: the values that made a Deny match, or
// the element that kept each Allow from matching. It costs more than the whole
// decision, so it is done for refused requests only.
func explain(q *question, answers []answer) {
	for i := range answers {
		a := &answers[i]
		switch {
		case a.Effect == ExplicitDeny && a.by != nil:
			a.Compared = a.by.Values(a.Statement.Index, &q.asked)
		case a.Effect == ImplicitDeny:
			a.Misses = misses(q, a.read)
		}
	}
}

// misses says of every Allow in the policies why it does not apply.
func misses(q *question, policies []Named) []Miss {
	var all []Miss
	for _, p := range policies {
		if p.Policy == nil {
			continue
		}
		for _, m := range p.Policy.Misses(&q.asked, policy.Allow) {
			all = append(all, Miss{
				Policy:    p.Name,
				Statement: Statement{Index: m.Statement, Sid: m.Sid},
				Element:   m.Element, Wanted: m.Wanted, Got: m.Got,
			})
		}
	}
	return all
}
