package tree

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// syntaxError is the parser's error in words that say what to do: of indentation and tabs
// with both lines. What is none of these keeps the parser's words, at its line and column 1.
func syntaxError(file string, data []byte, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	lines := linesOf(data)
	line = min(max(line, 1), len(lines))
	e := findFault(lines)
	if e == nil {
		e = findAnchor(lines, text)
	}
	if e == nil {
		e = &Error{Line: line, Column: 1, Message: inPlainWords(text), Lines: quote(lines, line)}
	}
	e.File = file
	return e
}

var anchorMissing = regexp.MustCompile(`^unknown anchor '(.+)' referenced$`)

// findAnchor finds the alias of which the parser says that its anchor is not there; nil:
// it says something else.
func findAnchor(lines []string, text string) *Error {
	m := anchorMissing.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	for i, line := range lines {
		if at := strings.Index(line, "*"+m[1]); at >= 0 {
			e := fault(lines, i+1, at+1, i+1)
			e.Message = fmt.Sprintf("*%s stands for what an anchor &%s holds, and there is none: "+
				"put a value that begins with * into quotes", m[1], m[1])
			return e
		}
	}
	return nil
}

// plainly are words of the parser's that say nothing to who does not know how it works.
var plainly = []struct{ says, means string }{
	{"mapping values are not allowed in this context",
		"there is a colon too many on this line: put a value that has one into quotes"},
	{"could not find expected ':'", "this line, or the one before it, is a key without a colon behind it"},
	{"found character that cannot start any token",
		"a value cannot begin with this character: put it into quotes"},
	{"did not find expected alphabetic or numeric character",
		"* begins an alias in YAML: put a value that begins with it into quotes"},
	{"did not find expected key", "no key can stand here: look at the indentation, and for an open quote or bracket above"},
	{"exceeded max depth", "lists and mappings nest too deeply"},
	{"did not find expected '-' indicator", "an item of the list above is wanted here, with a dash before it"},
}

func inPlainWords(text string) string {
	for _, row := range plainly {
		if strings.Contains(text, row.says) {
			return row.means
		}
	}
	return text
}

// Show gives the errors in a file that are about two lines those lines.
func Show(err error, file string, data []byte) {
	lines := linesOf(data)
	for _, one := range Each(err) {
		e, ok := one.(*Error)
		if ok && e.File == file && e.Beside > 0 && e.Lines == nil && max(e.Line, e.Beside) <= len(lines) {
			e.Lines = quote(lines, min(e.Line, e.Beside), max(e.Line, e.Beside))
		}
	}
}

func linesOf(data []byte) []string {
	return strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
}

// quote is lines of a file as they are shown, each with its number.
func quote(lines []string, numbers ...int) []string {
	shown := make([]string, len(numbers))
	for i, n := range numbers {
		text := []rune(strings.ReplaceAll(strings.TrimRight(lines[n-1], " \r"), "\t", "→"))
		if len(text) > widest {
			text = append(text[:widest:widest], '…')
		}
		shown[i] = fmt.Sprintf("%5d | %s", n, string(text))
	}
	return shown
}

// widest is how much of a line is shown, in characters.
const widest = 100
