package scenarios

import (
	"errors"

	"github.com/s3fault/s3fault/internal/tree"
)

// Error is a defect of a scenario file.
type Error struct {
	File         string
	Line, Column int // from 1
	Message      string
	Nearest      string // the name that was probably meant; may be empty
}

// Error is the defect on one line: file:line:column: message (did you mean "x"?).
func (e *Error) Error() string { return (*tree.Error)(e).Error() }

// public is an error as callers of the package know it.
func public(err error) error {
	if e, ok := errors.AsType[*tree.Error](err); ok {
		return (*Error)(e)
	}
	return err
}
