// Package why tells a person why a request was answered as it was. It reads the decisions
// that were taken and takes none itself.
package why

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/journal"
)

// Case is a request, and what is known about it.
type Case struct {
	Request *emulator.Entry `json:"request"`
	Advice  *Advice         `json:"advice"` // nil: there is none
	// Passed is the same call when it was made again and passed; nil: it was not.
	Passed *Passed `json:"passed_since,omitempty"`
	// Scenario is what is taught where it happened; nil: nothing.
	Scenario *emulator.Scenario `json:"-"`
}

// Advice is the advice on a refused request, and where its world can be changed.
type Advice struct {
	emulator.Advice
	World string // URL of the world's facts; empty: how to change them is not said
}

// Passed is a later request that was allowed.
type Passed struct {
	RequestID string    `json:"request_id"`
	Time      time.Time `json:"time"`
}

// NotAllowed says that a request was not answered with what it asked for.
func NotAllowed(e *emulator.Entry) bool {
	return e.Denied() != nil || e.Status >= 400 || e.Status == 0 && e.Fault != nil
}

// Same says that a later request is the same call of the same caller: its parameters are the same,
// and it asked for all that the first one was asked about.
func Same(a, later *emulator.Entry) bool {
	return a.Service == later.Service && a.Operation == later.Operation && a.Bucket == later.Bucket &&
		a.Key == later.Key && a.Caller == later.Caller && parameters(a) == parameters(later) && asks(a, later)
}

// parameters are those that say what is asked for: not the name that SDKs give an operation beside it.
func parameters(e *emulator.Entry) string {
	query, err := url.ParseQuery(e.Query)
	if err != nil {
		return e.Query
	}
	query.Del("x-id")
	return query.Encode()
}

// asks says whether a later request was decided on all that another was, as far as it was on anything.
func asks(a, later *emulator.Entry) bool {
	return len(later.Decisions) == 0 || !slices.ContainsFunc(a.Decisions, func(d authz.Decision) bool {
		return !slices.ContainsFunc(later.Decisions, func(other authz.Decision) bool {
			return other.Action == d.Action && other.Resource == d.Resource
		})
	})
}

// PassedSince is the first of the later requests that is the same call and passed; nil:
// none did.
func PassedSince(e *emulator.Entry, later []emulator.Entry) *Passed {
	for i := range later {
		l := &later[i]
		if l.RequestID != e.RequestID && !l.Time.Before(e.Time) && Same(e, l) && !NotAllowed(l) {
			return &Passed{l.RequestID, l.Time}
		}
	}
	return nil
}

// Write prints all that is known of it. Its error is w's.
func (c *Case) Write(w io.Writer, s Style) error {
	p := &printer{w: w, Style: s}
	e := c.Request
	p.head(e)
	if c.Passed != nil {
		p.line("  The same call has passed since: %s at %s.", c.Passed.RequestID, c.Passed.Time.UTC().Format(time.RFC3339))
	}
	for i := range e.Decisions {
		p.decision(&e.Decisions[i])
	}
	p.faults(e)
	if e.Fault == nil || !e.Fault.Answered {
		c.refusal(p)
	}
	return p.err
}

// refusal says what no layer said, and what to do.
func (c *Case) refusal(p *printer) {
	e, d := c.Request, c.Request.Denied()
	switch {
	case e.Lacks != "":
		p.line("\n%s.", e.Lacks)
	case d == nil && e.Status >= 400:
		p.line("\nNo layer denied it: %s is what the operation itself answers.", cmp.Or(e.Code, fmt.Sprint(e.Status)))
	}
	switch {
	case e.Cause != nil:
		p.cause(e.Cause)
	case e.Diagnosis != "":
		p.line("\nSignature: %s", e.Diagnosis)
	}
	if d != nil {
		p.next(d)
	}
	switch {
	case c.Advice != nil:
		p.advice(c.Advice)
	case d != nil:
		p.line("\n%s %s", p.bold("Fix:"), advice.Remedy(d, laidTo(d)))
	}
	if d != nil {
		p.lesson(e, c.Scenario)
	}
}

func (p *printer) head(e *emulator.Entry) {
	p.line("%s  %s: %s", e.RequestID, asked(e), p.answer(e))
	if e.Message != "" {
		p.line("  %s said: %s", cmp.Or(e.Service, "S3"), e.Message)
	}
	p.line("  world %s, from %s, %s %s%s", cmp.Or(e.World, "(none)"), cmp.Or(e.SourceIP, "?"), e.Method, e.Host, e.Path)
	for _, w := range e.Warnings {
		p.line("  warning: %s", w)
	}
}

// asked is what was asked for, and by whom.
func asked(e *emulator.Entry) string {
	target := e.Bucket
	if e.Key != "" {
		target += "/" + e.Key
	}
	return strings.Join(strings.Fields(Operation(e)+" "+target+" by "+who(e)), " ")
}

func (p *printer) answer(e *emulator.Entry) string {
	text := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code))
	if NotAllowed(e) {
		return p.red(text)
	}
	return p.green(text)
}

// Operation is what was asked for: of a control API with the service in front, of what
// is no operation the method.
func Operation(e *emulator.Entry) string {
	if e.Service != "" {
		return e.Service + ":" + e.Operation
	}
	return cmp.Or(e.Operation, e.Method)
}

func who(e *emulator.Entry) string {
	switch {
	case e.Caller != "" && e.Principal != "":
		return fmt.Sprintf("%s (%s)", e.Caller, e.Principal)
	case e.Caller != "":
		return e.Caller
	case e.Principal != "":
		return e.Principal
	}
	return "nobody that could be named"
}

// faults says what fault rules did to the request.
func (p *printer) faults(e *emulator.Entry) {
	if e.Fault == nil {
		return
	}
	if e.Fault.Answered {
		p.line("\nThe fault rule %s made this answer: %s, at %s.", e.Fault.Rule, e.Fault.Effect, e.Fault.Stage)
	}
	all := e.Faults
	if len(all) == 0 {
		all = []journal.Fault{*e.Fault}
	}
	for _, f := range all {
		if f.Rule != e.Fault.Rule || !e.Fault.Answered {
			p.line("\nThe fault rule %s struck it: %s, at %s.", f.Rule, f.Effect, f.Stage)
		}
	}
}

// cause says why the operation, or the signature, was refused.
func (p *printer) cause(c *journal.Cause) {
	p.line("\n%s %s.", p.bold("Cause:"), strings.TrimSuffix(c.Text, "."))
	p.pairs("  ", [][2]string{{"in", c.Document}, {"where", where(c)}, {"wanted", c.Wanted}, {"seen", c.Seen}})
}

func where(c *journal.Cause) string {
	if c.Statement == nil {
		return c.Element
	}
	return strings.TrimSuffix(statement(c.Statement)+", "+c.Element, ", ")
}

// next says what stands behind the cause.
func (p *printer) next(d *authz.Decision) {
	if len(d.DeniedBy) > 1 {
		p.line("\nThe answer names %s. Were it out of the way, %s would say no next.", d.Cause, layers(d.DeniedBy[1:]))
	}
}
