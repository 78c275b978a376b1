package fault

import (
	"bytes"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// list is a text of rules, as PUT /worlds/{id}/faults takes it.
type list struct {
	use    string
	faults []Item
}

var listFacts = facts.New("list of faults",
	facts.Field("faults", Items, func(l *list) *[]Item { return &l.faults }).
		Says("fault rules"),
	facts.Field("use", facts.Text, func(l *list) *string { return &l.use }).
		Says("the name of a fault set"),
).Rule(func(n *tree.Node) error {
	if len(n.Keys) != 1 {
		return tree.Fail(n, `wanted: {"faults": [...]}, or {"use": NAME} for a set`)
	}
	return nil
})

var texts = facts.NewWhole(listFacts.Shape, item.Shape)

// ReadRules is the rules of a tree: {"faults": [...]}, {"use": NAME}, or the list alone.
// Errors: *tree.Error, with the place in it.
func (k Known) ReadRules(n *tree.Node) ([]*Rule, error) {
	if n.Kind == tree.List {
		n = (&tree.Node{Kind: tree.Mapping, At: n.At}).Add("faults", n)
	}
	var l list
	if err := texts.Check(n, listFacts.Shape); err != nil {
		return nil, err
	}
	if err := listFacts.Read(&l, n); err != nil {
		return nil, err
	}
	if l.use != "" {
		return k.set(l.use, n.Get("use"))
	}
	return k.Rules(l.faults, n.Get("faults"))
}

// ReadRule is one rule, which goes behind others that there are. Errors: as ReadRules; one
// of the others has its name.
func (k Known) ReadRule(n *tree.Node, others []*Rule) (*Rule, error) {
	var i Item
	if err := texts.Check(n, item.Shape); err != nil {
		return nil, err
	}
	if err := item.Read(&i, n); err != nil {
		return nil, err
	}
	if i.Use != "" {
		return nil, tree.Fail(n.Get("use"), "a set is no rule: PUT takes it, and adds nothing to what there is")
	}
	r := &i.Rule
	switch {
	case r.Name == "":
		r.Name = Free(others)
	case named(others, r.Name):
		return nil, tree.Fail(n.Get("name"), "there is a fault rule of the name %q already", r.Name)
	}
	return r, k.check(r, n)
}

// Parse reads a text of rules, in JSON or in YAML. name is what errors call it.
func Parse(name string, text []byte) (*tree.Node, error) {
	n, broken := tree.ParseJSON(name, text)
	if broken == nil {
		return n, nil
	}
	n, err := tree.ParseYAML(name, text)
	if front := bytes.TrimSpace(text); err != nil && len(front) > 0 && (front[0] == '{' || front[0] == '[') {
		err = broken // it knows the column
	}
	return n, err
}
