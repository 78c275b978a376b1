package facts

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
)

// Kind is a kind of values: how one is read, and how it is written. A zero value is
// left out of a description unless the kind says otherwise.
type Kind[V any] struct {
	*Form
	Read  func(n *tree.Node) (V, error)
	Write func(v V) *tree.Node
}

// Written is the kind with a way of its own of being written.
func (k Kind[V]) Written(write func(V) *tree.Node) Kind[V] { return Kind[V]{k.Form, k.Read, write} }

// Unless is the kind of which some values are left out.
func (k Kind[V]) Unless(out func(V) bool) Kind[V] {
	return k.Written(func(v V) *tree.Node {
		if out(v) {
			return nil
		}
		return k.Write(v)
	})
}

// scalar is a kind of which reading is all there is to check.
func scalar[V comparable](schema Schema, read func(*tree.Node) (V, error), write func(V) string) Kind[V] {
	text := func(v V) *tree.Node { return tree.NewText(write(v)) }
	return Kind[V]{Simple(schema, read), read, text}.Unless(isZero)
}

// Simple is the form of what the reader takes.
func Simple[V any](schema Schema, read func(*tree.Node) (V, error)) *Form {
	return &Form{check: checkBy(read), schema: func(definitions) Schema { return schema }}
}

// checkBy is the check of what is good if it can be read.
func checkBy[V any](read func(*tree.Node) (V, error)) check {
	return func(n *tree.Node, _ *Whole) (*tree.Node, error) {
		if _, err := read(n); err != nil {
			return nil, err
		}
		return n, nil
	}
}

// anyText is the schema of a text: every scalar is one.
var anyText = Schema{"type": []string{"string", "number", "boolean"}}

func readText(n *tree.Node) (string, error) {
	if !n.Scalar() {
		return "", tree.Wanted(n, "a text")
	}
	return n.Text, nil
}

func asIs(text string) string { return text }

// Text is any text, and what looks like something else.
var Text = scalar(anyText, readText, asIs)

// Optional is a text of which an empty one is told from none.
var Optional = Kind[*string]{
	Form: Text.Form,
	Read: func(n *tree.Node) (*string, error) { text, err := readText(n); return &text, err },
	Write: func(text *string) *tree.Node {
		if text == nil {
			return nil
		}
		return tree.NewText(*text)
	},
}

// Is is a kind of texts as a type of its own.
func Is[V ~string](k Kind[string]) Kind[V] {
	return Kind[V]{
		Form:  k.Form,
		Read:  func(n *tree.Node) (V, error) { text, err := k.Read(n); return V(text), err },
		Write: func(v V) *tree.Node { return k.Write(string(v)) },
	}
}

// OneOf is one of the texts that are known; what is their name in an error. Empty is
// none.
func OneOf[V ~string](what string, known ...V) Kind[string] {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	read := func(n *tree.Node) (string, error) {
		text, err := readText(n)
		if err == nil && text != "" && !slices.Contains(names, text) {
			err = tree.Unknown(n, what, text, names)
		}
		return text, err
	}
	return scalar(Schema{"enum": names}, read, asIs)
}

// Pattern is a regular expression: a *regexp.Regexp, or a *pattern.Pattern.
type Pattern interface {
	MatchString(text string) bool
	String() string
}

// Matching is a text of a form; says is the error for any other, of which it may have
// the text (%q). Empty is none.
func Matching(form Pattern, says string) Kind[string] {
	read := func(n *tree.Node) (string, error) {
		text, err := readText(n)
		if err != nil || text == "" || form.MatchString(text) {
			return text, err
		}
		if strings.Contains(says, "%q") {
			return text, tree.Fail(n, says, text)
		}
		return text, tree.Fail(n, "%s", says)
	}
	return scalar(Schema{"type": anyText["type"], "pattern": form.String()}, read, asIs)
}

func readBoolean(n *tree.Node) (bool, error) {
	if n.Kind != tree.Bool || n.Text != "true" && n.Text != "false" {
		return false, tree.Wanted(n, "true or false")
	}
	return n.Text == "true", nil
}

var booleanForm = Simple(Schema{"type": []string{"boolean"}}, readBoolean)

// Switch is true or false.
var Switch = Kind[bool]{booleanForm, readBoolean, tree.NewBool}

// Boolean is a Switch of which false is left out.
var Boolean = Switch.Unless(func(b bool) bool { return !b })

// Maybe is a Boolean that may be unknown: nil.
var Maybe = Kind[*bool]{
	Form: booleanForm,
	Read: func(n *tree.Node) (*bool, error) { b, err := readBoolean(n); return &b, err },
	Write: func(b *bool) *tree.Node {
		if b == nil {
			return nil
		}
		return tree.NewBool(*b)
	},
}

func readNumber(n *tree.Node) (int, error) {
	i, err := strconv.Atoi(n.Text)
	if n.Kind != tree.Number || err != nil {
		return 0, tree.Wanted(n, "a whole number")
	}
	return i, nil
}

// Number is a whole number; 0 is left out.
var Number = Kind[int]{Simple(Schema{"type": []string{"integer"}}, readNumber), readNumber, writeNumber}.Unless(isZero[int])

func writeNumber(i int) *tree.Node { return tree.NewNumber(strconv.Itoa(i)) }

func isZero[V comparable](v V) bool {
	var zero V
	return v == zero
}

// Listed is any number of values. An empty list is written; none is left out.
func Listed[V any](of Kind[V]) Kind[[]V] {
	read := func(n *tree.Node) ([]V, error) {
		all := make([]V, len(n.Items))
		for i, item := range n.Items {
			var err error
			if all[i], err = of.Read(item); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
	write := func(all []V) *tree.Node { return tree.ListOf(all, of.Write) }
	return Kind[[]V]{listing(of.Form), read, write}.Unless(func(all []V) bool { return all == nil })
}

// List is a Listed of which an empty one is as good as none.
func List[V any](of Kind[V]) Kind[[]V] {
	full := Listed(of)
	read := func(n *tree.Node) ([]V, error) {
		all, err := full.Read(n)
		if len(all) == 0 {
			return nil, err
		}
		return all, nil
	}
	return Kind[[]V]{full.Form, read, full.Write}
}

// member is a text among others, where an empty one is written too.
var member = Text.Written(tree.NewText)

// Texts is a list of texts.
var Texts = List(member)

// Mapped is values by name. It is always written.
func Mapped[V any](of Kind[V]) Kind[map[string]V] {
	read := func(n *tree.Node) (map[string]V, error) {
		all := make(map[string]V, len(n.Keys))
		return all, inOrder(n, func(name string, item *tree.Node) (err error) {
			if !item.Broken {
				all[name], err = of.Read(item)
			}
			return err
		})
	}
	return Kind[map[string]V]{Named(of.Form, Names{}), read, func(all map[string]V) *tree.Node {
		n := tree.NewMapping()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			n.Add(name, of.Write(all[name]))
		}
		return n
	}}
}

// Map is a Mapped of which an empty one is as good as none, and left out.
func Map[V any](of Kind[V]) Kind[map[string]V] {
	full := Mapped(of)
	read := func(n *tree.Node) (map[string]V, error) {
		all, err := full.Read(n)
		if len(all) == 0 {
			return nil, err
		}
		return all, nil
	}
	return Kind[map[string]V]{full.Form, read, full.Write}.Unless(func(all map[string]V) bool { return len(all) == 0 })
}

// Tags is texts by name.
var Tags = Map(member)

// AtLeast is a whole number from least on.
func AtLeast(least int) Kind[int] {
	return Checked(Number, func(i int, n *tree.Node) error {
		if i < least {
			return tree.Fail(n, "a number from %d on is wanted here, not %d", least, i)
		}
		return nil
	})
}

// Record is a mapping that is a V whatever world it stands in.
func Record[V any](s *Struct[*V]) Kind[V] {
	read := func(n *tree.Node) (v V, err error) { err = s.Read(&v, n); return v, err }
	return Kind[V]{s.Form(), read, func(v V) *tree.Node { return s.Write(&v) }}
}

// RecordIf is a Record that may not be there: nil.
func RecordIf[V any](s *Struct[*V]) Kind[*V] {
	read := func(n *tree.Node) (*V, error) { v := new(V); return v, s.Read(v, n) }
	return Kind[*V]{s.Form(), read, s.Write}.Unless(func(v *V) bool { return v == nil })
}

// Words is the form of texts that are written out.
func Words(all ...string) *Form { return OneOf("value", all...).Form }

// TreeOf is a tree of the form, for who reads it.
func TreeOf(form *Form) Kind[*tree.Node] {
	same := func(n *tree.Node) *tree.Node { return n }
	return Kind[*tree.Node]{form, func(n *tree.Node) (*tree.Node, error) { return n, nil }, same}
}

// Any is the form of what the schema takes, which is checked by who reads it.
func Any(schema Schema) *Form {
	return Simple(schema, func(n *tree.Node) (*tree.Node, error) { return n, nil })
}

// Checked adds a rule to a kind. What is broken need not keep it.
func Checked[V any](k Kind[V], rule func(v V, n *tree.Node) error) Kind[V] {
	read := func(n *tree.Node) (V, error) {
		v, err := k.Read(n)
		if err == nil && !n.AnyBroken() {
			err = rule(v, n)
		}
		return v, err
	}
	whole := checkBy(read)
	check := func(n *tree.Node, w *Whole) (*tree.Node, error) {
		if good, err := k.check(n, w); err != nil {
			return good, err
		}
		return whole(n, w)
	}
	return Kind[V]{&Form{check: check, schema: k.schema, within: k.within, named: k.named}, read, k.Write}
}
