package facts

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/tree"
)

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

// Texts is a list of texts.
var Texts = List(Text)

// Mapped is values by name. It is always written.
func Mapped[V any](of Kind[V]) Kind[map[string]V] {
	read := func(n *tree.Node) (map[string]V, error) {
		all := make(map[string]V, len(n.Keys))
		return all, inOrder(n, func(name string, item *tree.Node) (err error) {
			all[name], err = of.Read(item)
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
var Tags = Map(Text)

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

// Or is a kind of which some values have a shorter form: short says of a node that it
// is one.
func Or[V any](long Kind[V], form *Form, short func(n *tree.Node) bool, read func(n *tree.Node) (V, error)) Kind[V] {
	either := func(n *tree.Node) (V, error) {
		if short(n) {
			return read(n)
		}
		return long.Read(n)
	}
	check := func(n *tree.Node, w *Whole) error {
		if short(n) {
			_, err := read(n)
			return err
		}
		return long.check(n, w)
	}
	schema := func(d definitions) Schema { return Schema{"anyOf": []Schema{form.schema(d), long.schema(d)}} }
	return Kind[V]{&Form{check, schema, long.within}, either, long.Write}
}

// OrText is a kind of which some values are written as a text alone.
func OrText[V any](long Kind[V], of func(text string) V) Kind[V] {
	return Or(long, Text.Form, (*tree.Node).Scalar, func(n *tree.Node) (V, error) { return of(n.Text), nil })
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

// Checked adds a rule to a kind.
func Checked[V any](k Kind[V], rule func(v V, n *tree.Node) error) Kind[V] {
	read := func(n *tree.Node) (V, error) {
		v, err := k.Read(n)
		if err == nil {
			err = rule(v, n)
		}
		return v, err
	}
	check := func(n *tree.Node, w *Whole) error {
		if err := k.check(n, w); err != nil {
			return err
		}
		_, err := read(n)
		return err
	}
	return Kind[V]{&Form{check, k.schema, k.within}, read, k.Write}
}
