package facts

import (
	"slices"

	"github.com/s3fault/s3fault/internal/tree"
)

// Or is a kind of which some values have a shorter form: short says of a node that it
// is one.
func Or[V any](long Kind[V], form *Form, short func(n *tree.Node) bool, read func(n *tree.Node) (V, error)) Kind[V] {
	either := func(n *tree.Node) (V, error) {
		if short(n) {
			return read(n)
		}
		return long.Read(n)
	}
	shorter := checkBy(read)
	check := func(n *tree.Node, w *Whole) (*tree.Node, error) {
		if short(n) {
			return shorter(n, w)
		}
		return long.check(n, w)
	}
	schema := func(d definitions) Schema { return Schema{"anyOf": []Schema{form.schema(d), long.schema(d)}} }
	return Kind[V]{&Form{check: check, schema: schema, within: long.within}, either, long.Write}
}

// Either is one kind or another: first says of a node that it is of the first. What is
// written is of the second.
func Either[V any](first func(n *tree.Node) bool, one, other Kind[V]) Kind[V] {
	of := func(n *tree.Node) Kind[V] {
		if first(n) {
			return one
		}
		return other
	}
	read := func(n *tree.Node) (V, error) { return of(n).Read(n) }
	check := func(n *tree.Node, w *Whole) (*tree.Node, error) { return of(n).check(n, w) }
	schema := func(d definitions) Schema { return Schema{"anyOf": []Schema{one.schema(d), other.schema(d)}} }
	within := slices.Concat(one.within, other.within)
	return Kind[V]{&Form{check: check, schema: schema, within: within}, read, other.Write}
}

// Alone is a list of one value, which is written as that.
func Alone[V any](of Kind[V]) Kind[[]V] {
	read := func(n *tree.Node) ([]V, error) { v, err := of.Read(n); return []V{v}, err }
	return Kind[[]V]{of.Form, read, func(all []V) *tree.Node { return of.Write(all[0]) }}
}

// OrText is a kind of which some values are written as a text alone.
func OrText[V any](long Kind[V], of func(text string) V) Kind[V] {
	return Or(long, Text.Form, (*tree.Node).Scalar, func(n *tree.Node) (V, error) { return of(n.Text), nil })
}
