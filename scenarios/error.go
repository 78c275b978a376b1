package scenarios

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/nearest"
)

// Error is a defect of a scenario file or of a patch.
type Error struct {
	File         string // empty: the text is none of a file's, but describes a world that runs
	Line, Column int    // from 1; 0 where the text at fault has no place in a file
	Path         string // where Line is 0: "buckets.my-bucket.owner"
	Message      string
	Nearest      string // the name that was probably meant; may be empty
}

// Error is the defect on one line: file:line:column: message (did you mean "x"?).
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(cmp.Or(e.File, "the world as it is"))
	switch {
	case e.Line > 0:
		b.WriteString(":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column))
	case e.Path != "":
		b.WriteString(": " + e.Path)
	}
	b.WriteString(": " + oneLine(e.Message))
	if e.Nearest != "" {
		fmt.Fprintf(&b, " (did you mean %q?)", e.Nearest)
	}
	return b.String()
}

func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// place says where a node was read.
type place struct {
	file         string
	line, column int
	path         string
}

// fail is an Error at a node.
func fail(n *node, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if n != nil {
		e.File, e.Line, e.Column, e.Path = n.at.file, n.at.line, n.at.column, n.at.path
	}
	return e
}

// unknown is an Error about a name that is none of the known ones.
func unknown(n *node, what, name string, known []string) *Error {
	e := fail(n, "unknown %s %q", what, name)
	e.Nearest = nearest.Name(name, known)
	return e
}
