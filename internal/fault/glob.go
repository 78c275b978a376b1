package fault

import (
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// Glob is a pattern of a text: * stands for any characters but /, ** for any at all.
// All others stand for themselves.
type Glob string

// Match says whether the whole text is one of the pattern's.
func (g Glob) Match(text string) bool {
	front := strings.IndexByte(string(g), '*')
	if front < 0 {
		return string(g) == text
	}
	if !strings.HasPrefix(text, string(g[:front])) {
		return false
	}
	m := matching{pattern: string(g), text: text, one: -1, all: -1}
	for m.at < len(text) || m.next < len(m.pattern) {
		if !m.step() && !m.back() {
			return false
		}
	}
	return true
}

// matching goes through a text. Where it fails, the latest * takes a character more, or
// else the latest **: an earlier one can give way to no more than they do.
type matching struct {
	pattern, text string
	next, at      int // of the pattern, of the text
	one, oneAt    int // behind the latest *, and where it ends for now; -1: there is none
	all, allAt    int // the same of the latest **
}

func (m *matching) step() bool {
	rest := m.pattern[m.next:]
	switch {
	case strings.HasPrefix(rest, "**"):
		m.next += 2
		m.all, m.allAt, m.one = m.next, m.at, -1
	case strings.HasPrefix(rest, "*"):
		m.next++
		m.one, m.oneAt = m.next, m.at
	case rest == "" || m.at == len(m.text) || rest[0] != m.text[m.at]:
		return false
	default:
		m.next, m.at = m.next+1, m.at+1
	}
	return true
}

func (m *matching) back() bool {
	switch {
	case m.one >= 0 && m.oneAt < len(m.text) && m.text[m.oneAt] != '/':
		m.oneAt++
		m.next, m.at = m.one, m.oneAt
	case m.all >= 0 && m.allAt < len(m.text):
		m.allAt++
		m.next, m.at, m.one = m.all, m.allAt, -1
	default:
		return false
	}
	return true
}

// plain says whether the pattern has but one text.
func (g Glob) plain() bool { return !strings.Contains(string(g), "*") }

// globs is the kind of a pattern. Empty is none.
var globs = facts.Checked(facts.Is[Glob](facts.Text), func(g Glob, n *tree.Node) error {
	if strings.Contains(string(g), "***") {
		return tree.Fail(n, "%q is no glob: * is anything within a segment of a path, ** anything at all", string(g))
	}
	return nil
})

// bucketGlobs is the kind of a pattern of names without segments.
var bucketGlobs = facts.Checked(globs, func(g Glob, n *tree.Node) error {
	if strings.Contains(string(g), "/") {
		return tree.Fail(n, "%q matches no bucket: a name has no /", string(g))
	}
	return nil
})
