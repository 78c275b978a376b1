package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/why"
)

// requestLog makes what prints one line for each request, as docs/logs.md has it.
func requestLog(format string, w io.Writer) (func(emulator.Entry), error) {
	var line func(emulator.Entry) []byte
	switch format {
	case "text":
		line = textLine
	case "json":
		line = jsonLine
	default:
		return nil, fmt.Errorf("--log-format is text or json, not %q", format)
	}
	var mu sync.Mutex
	return func(e emulator.Entry) {
		text := line(e)
		mu.Lock()
		defer mu.Unlock()
		_, _ = w.Write(text)
	}, nil
}

// warningLog makes what prints a line for each warning about a world.
func warningLog(format string, w io.Writer) func(world, warning string) {
	return func(world, warning string) {
		line := printable(cmp.Or(world, "-") + " warning: " + warning)
		if format == "json" {
			// Two texts are always encodable.
			data, _ := json.Marshal(map[string]string{"world": world, "warning": warning})
			line = string(data)
		}
		_, _ = fmt.Fprintln(w, line)
	}
}

func textLine(e emulator.Entry) []byte {
	at := e.Time.Format(logTime) + " " + word(cmp.Or(e.World, "-")) + " "
	words := []string{word(cmp.Or(e.Caller, "anonymous")), word(why.Operation(&e))}
	if e.Bucket != "" {
		place := e.Bucket
		if e.Key != "" {
			place += "/" + e.Key
		}
		words = append(words, word(place))
	}
	words = append(words, "=>", strconv.Itoa(e.Status))
	if e.Code != "" {
		words = append(words, "("+word(e.Code)+")")
	}
	words = append(words, refusedBy(&e)...)
	if e.Fault != nil {
		words = append(words, "by the fault rule", word(e.Fault.Rule))
	}
	words = append(words, measured(&e)...)
	line := at + strings.Join(append(words, e.RequestID), " ")
	if text := cmp.Or(e.Lacks, turnedAway(&e)); text != "" {
		line += ": " + printable(text)
	}
	for _, w := range e.Warnings {
		line += "\n" + at + "warning: " + printable(w) + " " + e.RequestID
	}
	return []byte(line + "\n")
}

// turnedAway is why the proxy took no request; empty: it is another's entry. Most clients
// show nobody what a proxy says.
func turnedAway(e *emulator.Entry) string {
	if e.World != "" || e.Cause == nil {
		return ""
	}
	return e.Cause.Text
}

// refusedBy is the layer that refused it, and the statement.
func refusedBy(e *emulator.Entry) (words []string) {
	d := e.Denied()
	if d == nil {
		return nil
	}
	words = append(words, string(d.Cause))
	if s := statementOf(d); s != nil {
		words = append(words, "statement="+word(cmp.Or(s.Sid, "#"+strconv.Itoa(s.Index))))
	}
	return words
}

// statementOf is the statement that refused; nil: none did, a permission was missing.
func statementOf(d *authz.Decision) *authz.Statement {
	if f, ok := d.Behind(); ok {
		return f.Statement
	}
	return nil
}

// measured is which attempt it was, if the client says so, and what is known since its end.
func measured(e *emulator.Entry) (words []string) {
	if e.Attempt > 0 {
		words = append(words, "attempt="+strconv.Itoa(e.Attempt))
	}
	return append(words,
		fmt.Sprintf("in=%d", e.BytesIn), fmt.Sprintf("out=%d", e.BytesOut),
		"took="+e.Duration.Round(time.Microsecond).String())
}

// word is a text of somebody's as one word of a line: in quotes, as Go and JSON have them,
// where it would be several, or something that a terminal obeys.
func word(text string) string {
	odd := func(r rune) bool { return r == ' ' || r == '"' || r == unicode.ReplacementChar || !unicode.IsPrint(r) }
	if text == "" || strings.ContainsFunc(text, odd) {
		return strconv.Quote(text)
	}
	return text
}

// printable is a text in one line, with all that a terminal would obey told as Go writes it.
func printable(text string) string { return tree.Printable(tree.OneLine(text)) }

// jsonLine is the entry as the journal has it, without the layers that had nothing to say,
// and in front of it what people look for first.
func jsonLine(e emulator.Entry) []byte {
	var front struct {
		Layer     authz.Layer      `json:"layer,omitempty"`
		Statement *authz.Statement `json:"statement,omitempty"`
	}
	if d := e.Denied(); d != nil {
		front.Layer, front.Statement = d.Cause, statementOf(d)
	}
	e.Decisions = speaking(e.Decisions)
	first, err := json.Marshal(front)
	rest, failed := json.Marshal(&e)
	if err = cmp.Or(err, failed); err != nil {
		// Two texts are always encodable.
		first, _ = json.Marshal(map[string]string{"request_id": e.RequestID, "error": err.Error()})
		return append(first, '\n')
	}
	if string(first) == "{}" {
		return append(rest, '\n')
	}
	return slices.Concat(first[:len(first)-1], []byte{','}, rest[1:], []byte{'\n'})
}

// speaking are the decisions with those layers alone that had something to say.
func speaking(all []authz.Decision) []authz.Decision {
	told := slices.Clone(all)
	for i := range told {
		told[i].Findings = slices.DeleteFunc(slices.Clone(told[i].Findings),
			func(f authz.Finding) bool { return f.Effect == authz.NotApplicable })
	}
	return told
}
