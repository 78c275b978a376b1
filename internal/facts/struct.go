// Package facts is the codec of scenario files: each fact is one Row, by which it is
// read, with line and column and the nearest name in what is wrong, written down again
// when a world is described, found by its path, and told to the JSON Schema.
package facts

import (
	"slices"

	"github.com/s3fault/s3fault/internal/tree"
)

// Struct is the facts of a T, which is a pointer or holds one: they are read into what
// it leads to.
type Struct[T any] struct {
	*Shape
	rows []Row[T]
	then []func(t T, n *tree.Node) error
}

// New is a struct of that name, in words, with these facts in the order in which they
// are written.
func New[T any](name string, rows ...Row[T]) *Struct[T] {
	s := &Struct[T]{Shape: &Shape{name: name}}
	return s.With(rows...)
}

// With adds facts: those of a struct that holds itself.
func (s *Struct[T]) With(rows ...Row[T]) *Struct[T] {
	for _, r := range rows {
		s.rows = append(s.rows, r)
		s.facts = append(s.facts, r.entry)
	}
	return s
}

// Rule adds a rule of form that no fact's own form expresses. It is asked once the
// facts are good, in a patch and in defaults too.
func (s *Struct[T]) Rule(rule func(n *tree.Node) error) *Struct[T] {
	s.rules = append(s.rules, rule)
	return s
}

// Then adds what is done once all facts of a T are read.
func (s *Struct[T]) Then(do func(t T, n *tree.Node) error) *Struct[T] {
	s.then = append(s.then, do)
	return s
}

// Rows are the facts as those of an S, of which a T is a part.
func Rows[S, T any](s *Struct[T], part func(S) T) []Row[S] {
	rows := make([]Row[S], len(s.rows))
	for i, r := range s.rows {
		rows[i] = Row[S]{
			entry: r.entry, after: r.after,
			read:  func(whole S, n *tree.Node) error { return r.read(part(whole), n) },
			write: func(whole S) *tree.Node { return r.write(part(whole)) },
		}
	}
	return rows
}

// Forms are the facts as those of an S that does not hold them.
func Forms[S, T any](s *Struct[T]) []Row[S] {
	rows := make([]Row[S], len(s.rows))
	for i, r := range s.rows {
		rows[i] = Told[S](r.key, r.form).Says(r.says, r.absent)
	}
	return rows
}

// Read reads the facts of a mapping, which may be nil, into t. Errors: what the facts
// mean, of whose form Check is content. It goes on after one, to find all; what is done
// once all facts are read is then left out.
func (s *Struct[T]) Read(t T, n *tree.Node) error {
	read, errs := make([]bool, len(s.rows)), []error(nil)
	for i := range s.rows {
		if err := s.readRow(t, n, i, read); err != nil {
			errs = append(errs, err)
		}
	}
	for _, do := range s.then {
		if len(errs) > 0 || n != nil && n.Broken {
			break
		}
		if err := do(t, n); err != nil {
			errs = append(errs, err)
		}
	}
	return tree.Join(errs...)
}

// readRow reads a row once, after those that it comes after.
func (s *Struct[T]) readRow(t T, n *tree.Node, i int, read []bool) error {
	if read[i] {
		return nil
	}
	read[i] = true
	var errs []error
	for _, key := range s.rows[i].after {
		before := slices.IndexFunc(s.rows, func(r Row[T]) bool { return r.key == key })
		if err := s.readRow(t, n, before, read); err != nil {
			errs = append(errs, err)
		}
	}
	value := n.Get(s.rows[i].key)
	if value != nil && value.Kind == tree.Null {
		value = nil
	}
	if err := s.rows[i].read(t, value); err != nil {
		errs = append(errs, err)
	}
	return tree.Join(errs...)
}

// Write describes t: a mapping of its facts, in the order of the rows.
func (s *Struct[T]) Write(t T) *tree.Node {
	n := tree.NewMapping()
	for _, r := range s.rows {
		n.Add(r.key, r.write(t))
	}
	return n
}
