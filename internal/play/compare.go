package play

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// Mismatch is a difference between what was wanted and what was seen.
type Mismatch struct {
	What, Wanted, Seen string

	entry *journal.Entry // what the journal has of the request; nil: it was not asked
}

func (m Mismatch) String() string {
	return fmt.Sprintf("%s: wanted %s, seen %s", m.What, m.Wanted, m.Seen)
}

// compare lists what differs. Exactly the wanted layer must have denied.
func compare(w scenarios.Want, s *seen) []Mismatch {
	var all []Mismatch
	differ := func(what string, differs bool, wanted, seen string) {
		if differs {
			all = append(all, Mismatch{What: what, Wanted: wanted, Seen: seen})
		}
	}
	differ("status", w.Status != 0 && w.Status != s.status, fmt.Sprint(w.Status),
		strings.TrimSpace(fmt.Sprint(s.status, " ", s.code)))
	differ("code", w.Code != "" && w.Code != s.code, w.Code, quoteEmpty(s.code))
	differ("message", w.Message != "" && w.Message != s.message, w.Message, quoteEmpty(s.message))
	differ("layer", w.Layer != "" && !slices.Equal(s.layers, []string{w.Layer}), w.Layer,
		quoteEmpty(strings.Join(s.layers, ", ")))
	differ("statement", w.Statement != "" && !slices.Contains(s.statements, w.Statement), w.Statement,
		quoteEmpty(strings.Join(s.statements, ", ")))
	differ("body", w.BodyContains != "" && !bytes.Contains(s.body, []byte(w.BodyContains)), w.BodyContains,
		quoteEmpty(string(s.body)))
	differ("answer", w.Broken != s.broken, wholeOr(w.Broken), wholeOr(s.broken))
	for name, value := range w.Header {
		differ("header "+name, s.header.Get(name) != value, value, quoteEmpty(s.header.Get(name)))
	}
	return all
}

func quoteEmpty(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// wholeOr is how an answer ended.
func wholeOr(broken string) string {
	if broken == "" {
		return "a whole one"
	}
	return "broken by " + broken
}
