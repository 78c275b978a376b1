package scenarios

import (
	"bytes"
	"iter"
	"strings"
)

// cut is the text of a file, cut into its entries by their lines, without being parsed. That
// it is laid out as cutAt wants it is for who writes the file: the library's is held to it.
type cut struct {
	source
	names  []string
	starts []int // where the entries begin, and where the last one ends
}

// cutAt cuts what is below the line in a text into entries. Each begins on a line that is
// indented so, with its name and a colon, and has all lines up to the next.
func cutAt(s source, below, indent string) cut {
	c := cut{source: s}
	_, entries, _ := bytes.Cut(s.data, []byte(below))
	at := len(s.data) - len(entries)
	for line := range bytes.Lines(entries) {
		if name, ok := bytes.CutPrefix(line, []byte(indent)); ok && len(name) > 0 && isNamePart(name[0]) {
			name, _, _ = bytes.Cut(name, []byte(":"))
			c.names = append(c.names, string(name))
			c.starts = append(c.starts, at)
		}
		at += len(line)
	}
	c.starts = append(c.starts, at)
	return c
}

func (c *cut) entry(i int) []byte { return c.data[c.starts[i]:c.starts[i+1]] }

// value is what stands on the first line of an entry that begins so; empty: none does.
func (c *cut) value(i int, line string) string {
	_, behind, _ := bytes.Cut(c.entry(i), []byte("\n"+line))
	value, _, _ := bytes.Cut(behind, []byte("\n"))
	return string(value)
}

// only is the text with empty lines in the place of all entries but that of a name, and those
// whose anchors it needs: what is left is where it was.
func (c *cut) only(name string) source {
	needed := make([]bool, len(c.names))
	for i := range c.names {
		if c.names[i] == name {
			c.need(i, needed)
		}
	}
	text := bytes.Clone(c.data[:c.starts[0]])
	for i := range c.names {
		if entry := c.entry(i); needed[i] {
			text = append(text, entry...)
		} else {
			text = append(text, strings.Repeat("\n", bytes.Count(entry, []byte("\n")))...)
		}
	}
	return source{c.name, text}
}

// need marks an entry, and those whose anchors its aliases stand for.
func (c *cut) need(i int, needed []bool) {
	if needed[i] {
		return
	}
	needed[i] = true
	for name := range marked(c.entry(i), " *") {
		if at := c.anchored(name, i); at >= 0 {
			c.need(at, needed)
		}
	}
}

// anchored is the last entry up to the one at i that has an anchor of that name; -1: none has.
func (c *cut) anchored(name string, i int) int {
	for ; i >= 0; i-- {
		for anchor := range marked(c.entry(i), " &") {
			if anchor == name {
				return i
			}
		}
	}
	return -1
}

// marked are the names that stand behind a mark.
func marked(text []byte, mark string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			_, behind, ok := bytes.Cut(text, []byte(mark))
			if !ok {
				return
			}
			end := 0
			for end < len(behind) && isNamePart(behind[end]) {
				end++
			}
			if end > 0 && !yield(string(behind[:end])) {
				return
			}
			text = behind
		}
	}
}

func isNamePart(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' }
