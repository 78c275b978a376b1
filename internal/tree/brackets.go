package tree

import "strings"

// brackets are the brackets and quotes that are open at the end of a line.
type brackets struct {
	depth        int
	quote        byte   // the quote that is open; 0: none is
	what         string // the outermost that is open
	line, column int    // where that is
}

// read takes in a part of the n-th line that begins behind that many bytes. Outside of
// brackets and quotes it reads what begins with one alone: the text of any other value may
// hold them.
func (b *brackets) read(text string, n, before int) {
	if b.depth == 0 && (text == "" || !strings.ContainsRune("[{\"'", rune(text[0]))) {
		return
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case b.quote == '"' && c == '\\', b.quote == '\'' && strings.HasPrefix(text[i:], "''"):
			i++
		case b.quote != 0:
			if c == b.quote {
				b.quote = 0
				b.depth--
			}
		case c == '#' && (i == 0 || text[i-1] == ' '):
			return
		case c == '[' || c == '{' || (c == '"' || c == '\'') && begun(text, i):
			b.open(c, n, before+i+1)
		case (c == ']' || c == '}') && b.depth > 0:
			b.depth--
		}
		if b.depth == 0 {
			return // what comes behind is the parser's to judge
		}
	}
}

// begun says whether a quote at i begins a text, and is not one within it.
func begun(text string, i int) bool { return i == 0 || strings.IndexByte(" ,[{:", text[i-1]) >= 0 }

func (b *brackets) open(c byte, n, column int) {
	if b.depth == 0 {
		b.what, b.line, b.column = string(c), n, column
	}
	if c == '"' || c == '\'' {
		b.quote = c
	}
	b.depth++
}
