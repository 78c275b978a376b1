package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/scenarios"
)

// complain prints an error on a line; of the errors of a scenario file each on its own, and
// below it the lines of the file that it is about.
func complain(w io.Writer, err error) {
	told, more := []error{err}, 0
	if several, ok := errors.AsType[scenarios.Errors](err); ok {
		told, more = several.First()
	}
	for _, one := range told {
		fmt.Fprintf(w, "s3fault: %s\n", tree.OneLine(one.Error()))
		if e, ok := errors.AsType[*scenarios.Error](one); ok {
			for _, line := range e.Lines {
				fmt.Fprintln(w, line)
			}
		}
	}
	if more > 0 {
		fmt.Fprintf(w, "s3fault: and %d more\n", more)
	}
}
