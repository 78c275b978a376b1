package tree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Errors are the defects of one text, in its order: two or more. errors.As finds the
// first *Error.
type Errors []error

// most is how many defects are told: who has mended these reads the file again.
const most = 10

// Error is a line for each of the first ten, and how many more there are.
func (all Errors) Error() string {
	var lines []string
	first, more := all.First()
	for _, err := range first {
		lines = append(lines, OneLine(err.Error()))
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// First is those that are told, and how many more there are.
func (all Errors) First() (told []error, more int) {
	told = all[:min(most, len(all))]
	return told, len(all) - len(told)
}

// Unwrap is what errors.As looks through.
func (all Errors) Unwrap() []error { return all }

// Join is one error of several, each of them an *Error, an Errors or another; nil where
// there is none, and the one itself where there is one. What was read twice, as an alias
// or as a default of several scenarios, is told once.
func Join(errs ...error) error {
	errs = slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err == nil })
	if len(errs) == 1 {
		return errs[0] // as it was joined before
	}
	var all Errors
	known := map[saying]bool{}
	for _, err := range errs {
		for _, one := range Each(err) {
			if says := sayingOf(one); !known[says] {
				known[says] = true
				all = append(all, one)
			}
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	all.sort()
	return all
}

// saying is what tells defects apart. There may be as many as a text has words: they are
// not put into words for it.
type saying struct {
	at               Place
	message, nearest string
}

func sayingOf(err error) saying {
	if e, ok := err.(*Error); ok {
		return saying{PlaceOf(err), e.Message, e.Nearest}
	}
	return saying{message: err.Error()}
}

// Each is the defects that an error is made of; none of nil.
func Each(err error) []error {
	switch e := err.(type) {
	case nil:
		return nil
	case Errors:
		return e
	}
	return []error{err}
}

// sort brings them into the order of their file. The files stay in the order in which
// they were met, after what has no place.
func (all Errors) sort() {
	files := []string{""}
	for _, err := range all {
		if at := PlaceOf(err); !slices.Contains(files, at.File) {
			files = append(files, at.File)
		}
	}
	slices.SortStableFunc(all, func(a, b error) int {
		p, q := PlaceOf(a), PlaceOf(b)
		return cmp.Or(cmp.Compare(slices.Index(files, p.File), slices.Index(files, q.File)),
			cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
	})
}

// PlaceOf is where an error is; zero where it says none.
func PlaceOf(err error) Place {
	if e, ok := err.(*Error); ok {
		return Place{e.File, e.Line, e.Column}
	}
	return Place{}
}

// PlacedAt gives the defects that have no place in a file one: that of the node.
func PlacedAt(n *Node, err error) error {
	var all []error
	for _, one := range Each(err) {
		if e, ok := one.(*Error); ok && e.Line == 0 {
			placed := *e
			placed.File, placed.Line, placed.Column = n.At.File, n.At.Line, n.At.Column
			one = &placed
		}
		all = append(all, one)
	}
	return Join(all...)
}
