package why

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
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

// ours are the renditions that are printed.
var ours = regexp.MustCompile("\x1b\\[(?:0|1|31|32|36)m")

// visible is a text with control characters, and those that turn the direction of writing, as \xNN.
func visible(text string, colour bool) string {
	if !colour {
		return shown(text)
	}
	var b strings.Builder
	at := 0
	for _, found := range ours.FindAllStringIndex(text, -1) {
		b.WriteString(shown(text[at:found[0]]) + text[found[0]:found[1]])
		at = found[1]
	}
	return b.String() + shown(text[at:])
}

func shown(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(r)):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicode.Is(unicode.Bidi_Control, r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// printer writes lines until one fails.
type printer struct {
	Style
	w   io.Writer
	err error
}

// line shows what no terminal may obey in the texts of a request: a key may hold any character.
func (p *printer) line(format string, args ...any) {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = visible(text, p.Colour)
		}
	}
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// commands are lines that are typed as they stand.
func (p *printer) commands(indent string, commands ...string) {
	for _, command := range commands {
		for line := range strings.Lines(command) {
			p.line("%s%s", indent, p.cyan(strings.TrimSuffix(line, "\n")))
		}
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
