package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// match reports whether the whole of s fits the pattern. A * fits any run of characters, / and : and line ends
// included; a ? fits one character; a variable fits its value literally, and nothing when it has none.
func (p *pattern) match(s string, c *Context) bool {
	switch p.shape {
	case everythingShape:
		return true
	case exactShape:
		return s == p.text || p.fold && strings.EqualFold(s, p.text)
	case prefixShape:
		if !p.fold {
			return beginsWith(s, p.text)
		}
		_, ok := prefixFold(s, p.text)
		return ok
	}
	return p.search(s, c)
}

// beginsWith is strings.HasPrefix of a literal that is not empty. Resources differ where they end to be alike in form,
// so the last byte is compared first.
func beginsWith(s, literal string) bool {
	n := len(literal)
	return len(s) >= n && s[n-1] == literal[n-1] && s[:n] == literal
}

// search tries the tokens from left to right and, when one does not fit, lets the last * take one character more.
// Earlier stars never need another try, so the work is bounded by the product of both lengths.
func (p *pattern) search(s string, c *Context) bool {
	t, i := 0, 0
	star, mark := -1, 0
	for {
		if t == len(p.tokens) && i == len(s) {
			return true
		}
		if t < len(p.tokens) {
			if p.tokens[t].kind == runToken {
				if t == len(p.tokens)-1 {
					return true
				}
				star, mark = t, i
				t++
				continue
			}
			if n, ok := p.consume(&p.tokens[t], s[i:], c); ok {
				t++
				i += n
				continue
			}
		}
		if star < 0 || mark >= len(s) {
			return false
		}
		mark += runeLen(s[mark:])
		t, i = star+1, mark
	}
}

// consume fits one token to the start of s and returns how many bytes it took.
func (p *pattern) consume(t *token, s string, c *Context) (int, bool) {
	switch t.kind {
	case oneToken:
		return runeLen(s), s != ""
	case literalToken:
		return p.prefix(s, t.text)
	case variableToken:
		v, ok := t.value(c)
		if !ok {
			return 0, false
		}
		return p.prefix(s, v)
	}
	return 0, false
}

func (p *pattern) prefix(s, literal string) (int, bool) {
	if p.fold {
		return prefixFold(s, literal)
	}
	return len(literal), strings.HasPrefix(s, literal)
}

// prefixFold is strings.HasPrefix without regard to case. It returns the bytes of s that matched, for two
// characters that differ only in case may differ in length.
func prefixFold(s, literal string) (int, bool) {
	if n := len(literal); len(s) >= n && s[:n] == literal {
		return n, true
	}
	n := 0
	for _, want := range literal {
		if n == len(s) {
			return 0, false
		}
		got, width := utf8.DecodeRuneInString(s[n:])
		if got != want && !equalFold(got, want) {
			return 0, false
		}
		n += width
	}
	return n, true
}

func equalFold(a, b rune) bool {
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

func runeLen(s string) int {
	if s == "" {
		return 0
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}
