package fault

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// step is the kind of an effect as a rule has it: a mapping of the effect's name to what
// it is, with after_bytes beside it where it is within a body; or the text pass.
var step = facts.Or(facts.Record(stepFacts), facts.Words(passName), (*tree.Node).Scalar, readPass).Written(writeStep)

var steps = facts.List(step)

var stepFacts = facts.New("fault effect", rows()...).With(
	facts.Field("after_bytes", afterBytes, func(s *Step) **int64 { return &s.AfterBytes }).
		Says("strikes within the body, behind so many bytes"),
).Rule(oneEffect)

func rows() []facts.Row[*Step] {
	all := make([]facts.Row[*Step], len(effects))
	for i, e := range effects {
		all[i] = e.row
	}
	return all
}

// afterBytes is the kind of a number of bytes that need not be said.
var afterBytes = facts.Kind[*int64]{
	Form: facts.Size.Form,
	Read: func(n *tree.Node) (*int64, error) { size, err := facts.Size.Read(n); return &size, err },
	Write: func(size *int64) *tree.Node {
		if size == nil {
			return nil
		}
		return facts.Size.Write(*size)
	},
}

// placed are the effects that can be somewhere within a body.
var placed = []string{errorName, stallName, resetName, closeName}

// oneEffect says of a mapping that it is one effect.
func oneEffect(n *tree.Node) error {
	var found []string
	for i, key := range n.Keys {
		if key.Text == "after_bytes" || n.Items[i].Kind == tree.Null {
			continue
		}
		if found = append(found, key.Text); len(found) > 1 {
			return tree.Fail(key, "an effect is one thing: %s and %s are two, for effects or for two rules", found[0], found[1])
		}
	}
	switch {
	case len(found) == 0:
		return tree.Fail(n, "an effect is a mapping of its name: {error: {code: SlowDown}}")
	case n.Get("after_bytes") != nil && !slices.Contains(placed, found[0]):
		return tree.Fail(n.Find("after_bytes"), "after_bytes stands beside %s, and not beside %s",
			strings.Join(placed, ", "), found[0])
	}
	return nil
}

func readPass(n *tree.Node) (Step, error) {
	if n.Text == passName {
		return Step{Effect: Pass}, nil
	}
	names := EffectNames()
	if slices.Contains(names, n.Text) {
		return Step{}, tree.Fail(n, "the effect %s needs a value: {%s: ...}", n.Text, n.Text)
	}
	return Step{}, tree.Unknown(n, "effect", n.Text, append(names, passName))
}

func writeStep(s Step) *tree.Node {
	switch s.Effect {
	case nil:
		return nil
	case Pass:
		return tree.NewText(passName)
	}
	return stepFacts.Write(&s)
}

// EffectNames are the names of all effects that are a mapping, in the order of the list.
func EffectNames() []string {
	names := make([]string, len(effects))
	for i, e := range effects {
		names[i] = e.name
	}
	return names
}
