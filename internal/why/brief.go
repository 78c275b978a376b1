package why

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/s3fault/s3fault/internal/advice"
)

// Brief prints two lines: what happened and why, and what to do first. Its error is w's.
func (c *Case) Brief(w io.Writer, s Style) error {
	p := &printer{w: w, Style: s}
	p.line("%s  %s: %s, %s", c.Request.RequestID, asked(c.Request), p.answer(c.Request), c.because())
	p.line("  %s", c.first(p))
	return p.err
}

// because is why, in one line.
func (c *Case) because() string {
	e, d := c.Request, c.Request.Denied()
	switch {
	case e.Fault != nil && e.Fault.Answered:
		return fmt.Sprintf("made by the fault rule %s", e.Fault.Rule)
	case e.Lacks != "":
		return e.Lacks
	case e.Cause != nil:
		return oneLine(e.Cause.Text)
	case d != nil:
		f := laidTo(d)
		text := "denied by " + string(d.Cause)
		if f.Statement != nil {
			text += ", " + statement(f.Statement)
		}
		if f.Policy != "" {
			text += " of policy " + f.Policy
		}
		return text
	}
	return cmp.Or(oneLine(e.Message), "as the operation itself answers")
}

// first is the first advice, or that there is nothing to do any more.
func (c *Case) first(p *printer) string {
	switch {
	case c.Passed != nil:
		return "passed since: " + c.Passed.RequestID
	case c.Advice != nil && len(c.Advice.Changes) > 0:
		texts := make([]string, len(c.Advice.Changes))
		for i := range c.Advice.Changes {
			texts[i] = c.Advice.Changes[i].Text
		}
		return p.bold("fix:") + " " + oneLine(strings.Join(texts, "; "))
	}
	if d := c.Request.Denied(); d != nil {
		return p.bold("fix:") + " " + oneLine(advice.Remedy(d, laidTo(d)))
	}
	return "nothing is known to do about it"
}

// oneLine is a text without line ends.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
