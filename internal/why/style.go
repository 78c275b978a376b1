package why

import (
	"fmt"
	"io"
	"os"
)

// Style is how it is printed. The zero Style is plain text.
type Style struct{ Colour bool }

// StyleOf is that of what is printed to: in colour on a terminal that has it, unless
// NO_COLOR is set (no-color.org).
func StyleOf(w io.Writer) Style {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return Style{}
	}
	is, err := f.Stat()
	return Style{Colour: err == nil && is.Mode()&os.ModeCharDevice != 0}
}

func (s Style) bold(text string) string  { return s.in("1", text) }
func (s Style) red(text string) string   { return s.in("31", text) }
func (s Style) green(text string) string { return s.in("32", text) }
func (s Style) cyan(text string) string  { return s.in("36", text) }

// in is a text in one of the renditions of ECMA-48 (8.3.117, SGR).
func (s Style) in(rendition, text string) string {
	if !s.Colour {
		return text
	}
	return "\x1b[" + rendition + "m" + text + "\x1b[0m"
}

// printer writes lines until one fails.
type printer struct {
	Style
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// pairs are names and values under each other, but for empty values.
func (p *printer) pairs(indent string, all [][2]string) {
	for _, pair := range all {
		if pair[1] != "" {
			p.line("%s%-7s %s", indent, pair[0], pair[1])
		}
	}
}
