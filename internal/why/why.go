// Package why tells a person why a request was answered as it was. It reads the decisions
// that were taken and takes none itself.
package why

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/journal"
)

// Advice is the advice on a denied request, and where its world can be changed.
type Advice struct {
	emulator.Advice
	World string // URL of the world's facts; empty: how to change them is not said
}

// Write prints a journal entry. sc is what is taught where it happened, and a what would
// help; either may be nil. Its error is w's.
func Write(w io.Writer, e *emulator.Entry, sc *emulator.Scenario, a *Advice) error {
	p := &printer{w: w}
	p.head(e)
	for i := range e.Decisions {
		p.decision(&e.Decisions[i])
	}
	if e.Diagnosis != "" {
		p.line("\nSignature: %s", e.Diagnosis)
	}
	if e.Lacks != "" {
		p.line("\n%s.", e.Lacks)
	}
	p.faults(e)
	ruled := e.Fault != nil && e.Fault.Answered
	if e.Denied() == nil && e.Status >= 400 && !ruled {
		p.line("\nNo layer denied it: %s is what the operation itself answers.", cmp.Or(e.Code, fmt.Sprint(e.Status)))
	}
	if d := e.Denied(); d != nil && !ruled {
		p.next(d)
		p.advice(d, a)
		p.lesson(e, sc)
	}
	return p.err
}

// printer writes lines until one fails.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) head(e *emulator.Entry) {
	target := e.Bucket
	if e.Key != "" {
		target += "/" + e.Key
	}
	p.line("%s  %s %s by %s: %d %s", e.RequestID, Operation(e), target, who(e), e.Status, e.Code)
	if e.Message != "" {
		p.line("  %s said: %s", cmp.Or(e.Service, "S3"), e.Message)
	}
	p.line("  world %s, from %s, %s %s%s", cmp.Or(e.World, "(none)"), cmp.Or(e.SourceIP, "?"), e.Method, e.Host, e.Path)
	for _, w := range e.Warnings {
		p.line("  warning: %s", w)
	}
}

// Operation is what was asked for: of a control API with the service in front, of what
// is no operation the method.
func Operation(e *emulator.Entry) string {
	if e.Service != "" {
		return e.Service + ":" + e.Operation
	}
	return cmp.Or(e.Operation, e.Method)
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

func (p *printer) decision(d *authz.Decision) {
	p.line("")
	if !d.Denied() {
		p.line("%s on %s: allowed", d.Action, d.Resource)
	} else {
		p.line("%s on %s: denied by %s", d.Action, d.Resource, layers(d.DeniedBy))
	}
	for i := range d.Findings {
		p.finding(&d.Findings[i])
	}
}

func layers(all []authz.Layer) string {
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = string(l)
	}
	return strings.Join(names, ", then ")
}

func (p *printer) finding(f *authz.Finding) {
	if f.Effect == authz.NotApplicable {
		return
	}
	name := string(f.Layer)
	if f.Part != "" {
		name += " (" + f.Part + ")"
	}
	text := fmt.Sprintf("  %-24s %s", name, f.Effect)
	if f.Policy != "" {
		text += ", policy " + f.Policy
	}
	if f.Statement != nil {
		text += ", " + statement(f.Statement)
	}
	p.line("%s", text)
	if f.Detail != "" {
		p.line("      %s", f.Detail)
	}
	for _, c := range f.Compared {
		p.line("      %s", compared(c.Operator, c.Key, c.Wanted, c.Got))
	}
	for _, m := range f.Misses {
		p.line("      %s%s does not match: %s",
			inPolicy(m.Policy), statement(&m.Statement), compared(m.Element, "", m.Wanted, m.Got))
	}
}

func inPolicy(name string) string {
	if name == "" {
		return ""
	}
	return "policy " + name + ", "
}

func statement(s *authz.Statement) string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %q", s.Sid)
	}
	return fmt.Sprintf("statement %d", s.Index)
}

func compared(operator, key, wanted, got string) string {
	text := strings.TrimSpace(operator + " " + key)
	if wanted != "" {
		text += " wants " + wanted
	}
	return text + ", the request has " + cmp.Or(got, "none")
}

// next says what stands behind the cause.
func (p *printer) next(d *authz.Decision) {
	if len(d.DeniedBy) > 1 {
		p.line("\nThe answer names %s. Were it out of the way, %s would say no next.", d.Cause, layers(d.DeniedBy[1:]))
	}
}

// advice says what would help: the changes that were found, or what the refusing
// layer calls for in general.
func (p *printer) advice(d *authz.Decision, a *Advice) {
	if a == nil {
		p.line("\nFix: %s", advice.Remedy(d, cause(d)))
		return
	}
	p.line("\nFix:")
	for i, c := range a.Changes {
		p.line("  %d. %s", i+1, c.Text)
	}
	if !a.Proved {
		p.line("  No change of the world alone was found that allows the request.")
	}
	if len(a.Patch) > 0 && a.World != "" {
		p.patch(a)
	}
}

// patch says how the changes are made here.
func (p *printer) patch(a *Advice) {
	text, err := json.Marshal(a.Patch)
	if err != nil {
		p.err = err
		return
	}
	if a.Proved {
		p.line("  Proved: on a copy of the world that has it, every layer allows the request. To make it so here:")
	} else {
		p.line("  What the world has to do with it, to try here:")
	}
	p.line("    curl -X PATCH %s -d '%s'", a.World, strings.ReplaceAll(string(text), "'", `'\''`))
}

// expects says whether the scenario has a call like the request.
func expects(sc *emulator.Scenario, e *emulator.Entry) bool {
	return slices.ContainsFunc(sc.Expect, func(one any) bool {
		call, _ := one.(map[string]any)
		return call["call"] == e.Operation && call["as"] == cmp.Or(e.Caller, "anonymous") && e.Service == ""
	})
}

// lesson is what the scenario teaches, of a refusal that it is about.
func (p *printer) lesson(e *emulator.Entry, sc *emulator.Scenario) {
	if sc == nil || len(sc.FixCommands) == 0 || !expects(sc, e) {
		return
	}
	p.line("\nAs the scenario %s teaches it:", sc.Name)
	for _, c := range sc.FixCommands {
		p.line("    %s", command(c))
	}
}

// cause is the finding that a denial is laid to.
func cause(d *authz.Decision) *authz.Finding {
	for i := range d.Findings {
		f := &d.Findings[i]
		if f.Layer == d.Cause && (f.Effect == authz.ExplicitDeny || f.Effect == authz.ImplicitDeny) {
			return f
		}
	}
	return &authz.Finding{Layer: d.Cause}
}

// command is one of a scenario's fix_commands: a text, or {as, run}.
func command(c any) string {
	if m, ok := c.(map[string]any); ok {
		return fmt.Sprintf("%v   # as %v", m["run"], m["as"])
	}
	return fmt.Sprint(c)
}
