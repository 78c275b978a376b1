package policy

import "strings"

// arn is an Amazon Resource Name cut at its first five colons. The resource may hold further colons.
type arn struct {
	prefix, partition, service, region, account, resource string
}

// splitARN reports whether s has six parts. It does not ask for the first to be "arn".
func splitARN(s string) (arn, bool) {
	var a arn
	rest := s
	for _, part := range []*string{&a.prefix, &a.partition, &a.service, &a.region, &a.account} {
		head, tail, ok := strings.Cut(rest, ":")
		if !ok {
			return arn{}, false
		}
		*part, rest = head, tail
	}
	a.resource = rest
	return a, true
}

// arnPattern matches ARNs part by part, as the Arn operators do: a * in one of the first five parts does not
// reach into the next.
type arnPattern struct {
	whole pattern
	parts [6]pattern
	cut   bool // the pattern has six parts
}

func compileARNPattern(text string, variables bool) arnPattern {
	a := arnPattern{whole: compilePattern(text, syntax{wildcards: true, variables: variables})}
	parts := cutTokens(a.whole.pieces())
	if len(parts) < len(a.parts) {
		return a
	}
	a.cut = true
	for i := range a.parts {
		a.parts[i] = newPattern("", parts[i], false)
	}
	return a
}

// cutTokens splits a pattern at the first five colons of its literal text, so that a colon in a variable's name or
// value cuts nothing.
func cutTokens(tokens []token) [][]token {
	parts := make([][]token, 1, 6)
	for _, t := range tokens {
		last := len(parts) - 1
		if t.kind != literalToken {
			parts[last] = append(parts[last], t)
			continue
		}
		for text := t.text; ; {
			head, tail, found := strings.Cut(text, ":")
			if !found || len(parts) == 6 {
				head, found = text, false
			}
			if head != "" {
				parts[last] = append(parts[last], token{kind: literalToken, text: head})
			}
			if !found {
				break
			}
			parts, text = append(parts, nil), tail
			last++
		}
	}
	return parts
}

func (p *arnPattern) match(s string, c *Context) bool {
	a, ok := splitARN(s)
	if !ok {
		return false
	}
	if !p.cut {
		// Too few parts match nothing, unless a variable may have held the others.
		return p.whole.hasVariables() && p.whole.match(s, c)
	}
	return p.parts[0].match(a.prefix, c) && p.parts[1].match(a.partition, c) && p.parts[2].match(a.service, c) &&
		p.parts[3].match(a.region, c) && p.parts[4].match(a.account, c) && p.parts[5].match(a.resource, c)
}

// lastSegment returns what follows the last slash: the name in an ARN that has a path.
func lastSegment(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// isAccountID reports whether s is twelve digits.
func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}
