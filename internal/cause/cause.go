// Package cause says why an operation refused a request: in words for the journal and for
// `why`, of which the client reads nothing. A refusal carries its cause from where it was
// found to where the answer is written.
package cause

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/s3fault/s3fault/journal"
)

// explained is a refusal with its cause.
type explained struct {
	error
	cause *journal.Cause
}

// Unwrap is the refusal, as the client reads it.
func (e *explained) Unwrap() error { return e.error }

// Of is the cause that an error carries; nil: none.
func Of(err error) *journal.Cause {
	if e, ok := errors.AsType[*explained](err); ok {
		return e.cause
	}
	return nil
}

// Explain is the refusal with its cause, of which the texts are cut to what a journal
// keeps.
func Explain(refusal error, c journal.Cause) error { return &explained{refusal, Bound(&c)} }

// Say is Explain with a sentence alone.
func Say(refusal error, format string, args ...any) error {
	return Explain(refusal, journal.Cause{Text: fmt.Sprintf(format, args...)})
}

// Keep is a refusal with the cause of another error, where that has one.
func Keep(refusal, of error) error {
	if c := Of(of); c != nil {
		return &explained{refusal, c}
	}
	return refusal
}

// Cure is something to do about a cause, in words and as commands of the AWS CLI.
func Cure(text string, commands ...string) journal.Change {
	return journal.Change{Class: journal.OfRequest, Text: text, Commands: commands}
}

// What a journal keeps of a cause: bytes of a text, cures, bytes of a command.
const (
	longest        = 1024
	mostCures      = 4
	longestCommand = 4096
)

// Bound cuts the texts of a cause and of its cures, and returns it. A command is there as a whole
// or not at all.
func Bound(c *journal.Cause) *journal.Cause {
	cutAll(&c.Text, &c.Document, &c.Element, &c.Wanted, &c.Seen)
	c.Cures = slices.Clone(c.Cures[:min(len(c.Cures), mostCures)])
	for i := range c.Cures {
		cure := &c.Cures[i]
		cutAll(&cure.Text, &cure.Wanted, &cure.Seen, &cure.Corrected)
		cure.Commands = slices.DeleteFunc(slices.Clone(cure.Commands), func(command string) bool {
			return command == "" || len(command) > longestCommand
		})
	}
	return c
}

func cutAll(texts ...*string) {
	for _, text := range texts {
		*text = cut(*text)
	}
}

func cut(text string) string {
	if len(text) <= longest {
		return text
	}
	end := longest
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
