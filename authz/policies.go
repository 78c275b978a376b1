package authz

import (
	"slices"

	"github.com/s3fault/s3fault/policy"
)

// read is what a set of policies says together: one matching Deny anywhere
// denies, else one matching Allow allows, else nobody allowed it. With a Deny it also
// notes whether the same policy, or one before it, allows.
func (a *answer) read(q *question, policies []Named) {
	a.Effect, a.of = ImplicitDeny, policies
	for i := range policies {
		if a.hear(q, &policies[i]); a.Effect == ExplicitDeny {
			break
		}
	}
}

// readOne is read of a single policy.
func (a *answer) readOne(q *question, p *Named) {
	a.Effect, a.ofOne = ImplicitDeny, p
	a.hear(q, p)
}

// hear adds what one more policy says.
func (a *answer) hear(q *question, p *Named) {
	if p.Policy == nil {
		return
	}
	if q.silently && a.Effect == Allow && !p.Policy.Denies(q.askedOf(a.Layer)) {
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
func (a *answer) readLevels(q *question, levels []Level) {
	var refusal answer // of the first level that does not allow
	for i := range levels {
		switch a.readLevel(q, &levels[i]); {
		case a.Effect == ExplicitDeny:
			return
		case a.Effect == ImplicitDeny && refusal.Effect == "":
			refusal = *a
		}
	}
	if refusal.Effect != "" {
		*a = refusal
	}
}

func (a *answer) readLevel(q *question, l *Level) {
	*a = answer{Layer: a.Layer, Part: l.Name}
	a.read(q, l.Policies)
}

// decided notes the statement that decided.
func (a *answer) decided(e Effect, p *Named, statement int) {
	a.Effect, a.by, a.at = e, p, statement
}

// explain adds the reasons of a no to its finding: the values that made a Deny match, or
// the element that kept each Allow from matching. It costs more than the whole
// decision, so it is done for refused requests only.
func (a *answer) explain(q *question, f *Finding) {
	switch {
	case a.Effect == ExplicitDeny && a.Layer == CORS && q.CORS != nil:
		f.Misses = q.CORS.Misses
	case a.Effect == ExplicitDeny && a.by != nil && !a.unheard:
		f.Compared = a.by.Policy.Values(a.at, q.askedOf(a.Layer))
	case a.Effect == ImplicitDeny:
		f.Misses = a.misses(q)
	}
}

// misses says why each Allow in the policies does not apply.
func (a *answer) misses(q *question) []Miss {
	var all []Miss
	asked := q.askedOf(a.Layer)
	for i := range a.of {
		all = a.of[i].misses(asked, all)
	}
	if a.ofOne != nil {
		all = a.ofOne.misses(asked, all)
	}
	return all
}

func (p *Named) misses(asked *policy.Request, all []Miss) []Miss {
	if p.Policy == nil {
		return all
	}
	missed := p.Policy.Misses(asked, policy.Allow)
	all = slices.Grow(all, len(missed))
	for _, m := range missed {
		all = append(all, Miss{
			Policy:    p.Name,
			Statement: Statement{Index: m.Statement, Sid: m.Sid},
			Element:   m.Element, Wanted: m.Wanted, Got: m.Got,
		})
	}
	return all
}
