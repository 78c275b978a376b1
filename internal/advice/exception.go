package advice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// cut is a Deny without what a question has in one of its dimensions: its value for a
// condition, its principal, its action or its resource.
type cut struct {
	kind string
	rest statement // what still denies
	text string
	// none: nothing of the statement is left so, for it denies no other value of the
	// dimension; hidden: by itself it would open too much, or be too long, to be told.
	none, hidden bool
}

// byValue is the kind of exceptions that let pass whoever has the question's value for a
// condition.
const byValue = "value"

// byPrincipal is the kind of those that let the requester pass, whatever is asked.
const byPrincipal = "principal"

// guard is a statement that denies a question.
type guard struct {
	*place
	index int
	statement
	asked *authz.Request
	state *world.State
}

// except are the exceptions from a Deny: each dimension by itself, then all of them, so
// that it still denies whatever differs from the question in one of them.
func (p *place) except(layer authz.Layer, index int, q *authz.Request, state *world.State) []candidate {
	_, statements := p.document()
	deny, ok := written(statements[index])
	if !ok {
		return nil
	}
	g := &guard{p, index, deny, q, state}
	var all []candidate
	who := g.byPrincipal()
	dimensions := [][]cut{besides(g.byCondition(), who), who, g.byAction(), g.byResource(), g.byObject()}
	for _, cuts := range dimensions {
		for _, c := range cuts {
			if !c.none && !c.hidden {
				all = append(all, g.candidate(layer, c.kind, c.text, c.rest))
			}
		}
	}
	return append(all, g.exactly(layer, dimensions)...)
}

// besides are the cuts that leave another statement than those: a condition on aws:PrincipalArn that
// spares some is the requester's dimension too.
func besides(all, those []cut) []cut {
	return slices.DeleteFunc(all, func(c cut) bool {
		return slices.ContainsFunc(those, func(t cut) bool { return text(t.rest) == text(c.rest) })
	})
}

func (g *guard) candidate(layer authz.Layer, kind, text string, by ...statement) candidate {
	c := candidate{kind: kind, reveals: true}
	c.Layer, c.Text, c.Patch = layer, text, g.replace(g.index, by...)
	return c
}

// exactly is the exception for the question alone: of the statement one copy a dimension is
// left, which denies what differs from the question there.
func (g *guard) exactly(layer authz.Layer, dimensions [][]cut) []candidate {
	var copies []statement
	for _, cuts := range dimensions {
		if len(cuts) == 0 || slices.ContainsFunc(cuts, func(c cut) bool { return c.none }) {
			continue
		}
		rest := cuts[0].rest
		if sid, ok := rest[sidElement].(string); ok && len(copies) > 0 {
			rest = rest.having(sidElement, fmt.Sprintf("%s%d", sid, len(copies)+1))
		}
		copies = append(copies, rest)
	}
	if len(copies) < 2 {
		return nil
	}
	text := fmt.Sprintf("let %s do %s on %s in spite of %s, which goes on denying all else: it is split in %d",
		g.who(), g.asked.Action, g.asked.Resource, g.in(), len(copies))
	return []candidate{g.candidate(layer, "exact", text, copies...)}
}

// who is let pass: of a session all of its role, for the exceptions are by the role.
func (g *guard) who() string {
	switch p := g.asked.Principal; {
	case p == nil:
		return "nobody"
	case p.Kind == policy.RoleSession:
		return "the role " + p.RoleARN
	default:
		return p.String()
	}
}

// where it is, for texts.
func (g *guard) in() string { return g.named(g.index) + " of " + g.what }

// byPrincipal leaves the requester out.
func (g *guard) byPrincipal() []cut {
	if !g.resource && g.of == one {
		return []cut{{none: true}}
	}
	if c, listed := g.unlisted(); listed {
		return []cut{c}
	}
	for _, by := range []struct{ key, operator string }{
		{"aws:PrincipalArn", "ArnNotEquals"}, {"aws:PrincipalServiceName", "StringNotEquals"},
		{"aws:PrincipalType", "StringNotEquals"},
	} {
		v, ok := g.asked.Context.Get(by.key)
		if !ok {
			continue
		}
		operator, form := by.operator, "except %s from %[4]s: %[2]s %[3]s"
		for _, c := range g.conditions() {
			if strings.EqualFold(c.key, by.key) && negative[c.base()] {
				operator, by.key, form = c.operator, c.key, "add %s to %s %s of %s"
			}
		}
		return []cut{{
			kind: byPrincipal, rest: g.where(operator, by.key, v...),
			text: fmt.Sprintf(form, strings.Join(v, ", "), operator, by.key, g.in()),
		}}
	}
	return nil
}

// unlisted takes the requester out of the principals that the statement names.
func (g *guard) unlisted() (cut, bool) {
	named, _ := g.statement[principalElement].(map[string]any)
	for family, want := range principal(g.asked.Principal) {
		all := list(named[family])
		if !slices.Contains(all, want.(string)) {
			continue
		}
		rest := without(all, func(s string) bool { return s == want })
		if len(rest) == 0 && len(named) == 1 {
			return cut{none: true}, true
		}
		left := statement(named).having(family, values(rest))
		if len(rest) == 0 {
			left = statement(named).having(family, nil)
		}
		return cut{
			kind: byPrincipal, rest: g.having(principalElement, map[string]any(left)),
			text: fmt.Sprintf("take %s out of the principals of %s", want, g.in()),
		}, true
	}
	return cut{}, false
}
