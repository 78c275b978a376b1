package facts

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
)

// Row is one fact of a T: its key, its form, and how it gets from a file into the T
// and from there into a description.
type Row[T any] struct {
	entry
	read  func(t T, n *tree.Node) error // n is nil where the key is absent
	write func(t T) *tree.Node          // nil: it is left out
	after []string
}

// Field is a fact that stands in the T as it is in the file. Where the key is absent
// the T stays as it is.
func Field[T, V any](key string, kind Kind[V], at func(T) *V) Row[T] {
	return Row[T]{
		entry: entry{key: key, form: kind.Form},
		read: func(t T, n *tree.Node) (err error) {
			if n != nil {
				*at(t), err = kind.Read(n)
			}
			return err
		},
		write: func(t T) *tree.Node { return kind.Write(*at(t)) },
	}
}

// Fact is a fact that means something to the rest of the world: set puts it into the T,
// with the zero V and no node where the key is absent, and of takes it out again.
func Fact[T, V any](key string, kind Kind[V], set func(t T, v V, n *tree.Node) error, of func(T) V) Row[T] {
	return Row[T]{
		entry: entry{key: key, form: kind.Form},
		read: func(t T, n *tree.Node) error {
			if n == nil {
				var none V
				return set(t, none, nil)
			}
			v, err := kind.Read(n)
			if err != nil {
				return err
			}
			return set(t, v, n)
		},
		write: func(t T) *tree.Node { return kind.Write(of(t)) },
	}
}

// Told is a fact of which the form is known here: whoever can reads it.
func Told[T any](key string, form *Form) Row[T] {
	return Row[T]{
		entry: entry{key: key, form: form},
		read:  func(T, *tree.Node) error { return nil },
		write: func(T) *tree.Node { return nil },
	}
}

// Inside is facts that have a mapping of their own in a T. It is always written.
func Inside[T, U any](key string, s *Struct[U], of func(t T, n *tree.Node) U) Row[T] {
	return Row[T]{
		entry: entry{key: key, form: s.Form()},
		read:  func(t T, n *tree.Node) error { return s.Read(of(t, n), n) },
		write: func(t T) *tree.Node { return s.Write(of(t, nil)) },
	}
}

// Within is an Inside that there need not be: put makes it, and of finds it, where it is.
func Within[T, U any](key string, s *Struct[U], put func(t T, n *tree.Node) U, of func(T) (U, bool)) Row[T] {
	return Row[T]{
		entry: entry{key: key, form: s.Form()},
		read: func(t T, n *tree.Node) error {
			if n == nil {
				return nil
			}
			return s.Read(put(t, n), n)
		},
		write: func(t T) *tree.Node {
			if u, ok := of(t); ok {
				return s.Write(u)
			}
			return nil
		},
	}
}

// Many is things of one kind by name: put makes one for a name in the file, in the
// order of the names, and all has those that there are, in the order in which they are
// written. The mapping is always written.
func Many[T, U any](key string, names Names, s *Struct[U],
	put func(t T, name string, n *tree.Node) (U, error), all func(T) iter.Seq2[string, U]) Row[T] {
	return Row[T]{
		entry: entry{key: key, form: Named(s.Form(), names)},
		read: func(t T, n *tree.Node) error {
			return inOrder(n, func(name string, item *tree.Node) error {
				u, err := put(t, name, item)
				if err != nil {
					return err
				}
				return s.Read(u, item)
			})
		},
		write: func(t T) *tree.Node {
			n := tree.NewMapping()
			for name, u := range all(t) {
				n.Add(name, s.Write(u))
			}
			return n
		},
	}
}

// ByName goes through a map in the order of its names, as what one makes of each value.
func ByName[V, U any](all map[string]V, of func(name string, v V) U) iter.Seq2[string, U] {
	return func(yield func(string, U) bool) {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !yield(name, of(name, all[name])) {
				return
			}
		}
	}
}

// inOrder does something with each value of a mapping, in the order of their names, and
// goes on after an error.
func inOrder(n *tree.Node, do func(name string, item *tree.Node) error) error {
	if n == nil {
		return nil
	}
	order := make([]int, 0, len(n.Keys))
	for i := range n.Keys {
		if n.Items[i].Kind != tree.Null {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(n.Keys[a].Text, n.Keys[b].Text) })
	var errs []error
	for _, i := range order {
		if err := do(n.Keys[i].Text, n.Items[i]); err != nil {
			errs = append(errs, err)
		}
	}
	return tree.Join(errs...)
}

// After says which facts are read before this one, in whatever order they are written.
func (r Row[T]) After(keys ...string) Row[T] {
	r.after = keys
	return r
}

// Must says that the fact cannot be left out, and how that is put to who does.
func (r Row[T]) Must(says string) Row[T] {
	r.must = says
	return r
}

// ReadAlone says that the fact is not written: what it brings about is.
func (r Row[T]) ReadAlone() Row[T] { return r.Written(func(T) *tree.Node { return nil }) }

// Unless leaves the fact out of the description of some.
func (r Row[T]) Unless(out func(T) bool) Row[T] {
	write := r.write
	r.write = func(t T) *tree.Node {
		if out(t) {
			return nil
		}
		return write(t)
	}
	return r
}

// Says is what the fact is, on a line, and what holds where it is absent; nothing where
// that is nothing. The JSON Schema and docs/scenario-file.md tell it.
func (r Row[T]) Says(what string, absent ...string) Row[T] {
	r.says, r.absent = what, strings.Join(absent, "")
	return r
}

// Key is the fact's key.
func (r Row[T]) Key() string { return r.key }

// Then adds what is done once the fact is read, or absent, whether it was good or not.
func (r Row[T]) Then(do func(T) error) Row[T] {
	read := r.read
	r.read = func(t T, n *tree.Node) error {
		err := read(t, n)
		return tree.Join(err, do(t))
	}
	return r
}

// Before adds what is done before the fact is read, or found absent.
func (r Row[T]) Before(do func(T) error) Row[T] {
	read := r.read
	r.read = func(t T, n *tree.Node) error {
		err := do(t)
		return tree.Join(err, read(t, n))
	}
	return r
}

// Written is the fact with a way of its own of being written.
func (r Row[T]) Written(write func(T) *tree.Node) Row[T] {
	r.write = write
	return r
}

// Sparse leaves out the things of which nothing is written, and the mapping with them.
func (r Row[T]) Sparse() Row[T] {
	write := r.write
	r.write = func(t T) *tree.Node {
		full, n := write(t), tree.NewMapping()
		for i, key := range full.Keys {
			if !full.Items[i].IsEmpty() {
				n.Add(key.Text, full.Items[i])
			}
		}
		if n.IsEmpty() {
			return nil
		}
		return n
	}
	return r
}
