package scenarios

import (
	"errors"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
)

// Error is a defect of a scenario file.
type Error struct {
	File         string
	Line, Column int // from 1
	Message      string
	Nearest      string // the name that was probably meant; may be empty
	Beside       int    // another line that it is about, as one that this should line up with; 0: none
	// Lines are the lines of the file that it is about, where they say it better than words:
	// "  3 |   buckets: {}", with tabs as arrows.
	Lines []string
}

// Error is the defect on one line: file:line:column: message (did you mean "x"?).
func (e *Error) Error() string { return (*tree.Error)(e).Error() }

// Errors are all defects of a scenario file, in its order: two or more, each an *Error.
// errors.As finds the first.
type Errors []error

// Error is a line for each of the first ten, and how many more there are.
func (all Errors) Error() string { return tree.Errors(all).Error() }

// First is the ten that are told, and how many more there are.
func (all Errors) First() (told []error, more int) { return tree.Errors(all).First() }

// Unwrap is what errors.As looks through.
func (all Errors) Unwrap() []error { return all }

// public is an error as callers of the package know it.
func public(err error) error {
	all := Errors{}
	for _, one := range tree.Each(err) {
		if e, ok := errors.AsType[*tree.Error](one); ok {
			one = (*Error)(e)
		}
		all = append(all, one)
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// withoutEchoes leaves out the errors about names that are probably meant for a key that
// is wrong itself: of an account with 11 digits who speaks of it with 12 is not wrong.
func withoutEchoes(scenarios *tree.Node, err error) error {
	all := tree.Each(err)
	if len(all) < 2 {
		return err
	}
	at := map[tree.Place]bool{}
	for _, one := range all {
		at[tree.PlaceOf(one)] = true
	}
	wrong := map[string]bool{}
	var visit func(n *tree.Node)
	visit = func(n *tree.Node) {
		for _, key := range n.Keys {
			wrong[key.Text] = wrong[key.Text] || at[key.At]
			at[key.At] = false
		}
		for _, item := range n.Items {
			visit(item)
		}
	}
	visit(scenarios)
	return tree.Join(slices.DeleteFunc(slices.Clone(all), func(one error) bool {
		e, ok := errors.AsType[*tree.Error](one)
		return ok && wrong[e.Nearest] && at[tree.PlaceOf(one)]
	})...)
}

// withoutStrangers leaves out the errors about names that resemble no other: in a scenario
// of which something could not be read they may be there.
func withoutStrangers(err error) error {
	return tree.Join(slices.DeleteFunc(slices.Clone(tree.Each(err)), func(one error) bool {
		e, ok := errors.AsType[*tree.Error](one)
		return ok && e.Nearest == "" && strings.HasPrefix(e.Message, "unknown ")
	})...)
}
