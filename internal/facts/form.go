package facts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
)

// Form is what a value looks like, whatever it is a value of: which nodes are good
// for it, and how the JSON Schema says so.
type Form struct {
	check  check
	schema func(d definitions) Schema
	within []*Shape // the mappings that it holds
	named  bool     // it is a mapping whose keys are names
}

// check is what is good in a value, nil where nothing is, and what is wrong in it.
type check = func(n *tree.Node, in *Whole) (*tree.Node, error)

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

	says, absent string // see Row.Says
}

// Whole is all shapes of a document, so that an error can tell where a key belongs.
type Whole struct{ tops []*Shape }

// NewWhole is the whole of which these are the outermost shapes.
func NewWhole(tops ...*Shape) *Whole { return &Whole{tops} }

// Check holds a tree against a shape, strictly: a key that the shape does not have,
// or a value of another form, is a *tree.Error with its place; several are a
// tree.Errors. A null, which takes a key away when trees are merged, may stand for every
// value: its key must be known all the same.
func (w *Whole) Check(n *tree.Node, s *Shape) error {
	_, err := s.check(n, w)
	return err
}

// Good is Check for who goes on after an error: it gives what is good in the tree, which
// is the tree itself where nothing is wrong. A misspelt key counts as the one that was
// probably meant, and what has no good value is not there.
func (w *Whole) Good(n *tree.Node, s *Shape) (*tree.Node, error) { return s.check(n, w) }

// CheckForm is Check for a value that is no mapping of a shape's.
func (w *Whole) CheckForm(n *tree.Node, f *Form) error {
	_, err := f.check(n, w)
	return err
}

func (s *Shape) check(n *tree.Node, w *Whole) (*tree.Node, error) {
	if n.Kind != tree.Mapping {
		return nil, tree.Wanted(n, "a mapping")
	}
	m := mending{n: n}
	runs := m.takeOut(s.sunken(n), func(above string) *Form { return s.facts[s.index(above)].form }, w)
	for i := range n.Keys {
		if !isSunken(runs, i) {
			s.checkKey(&m, i, w)
		}
	}
	s.checkMust(&m)
	s.askRules(&m)
	return m.done()
}

// askRules asks the rules of a mapping in which nothing else is wrong.
func (s *Shape) askRules(m *mending) {
	for _, rule := range s.rules {
		if len(m.errs) == 0 && !m.n.Broken {
			m.failOwn(rule(m.n))
		}
	}
}

// checkKey holds a key and its value against the shape.
func (s *Shape) checkKey(m *mending, i int, w *Whole) {
	key, item := m.n.Keys[i], m.n.Items[i]
	name := key.Text
	if s.index(name) < 0 {
		e := s.unknownKey(m.n, i, w)
		if name = e.Nearest; name == "" || m.has(name) {
			m.failOwn(e)
			return
		}
		m.fail(e)
		key = &tree.Node{Kind: tree.Text, Text: name, At: key.At}
	}
	if item.Kind == tree.Null {
		m.keep(key, item)
		return
	}
	good, err := s.facts[s.index(name)].form.check(item, w)
	if good == nil {
		m.failOwn(err)
		return
	}
	m.fail(err)
	m.keep(key, good)
}

// checkMust asks for what cannot be left out.
func (s *Shape) checkMust(m *mending) {
	for _, e := range s.facts {
		v := cmp.Or(m.n.Get(e.key), m.get(e.key))
		if e.must != "" && !m.n.Broken && (v == nil || v.IsEmpty() && !v.Broken) {
			m.failOwn(tree.Fail(m.n, "%s", e.must))
		}
	}
}

// unknownKey is the error for the i-th key: it names the key that was probably meant, or
// else where a key of that name belongs.
func (s *Shape) unknownKey(n *tree.Node, i int, w *Whole) *tree.Error {
	key := n.Keys[i]
	e := tree.Unknown(key, "key", key.Text, s.keys())
	e.Message += " in " + oneOf(s.name)
	if e.Nearest != "" {
		return e
	}
	if places := w.having(key.Text); len(places) > 0 {
		e.Message = fmt.Sprintf("the key %q does not belong in %s, but in %s", key.Text, oneOf(s.name),
			strings.Join(places, " or "))
	}
	return e
}

// Has says whether the shape has the key.
func (s *Shape) Has(key string) bool { return s.index(key) >= 0 }

// index is the place of a key among the shape's; -1: it has none of that name.
func (s *Shape) index(key string) int {
	return slices.IndexFunc(s.facts, func(e entry) bool { return e.key == key })
}

func (s *Shape) keys() []string {
	keys := make([]string, len(s.facts))
	for i, e := range s.facts {
		keys[i] = e.key
	}
	return keys
}

// oneOf is a shape of that name, in words.
func oneOf(name string) string {
	if strings.ContainsRune("aeio", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// having are the shapes that have the key, in words.
func (w *Whole) having(key string) []string {
	var names []string
	for _, s := range w.Shapes() {
		if name := oneOf(s.name); s.index(key) >= 0 && !slices.Contains(names, name) {
			names = append(names, name)
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
	check := func(n *tree.Node, w *Whole) (*tree.Node, error) {
		if n.Kind != tree.Mapping {
			return nil, tree.Wanted(n, "a mapping")
		}
		m := mending{n: n}
		runs := m.takeOut(of.sunken(n), func(string) *Form { return of }, w)
		for i := range n.Keys {
			if !isSunken(runs, i) {
				names.checkOne(&m, i, of, w)
			}
		}
		return m.done()
	}
	schema := func(d definitions) Schema {
		s := Schema{"type": []string{"object"}, "additionalProperties": orNull(of.schema(d))}
		if names.Pattern != "" {
			s["propertyNames"] = Schema{"pattern": names.Pattern}
		}
		return s
	}
	return &Form{check: check, schema: schema, within: of.within, named: true}
}

// checkOne holds a name against what names may be, and its value against the form. It is
// the name all the same: what speaks of it is not wrong.
func (names Names) checkOne(m *mending, i int, of *Form, w *Whole) {
	key, item := m.n.Keys[i], m.n.Items[i]
	if names.Check != nil {
		m.fail(names.Check(key))
	}
	if item.Kind == tree.Null {
		m.keep(key, item)
		return
	}
	good, err := of.check(item, w)
	m.fail(of.tooDeep(key, err, w))
	m.keep(key, cmp.Or(good, &tree.Node{Kind: tree.Mapping, At: item.At, Broken: true}))
}

// tooDeep adds to the error about a value that its name is a key of the outermost.
func (f *Form) tooDeep(key *tree.Node, err error, w *Whole) error {
	e, ok := err.(*tree.Error)
	at := slices.IndexFunc(w.tops, func(s *Shape) bool { return s.Has(key.Text) })
	if ok && len(f.within) > 0 && at >= 0 && !f.takes(key.Text) {
		e.Message += fmt.Sprintf("; %q is a key of %s: is it indented too far?", key.Text, oneOf(w.tops[at].name))
	}
	return err
}

func wantedList(n *tree.Node) error {
	if n.Kind == tree.Mapping && len(n.Keys) > 0 {
		return tree.Fail(n, "a list is wanted here, with a dash before each item, and not a mapping")
	}
	return tree.Wanted(n, "a list")
}

// listing is the form of a list of which every item has the form.
func listing(of *Form) *Form {
	check := func(n *tree.Node, w *Whole) (*tree.Node, error) {
		if n.Kind != tree.List {
			return nil, wantedList(n)
		}
		m := mending{n: n}
		for _, item := range n.Items {
			good, err := of.check(item, w)
			if good == nil {
				m.failOwn(err)
				continue
			}
			m.fail(err)
			m.keep(nil, good)
		}
		return m.done()
	}
	schema := func(d definitions) Schema { return Schema{"type": []string{"array"}, "items": of.schema(d)} }
	return &Form{check: check, schema: schema, within: of.within}
}

// Part is the form where the value is a mapping. What is none is left to who reads it.
func (f *Form) Part() *Form {
	check := func(n *tree.Node, w *Whole) (*tree.Node, error) {
		if n.Kind != tree.Mapping {
			return n, nil
		}
		return f.check(n, w)
	}
	return &Form{check: check, schema: f.schema, within: f.within, named: f.named}
}

// Unchecked is the form for the schema alone: whoever reads the value checks it.
func (f *Form) Unchecked() *Form {
	return &Form{check: func(n *tree.Node, _ *Whole) (*tree.Node, error) { return n, nil }, schema: f.schema}
}

// Having is the form with keys that, as the schema has it, cannot be left out.
func (f *Form) Having(keys ...string) *Form {
	schema := func(d definitions) Schema { return Schema{"allOf": []Schema{f.schema(d)}, "required": keys} }
	return &Form{check: f.check, schema: schema, within: f.within, named: f.named}
}
