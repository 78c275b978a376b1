package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/why"
)

// logs makes what prints a line for each request, as docs/logs.md has it, and what prints one
// for each warning about a world, both into l. Error: the format is none.
func logs(format string, l *lines) (request func(emulator.Entry), warning func(world, warning string), err error) {
	switch format {
	case "text":
		return func(e emulator.Entry) { l.add(func(b []byte) []byte { return appendText(b, &e) }) }, l.warn, nil
	case "json":
		return func(e emulator.Entry) { l.add(func(b []byte) []byte { return append(b, jsonLine(e)...) }) }, l.warnJSON, nil
	}
	return nil, nil, fmt.Errorf("--log-format is text or json, not %q", format)
}

// warn adds a line about a world; without one it is about no world.
func (l *lines) warn(world, warning string) {
	line := printable(cmp.Or(world, "-")+" warning: "+warning) + "\n"
	l.add(func(b []byte) []byte { return append(b, line...) })
}

func (l *lines) warnJSON(world, warning string) {
	// Two texts are always encodable.
	line, _ := json.Marshal(map[string]string{"world": world, "warning": warning})
	l.add(func(b []byte) []byte { return append(append(b, line...), '\n') })
}

// appendText adds the line of a request, and a line for each warning about it.
func appendText(b []byte, e *emulator.Entry) []byte {
	b = appendStart(b, e)
	b = append(appendWord(b, cmp.Or(e.Caller, "anonymous")), ' ')
	b = appendWord(b, why.Operation(e))
	if e.Bucket != "" {
		b = appendPlace(append(b, ' '), e)
	}
	b = strconv.AppendInt(append(b, " => "...), int64(e.Status), 10)
	if e.Code != "" {
		b = append(appendWord(append(b, " ("...), e.Code), ')')
	}
	b = appendRefusedBy(b, e)
	if e.Fault != nil {
		b = appendWord(append(b, " by the fault rule "...), e.Fault.Rule)
	}
	b = append(append(appendMeasured(b, e), ' '), e.RequestID...)
	if text := cmp.Or(e.Lacks, turnedAway(e)); text != "" {
		b = append(append(b, ": "...), printable(text)...)
	}
	for _, w := range e.Warnings {
		b = append(appendStart(append(b, '\n'), e), "warning: "...)
		b = append(append(append(b, printable(w)...), ' '), e.RequestID...)
	}
	return append(b, '\n')
}

// appendStart adds when a request came, and which world it reached.
func appendStart(b []byte, e *emulator.Entry) []byte {
	b = append(e.Time.AppendFormat(b, logTime), ' ')
	return append(appendWord(b, cmp.Or(e.World, "-")), ' ')
}

func appendPlace(b []byte, e *emulator.Entry) []byte {
	if e.Key == "" {
		return appendWord(b, e.Bucket)
	}
	return appendWord(b, e.Bucket+"/"+e.Key)
}

// turnedAway is why the proxy took no request; empty: it is another's entry. Most clients
// show nobody what a proxy says.
func turnedAway(e *emulator.Entry) string {
	if e.World != "" || e.Cause == nil {
		return ""
	}
	return e.Cause.Text
}

// appendRefusedBy adds the layer that refused it, and the statement.
func appendRefusedBy(b []byte, e *emulator.Entry) []byte {
	d := e.Denied()
	if d == nil {
		return b
	}
	b = append(append(b, ' '), d.Cause...)
	if s := statementOf(d); s != nil {
		b = appendWord(append(b, " statement="...), cmp.Or(s.Sid, "#"+strconv.Itoa(s.Index)))
	}
	return b
}

// statementOf is the statement that refused; nil: none did, a permission was missing.
func statementOf(d *authz.Decision) *authz.Statement {
	if f, ok := d.Behind(); ok {
		return f.Statement
	}
	return nil
}

// appendMeasured adds which attempt it was, if the client says so, and what is known since
// its end.
func appendMeasured(b []byte, e *emulator.Entry) []byte {
	if e.Attempt > 0 {
		b = strconv.AppendInt(append(b, " attempt="...), int64(e.Attempt), 10)
	}
	b = strconv.AppendInt(append(b, " in="...), e.BytesIn, 10)
	b = strconv.AppendInt(append(b, " out="...), e.BytesOut, 10)
	return append(append(b, " took="...), e.Duration.Round(time.Microsecond).String()...)
}

// word is a text of somebody's as one word of a line: in quotes, as Go and JSON have them,
// where it would be several, or something that a terminal obeys.
func word(text string) string {
	if isWord(text) {
		return text
	}
	return strconv.Quote(text)
}

func appendWord(b []byte, text string) []byte {
	if isWord(text) {
		return append(b, text...)
	}
	return strconv.AppendQuote(b, text)
}

// isWord says whether a text can stand as it is. Nearly all are of ASCII alone.
func isWord(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return !strings.ContainsFunc(text, odd)
		}
		if text[i] <= ' ' || text[i] == '"' || text[i] == 0x7f {
			return false
		}
	}
	return text != ""
}

func odd(r rune) bool {
	return r == ' ' || r == '"' || r == unicode.ReplacementChar || !unicode.IsPrint(r)
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
