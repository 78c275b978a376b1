package facts

import (
	"regexp"
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
	return &Form{
		check:  func(n *tree.Node, _ *Whole) error { _, err := read(n); return err },
		schema: func(definitions) Schema { return schema },
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

// Matching is a text of a form; says is the error for any other, of which it may have
// the text (%q). Empty is none.
func Matching(form *regexp.Regexp, says string) Kind[string] {
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
var Number = Kind[int]{numberForm, readNumber, writeNumber}.Unless(isZero[int])

var numberForm = Simple(Schema{"type": []string{"integer"}}, readNumber)

func writeNumber(i int) *tree.Node { return tree.NewNumber(strconv.Itoa(i)) }

func isZero[V comparable](v V) bool {
	var zero V
	return v == zero
}
