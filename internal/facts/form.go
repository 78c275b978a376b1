package facts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
)

// Form is what a value looks like, whatever it is a value of: which nodes are good
// for it, and how the JSON Schema says so.
type Form struct {
	check  func(n *tree.Node, in *Whole) error
	schema func(d definitions) Schema
	within []*Shape // the mappings that it holds
}

// Shape is the form of a mapping that has the same keys wherever it stands.
type Shape struct {
	name  string // "bucket", for messages and the JSON Schema
	facts []entry
	rules []func(n *tree.Node) error
}

// entry is a key of a shape.
type entry struct {
	key  string
	form *Form
	must string // the error where it is missing; empty: it may be
}

// Whole is all shapes of a document, so that an error can tell where a key belongs.
type Whole struct{ tops []*Shape }

// NewWhole is the whole of which these are the outermost shapes.
func NewWhole(tops ...*Shape) *Whole { return &Whole{tops} }

// Check holds a tree against a shape, strictly: a key that the shape does not have,
// or a value of another form, is a *tree.Error with its place. A null, which takes a
// key away when trees are merged, may stand for every value: its key must be known
// all the same.
func (w *Whole) Check(n *tree.Node, s *Shape) error { return s.check(n, w) }

// CheckForm is Check for a value that is no mapping of a shape's.
func (w *Whole) CheckForm(n *tree.Node, f *Form) error { return f.check(n, w) }

func (s *Shape) check(n *tree.Node, w *Whole) error {
	if n.Kind != tree.Mapping {
		return tree.Wanted(n, "a mapping")
	}
	for i, key := range n.Keys {
		at := slices.IndexFunc(s.facts, func(e entry) bool { return e.key == key.Text })
		if at < 0 {
			return s.unknownKey(key, w)
		}
		if n.Items[i].Kind == tree.Null {
			continue
		}
		if err := s.facts[at].form.check(n.Items[i], w); err != nil {
			return err
		}
	}
	return s.checkWhole(n)
}

// checkWhole asks for what must be there, and then for the rules.
func (s *Shape) checkWhole(n *tree.Node) error {
	for _, e := range s.facts {
		if v := n.Get(e.key); e.must != "" && (v == nil || v.IsEmpty()) {
			return tree.Fail(n, "%s", e.must)
		}
	}
	for _, rule := range s.rules {
		if err := rule(n); err != nil {
			return err
		}
	}
	return nil
}

// unknownKey names the key that was probably meant, or else where a key of that
// name belongs.
func (s *Shape) unknownKey(key *tree.Node, w *Whole) error {
	e := tree.Unknown(key, "key", key.Text, s.keys())
	e.Message += " in a " + s.name
	if e.Nearest != "" {
		return e
	}
	if places := w.having(key.Text); len(places) > 0 {
		e.Message = fmt.Sprintf("the key %q does not belong in a %s, but in a %s", key.Text, s.name,
			strings.Join(places, " or a "))
	}
	return e
}

func (s *Shape) keys() []string {
	keys := make([]string, len(s.facts))
	for i, e := range s.facts {
		keys[i] = e.key
	}
	return keys
}

// having are the names of the shapes that have the key.
func (w *Whole) having(key string) []string {
	var names []string
	for _, s := range w.Shapes() {
		if slices.Contains(s.keys(), key) && !slices.Contains(names, s.name) {
			names = append(names, s.name)
		}
	}
	return names
}

// Shapes are all shapes, each before those within it.
func (w *Whole) Shapes() []*Shape {
	var all []*Shape
	var visit func(s *Shape)
	visit = func(s *Shape) {
		if slices.Contains(all, s) {
			return
		}
		all = append(all, s)
		for _, e := range s.facts {
			for _, below := range e.form.within {
				visit(below)
			}
		}
	}
	for _, top := range w.tops {
		visit(top)
	}
	return all
}

// Form is the shape as the form of a value.
func (s *Shape) Form() *Form {
	return &Form{check: s.check, schema: s.refer, within: []*Shape{s}}
}

// Names are the names that the keys of a mapping may have.
type Names struct {
	Pattern string // for the JSON Schema; empty: any
	Check   func(key *tree.Node) error
}

// Named is the form of a mapping of which every value has the form.
func Named(of *Form, names Names) *Form {
	check := func(n *tree.Node, w *Whole) error {
		if n.Kind != tree.Mapping {
			return tree.Wanted(n, "a mapping")
		}
		for i, key := range n.Keys {
			if names.Check != nil {
				if err := names.Check(key); err != nil {
					return err
				}
			}
			if n.Items[i].Kind == tree.Null {
				continue
			}
			if err := of.check(n.Items[i], w); err != nil {
				return err
			}
		}
		return nil
	}
	schema := func(d definitions) Schema {
		s := Schema{"type": []string{"object"}, "additionalProperties": orNull(of.schema(d))}
		if names.Pattern != "" {
			s["propertyNames"] = Schema{"pattern": names.Pattern}
		}
		return s
	}
	return &Form{check, schema, of.within}
}

// listing is the form of a list of which every item has the form.
func listing(of *Form) *Form {
	check := func(n *tree.Node, w *Whole) error {
		if n.Kind != tree.List {
			return tree.Wanted(n, "a list")
		}
		for _, item := range n.Items {
			if err := of.check(item, w); err != nil {
				return err
			}
		}
		return nil
	}
	schema := func(d definitions) Schema { return Schema{"type": []string{"array"}, "items": of.schema(d)} }
	return &Form{check, schema, of.within}
}

// Part is the form where the value is a mapping. What is none is left to who reads it.
func (f *Form) Part() *Form {
	check := func(n *tree.Node, w *Whole) error {
		if n.Kind != tree.Mapping {
			return nil
		}
		return f.check(n, w)
	}
	return &Form{check, f.schema, f.within}
}

// Unchecked is the form for the schema alone: whoever reads the value checks it.
func (f *Form) Unchecked() *Form {
	return &Form{check: func(*tree.Node, *Whole) error { return nil }, schema: f.schema}
}

// Having is the form with keys that, as the schema has it, cannot be left out.
func (f *Form) Having(keys ...string) *Form {
	schema := func(d definitions) Schema { return Schema{"allOf": []Schema{f.schema(d)}, "required": keys} }
	return &Form{f.check, schema, f.within}
}
