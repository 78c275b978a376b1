package tree

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// findFault looks for what people get wrong in a text that is no YAML: tabs, and lines
// that line up with none above. nil: it is something else. What it finds the parser must
// not take either: it knows less of YAML.
func findFault(lines []string) *Error {
	w := walk{lines: lines}
	for i := range lines {
		e := w.line(i + 1)
		switch {
		case e == nil:
			continue
		case w.certain || !isYAML(lines[:i+1]):
			return e
		}
		return nil
	}
	if w.brackets.depth > 0 {
		n := w.brackets.line
		e := fault(lines, n, w.brackets.column, n)
		e.Message = fmt.Sprintf("the %s that is opened here is never closed", w.brackets.what)
		return e
	}
	return nil
}

func isYAML(lines []string) bool {
	var doc yaml.Node
	return yaml.Unmarshal([]byte(strings.Join(lines, "\n")), &doc) == nil
}

// walk reads a text line by line, as far as its blocks go.
type walk struct {
	lines    []string
	levels   []level // the blocks that are open, each deeper than the one before it
	literal  int     // deeper lines are text (a block scalar's); -1: none are
	inText   bool
	brackets brackets
	certain  bool   // that what is wrong is what the parser does not take
	word     *level // the line before, where it is a word: no key, no dash, no list
}

// level is the indentation of a block, as its newest line has it.
type level struct {
	indent, line int
	open         bool // the line's key, or its dash, waits for what comes below
	key, list    bool // it has keys, it has dashes: below a key a list may line up with it
}

// line takes in the n-th line, or says what is wrong with it.
func (w *walk) line(n int) *Error {
	text := strings.TrimRight(w.lines[n-1], " \t\r")
	rest := strings.TrimLeft(text, " ")
	indent := len(text) - len(rest)
	switch {
	case strings.TrimLeft(rest, "\t") == "" || rest[0] == '#' || strings.HasPrefix(text, "---"):
		return nil
	case w.inText && indent > w.literal:
		return nil
	case w.brackets.depth > 0:
		w.brackets.read(rest, n, indent)
		return nil
	case rest[0] == '\t':
		return w.tab(n, indent)
	case strings.HasPrefix(rest, noBreak):
		e := w.beside(n, indent, w.deepest())
		w.certain = true
		e.Message = "this line is indented with a no-break space (U+00A0), which is none for YAML"
		return e
	}
	w.inText = false
	if e := w.align(n, indent, rest); e != nil {
		return e
	}
	w.open(n, indent, rest)
	return nil
}

// noBreak is the space that comes of copying from a web page.
const noBreak = "\u00a0"

// tab is the error for a line that is indented with tabs.
func (w *walk) tab(n, indent int) *Error {
	e := w.beside(n, indent, w.deepest())
	e.Message = "this line is indented with a tab, and YAML takes spaces alone"
	if more := w.tabsBelow(n); more > 0 {
		e.Message += fmt.Sprintf("; %d of the lines below too", more)
	}
	return e
}

func (w *walk) tabsBelow(n int) (count int) {
	for _, text := range w.lines[n:] {
		if rest := strings.TrimLeft(text, " "); strings.HasPrefix(rest, "\t") && strings.TrimSpace(rest) != "" {
			count++
		}
	}
	return count
}

// align finds the block that a line belongs to.
func (w *walk) align(n, indent int, rest string) *Error {
	deepest, all := w.deepest(), slices.Clone(w.levels)
	for len(w.levels) > 0 && w.levels[len(w.levels)-1].indent > indent {
		w.levels = w.levels[:len(w.levels)-1]
	}
	top := w.deepest()
	switch {
	case w.word != nil && indent >= w.word.indent && begins(rest):
		return w.noKey()
	case top != nil && top.indent == indent && top.list && !top.key && !dash(rest):
		return w.noDash(n, indent, all)
	case top != nil && top.indent == indent, top == nil && deepest == nil:
		return nil
	case len(w.levels) < len(all):
		return w.between(n, indent, nearestLevel(all, indent))
	case !top.open && begins(rest) && w.hasBareDash(top.line):
		e := fault(w.lines, top.line, top.indent+1, top.line)
		e.Message = "the dash on this line has no space behind it: an item of a list begins with a dash and a space"
		return e
	case !top.open && begins(rest):
		e := w.beside(n, indent, top)
		e.Message = fmt.Sprintf("this line is indented by %s, and line %d, which has a value already, by %s: "+
			"they line up, or line %d has nothing behind its colon", spaces(indent), top.line, spaces(top.indent), top.line)
		return e
	}
	return nil
}

// noKey is the error for a word in the place of a key.
func (w *walk) noKey() *Error {
	e := fault(w.lines, w.word.line, w.word.indent+1, w.word.line)
	e.Message = "this line is no key: a key has a colon behind it"
	switch text := w.lines[w.word.line-1]; {
	case strings.Contains(text, ":"+noBreak):
		e.Message += ", and behind the colon a space, not the no-break space (U+00A0) that is there"
	case strings.Contains(text, ":"):
		e.Message += ", and behind the colon there is a space"
	}
	return e
}

// noDash is the error for a line that lines up with the dashes of a list and has none.
func (w *walk) noDash(n, indent int, all []level) *Error {
	item := all[len(w.levels)-1]
	e := w.beside(n, indent, &item)
	e.Message = fmt.Sprintf("this line has no dash, and lines up with the dash on line %d: what belongs to that item is "+
		"indented by more", item.line)
	if len(all) > len(w.levels) {
		e.Message += fmt.Sprintf(", by %s", spaces(all[len(w.levels)].indent))
	}
	return e
}

// hasBareDash says whether a line begins with a dash that has no space behind it.
func (w *walk) hasBareDash(n int) bool {
	text := strings.TrimLeft(w.lines[n-1], " ")
	return strings.HasPrefix(text, "-") && !dash(text)
}

// between is the error for a line that is indented by less than the block above it, and
// by more than the block around that.
func (w *walk) between(n, indent int, near level) *Error {
	e := w.beside(n, indent, &near)
	e.Message = fmt.Sprintf("this line is indented by %s, and lines up with no line above; line %d, with which it "+
		"probably should, is indented by %s", spaces(indent), near.line, spaces(near.indent))
	return e
}

// beside is an error at a line, shown with one above it.
func (w *walk) beside(n, indent int, other *level) *Error {
	if other == nil {
		return fault(w.lines, n, indent+1, n)
	}
	e := fault(w.lines, n, indent+1, other.line, n)
	e.Beside = other.line
	return e
}

func fault(lines []string, n, column int, shown ...int) *Error {
	return &Error{Line: n, Column: column, Lines: quote(lines, shown...)}
}

func (w *walk) deepest() *level {
	if len(w.levels) == 0 {
		return nil
	}
	return &w.levels[len(w.levels)-1]
}

// nearestLevel is the one whose indentation is nearest; of two the deeper.
func nearestLevel(all []level, indent int) level {
	best := all[0]
	for _, l := range all {
		if distance(l.indent, indent) <= distance(best.indent, indent) {
			best = l
		}
	}
	return best
}

func distance(a, b int) int { return max(a-b, b-a) }

func spaces(n int) string {
	if n == 1 {
		return "1 space"
	}
	return fmt.Sprintf("%d spaces", n)
}

// open notes the blocks that a line begins, or goes on with: one for each dash, and one
// for what stands behind them.
func (w *walk) open(n, indent int, rest string) {
	w.word = nil
	for dash(rest) {
		w.set(level{indent: indent, line: n, open: true, list: true})
		behind := strings.TrimLeft(rest[1:], " ")
		indent += len(rest) - len(behind)
		rest = behind
	}
	if rest == "" || rest[0] == '#' {
		return
	}
	value, key := valueOf(rest)
	switch {
	case key:
		w.set(level{indent: indent, line: n, open: value == "", key: true})
	case !strings.ContainsRune("[{\"'|>&*!", rune(rest[0])):
		w.word = &level{indent: indent, line: n}
	}
	if value != "" && (value[0] == '|' || value[0] == '>') {
		w.inText, w.literal = true, w.textIndent(indent, key)
		return
	}
	w.brackets.read(value, n, indent+len(rest)-len(value))
}

// textIndent is the indentation that lines of a block scalar exceed.
func (w *walk) textIndent(indent int, key bool) int {
	switch top := w.deepest(); {
	case key:
		return indent
	case top != nil:
		return top.indent
	}
	return -1
}

func (w *walk) set(l level) {
	if top := w.deepest(); top != nil && top.indent == l.indent {
		l.key = l.key || top.key
		*top = l
		return
	}
	w.levels = append(w.levels, l)
}

func dash(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

// begins says whether a line begins a value of its own, and does not go on with a text.
func begins(rest string) bool {
	_, key := valueOf(rest)
	return key || dash(rest)
}

// valueOf is what stands behind the key of a line, or the line itself where it has none.
func valueOf(rest string) (value string, key bool) {
	end := strings.Index(rest+" ", ": ")
	if rest[0] == '"' || rest[0] == '\'' {
		closing := strings.IndexByte(rest[1:], rest[0])
		if closing < 0 || !strings.HasPrefix(strings.TrimLeft(rest[closing+2:], " "), ":") {
			return rest, false
		}
		end = closing + 2 + strings.IndexByte(rest[closing+2:], ':')
	}
	if end < 0 || strings.ContainsRune("[{|>#", rune(rest[0])) {
		return rest, false
	}
	value = strings.TrimLeft(rest[end+1:], " ")
	if strings.HasPrefix(value, "#") {
		value = ""
	}
	return strings.TrimLeft(skipMarks(value), " "), true
}

// skipMarks is a value without its anchor and tag.
func skipMarks(value string) string {
	for value != "" && (value[0] == '&' || value[0] == '!') {
		_, after, _ := strings.Cut(value, " ")
		value = strings.TrimLeft(after, " ")
	}
	return value
}
