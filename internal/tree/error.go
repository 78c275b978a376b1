package tree

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/s3fault/s3fault/internal/nearest"
)

// Error is a defect of a scenario file or of a patch.
type Error struct {
	File         string // empty: the text is none of a file's, but describes a world that runs
	Line, Column int    // from 1; 0 where the text at fault has no place in a file
	Message      string
	Nearest      string // the name that was probably meant; may be empty
	Beside       int    // another line that it is about, as one that this should line up with; 0: none
	// Lines are the lines of the file that it is about, where they say it better than words:
	// "  3 |   buckets: {}", with tabs as arrows.
	Lines []string
}

// Error is the defect on one line: file:line:column: message (did you mean "x"?).
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(cmp.Or(e.File, "the world as it is"))
	if e.Line > 0 {
		b.WriteString(":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column))
	}
	b.WriteString(": " + OneLine(e.Message))
	if e.Nearest != "" {
		fmt.Fprintf(&b, " (did you mean %q?)", e.Nearest)
	}
	return b.String()
}

// OneLine folds a text: errors and reports are read line by line.
func OneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// Printable is a text with all that a terminal would obey told as Go writes it.
func Printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// Place says where a node was read; zero: it was not read.
type Place struct {
	File         string
	Line, Column int
}

// Fail is an Error at a node.
func Fail(n *Node, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if n != nil {
		e.File, e.Line, e.Column = n.At.File, n.At.Line, n.At.Column
	}
	return e
}

// Unknown is an Error about a name that is none of the known ones.
func Unknown(n *Node, what, name string, known []string) *Error {
	e := Fail(n, "unknown %s %q", what, name)
	e.Nearest = nearest.Name(name, known)
	return e
}

// Wanted is the Error for a value of the wrong kind.
func Wanted(n *Node, what string) *Error {
	if n.Scalar() {
		return Fail(n, "%s is wanted here, not %q", what, n.Text)
	}
	return Fail(n, "%s is wanted here, not %s", what, n.Kind)
}
