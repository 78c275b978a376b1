package policy

import "strings"

// pattern is a compiled value of a policy: literal text, wildcards and policy variables.
type pattern struct {
	shape  shape
	fold   bool    // compare without regard to case
	text   string  // of the first token, where that is a literal
	row    *Action // of an action's name: the row of the tables that it is the name of; nil: none
	source string
	tokens []token // nil where shape and text say them: see pieces
}

type token struct {
	kind        tokenKind
	hasFallback bool
	text        string // of a literal; a variable's default
	key         string // of a variable, folded
}

type tokenKind uint8

const (
	literalToken  tokenKind = iota
	runToken                // *
	oneToken                // ?
	variableToken           // ${key} or ${key, 'default'}
)

// shape names the patterns that need no search.
type shape uint8

const (
	generalShape shape = iota
	exactShape
	prefixShape
	everythingShape
)

// syntax says what a value may hold besides literal text.
type syntax struct {
	wildcards bool
	variables bool
	fold      bool
}

func compilePattern(text string, s syntax) pattern {
	var few [6]token
	return newPattern(text, appendTokens(few[:0], text, s), s.fold)
}

func appendTokens(tokens []token, text string, s syntax) []token {
	from := 0 // where the literal text begins that stands before i
	for i := 0; i < len(text); {
		t, n := s.special(text[i:])
		if n == 0 {
			i++
			continue
		}
		tokens = appendToken(appendLiteral(tokens, text[from:i]), t)
		i += n
		from = i
	}
	return appendLiteral(tokens, text[from:])
}

// special reads what does not stand for itself at the start of text, which is not empty; n is its length, 0 where the
// first character does.
func (s syntax) special(text string) (t token, n int) {
	switch c := text[0]; {
	case c == '*' && s.wildcards:
		return token{kind: runToken}, 1
	case c == '?' && s.wildcards:
		return token{kind: oneToken}, 1
	case c == '$' && s.variables && strings.HasPrefix(text, "${"):
		return scanVariable(text)
	}
	return token{}, 0
}

// appendLiteral makes neighbouring literals one token.
func appendLiteral(tokens []token, text string) []token {
	if text == "" {
		return tokens
	}
	if last := len(tokens) - 1; last >= 0 && tokens[last].kind == literalToken {
		tokens[last].text += text
		return tokens
	}
	return append(tokens, token{kind: literalToken, text: text})
}

// appendToken drops repeated stars.
func appendToken(tokens []token, t token) []token {
	if t.kind == literalToken {
		return appendLiteral(tokens, t.text)
	}
	if n := len(tokens); t.kind == runToken && n > 0 && tokens[n-1].kind == runToken {
		return tokens
	}
	return append(tokens, t)
}

func newPattern(source string, tokens []token, fold bool) pattern {
	p := pattern{source: source, fold: fold}
	if len(tokens) > 0 {
		p.text = tokens[0].text
	}
	switch {
	case len(tokens) == 0, len(tokens) == 1 && tokens[0].kind == literalToken:
		p.shape = exactShape
	case len(tokens) == 1 && tokens[0].kind == runToken:
		p.shape = everythingShape
	case len(tokens) == 2 && tokens[0].kind == literalToken && tokens[1].kind == runToken:
		p.shape = prefixShape
	default:
		p.tokens = append([]token(nil), tokens...) // those may be on the stack
	}
	return p
}

// pieces are the tokens of the pattern, at least one.
func (p *pattern) pieces() []token {
	literal, run := token{kind: literalToken, text: p.text}, token{kind: runToken}
	switch p.shape {
	case exactShape:
		return []token{literal}
	case prefixShape:
		return []token{literal, run}
	case everythingShape:
		return []token{run}
	}
	return p.tokens
}

// scanVariable reads the variable at the start of s, which begins with "${". It returns the length of its text,
// 0 when this is no variable and the characters stand for themselves.
func scanVariable(s string) (token, int) {
	// ${*}, ${?} and ${$} stand for the characters themselves (IAM User Guide, policy variables).
	if len(s) >= 4 && s[3] == '}' && strings.IndexByte("*?$", s[2]) >= 0 {
		return token{kind: literalToken, text: s[2:3]}, 4
	}
	end := strings.IndexAny(s[2:], ",}")
	if end < 0 {
		return token{}, 0
	}
	end += 2
	key := strings.TrimSpace(s[2:end])
	if key == "" || strings.ContainsAny(key, "${' ") {
		return token{}, 0
	}
	tok := token{kind: variableToken, key: foldKey(key)}
	if s[end] == '}' {
		return tok, end + 1
	}
	fallback, n := scanDefault(s[end+1:])
	if n == 0 {
		return token{}, 0
	}
	tok.text, tok.hasFallback = fallback, true
	return tok, end + 1 + n
}

// scanDefault reads a quoted default and the closing brace; n is the length of both, 0 if they are not there.
func scanDefault(s string) (text string, n int) {
	rest := strings.TrimLeft(s, " ")
	if !strings.HasPrefix(rest, "'") {
		return "", 0
	}
	end := strings.IndexByte(rest[1:], '\'')
	if end < 0 {
		return "", 0
	}
	text = rest[1 : 1+end]
	rest = strings.TrimLeft(rest[2+end:], " ")
	if !strings.HasPrefix(rest, "}") {
		return "", 0
	}
	return text, len(s) - len(rest) + 1
}

// value returns the text that a variable stands for in a request.
func (t *token) value(c *Context) (string, bool) {
	if v, ok := c.single(t.key); ok {
		return v, true
	}
	return t.text, t.hasFallback
}

func (p *pattern) hasVariables() bool {
	for i := range p.tokens {
		if p.tokens[i].kind == variableToken {
			return true
		}
	}
	return false
}

func (p *pattern) hasWildcards() bool {
	if p.shape == prefixShape || p.shape == everythingShape {
		return true
	}
	for i := range p.tokens {
		if k := p.tokens[i].kind; k == runToken || k == oneToken {
			return true
		}
	}
	return false
}

// resolved returns the pattern with its variables replaced, for people to read; missing ones stay as ${key}.
func (p *pattern) resolved(c *Context) string {
	var b strings.Builder
	for _, t := range p.pieces() {
		switch t.kind {
		case literalToken:
			b.WriteString(t.text)
		case runToken:
			b.WriteByte('*')
		case oneToken:
			b.WriteByte('?')
		case variableToken:
			if v, ok := t.value(c); ok {
				b.WriteString(v)
			} else {
				b.WriteString("${" + t.key + "}")
			}
		}
	}
	return b.String()
}

// describe returns the pattern as it was written and, where it has variables, what it came to.
func (p *pattern) describe(c *Context) string {
	if !p.hasVariables() {
		return p.source
	}
	return p.source + " = " + p.resolved(c)
}
