// Package pattern has regular expressions that are compiled when they are first used. Those
// with bounds in the hundreds take longer than all else that the program does before it serves.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression. It is safe for concurrent use.
type Pattern struct {
	text     string
	compiled func() *regexp.Regexp
}

// New is the pattern of a text that can be compiled: a test in internal/floors tries each.
func New(text string) *Pattern {
	return &Pattern{text, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

// MatchString says whether a text has a match of the pattern in it.
func (p *Pattern) MatchString(text string) bool { return p.compiled().MatchString(text) }

// String is the text that the pattern was made of.
func (p *Pattern) String() string { return p.text }
