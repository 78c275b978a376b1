package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/s3fault/s3fault/scenarios"
)

// most is how many errors of a file are printed: who has mended these reads it again.
const most = 10

// complain prints an error on a line; of the errors of a scenario file each on its own, and
// below it the lines of the file that it is about.
func complain(w io.Writer, err error) {
	all := []error{err}
	if several, ok := errors.AsType[scenarios.Errors](err); ok {
		all = several
	}
	for _, one := range all[:min(most, len(all))] {
		fmt.Fprintf(w, "s3fault: %s\n", oneLine(one.Error()))
		if e, ok := errors.AsType[*scenarios.Error](one); ok {
			for _, line := range e.Lines {
				fmt.Fprintln(w, line)
			}
		}
	}
	if more := len(all) - most; more > 0 {
		fmt.Fprintf(w, "s3fault: and %d more\n", more)
	}
}
