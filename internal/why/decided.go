package why

import (
	"fmt"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
)

// Decided is what was decided of a request, in one to three lines: by which layer and
// statement, and the values that were compared.
func Decided(e *emulator.Entry) []string {
	d, f := e.Denied(), (*authz.Finding)(nil)
	ruled := e.Fault != nil && e.Fault.Answered
	switch {
	case ruled || e.Lacks != "" || e.Cause != nil && d == nil:
		return []string{(&Case{Request: e}).because()}
	case d != nil:
		f = laidTo(d)
	case len(e.Decisions) > 0:
		d = &e.Decisions[len(e.Decisions)-1]
		f = allowing(d)
	default:
		return []string{(&Case{Request: e}).because()}
	}
	return append([]string{decided(d, f)}, evidence(f)...)
}

// allowing is the finding that allowed a request: the first with a statement, if any has.
func allowing(d *authz.Decision) *authz.Finding {
	found := &authz.Finding{}
	for i := range d.Findings {
		f := &d.Findings[i]
		if f.Effect == authz.Allow && (found.Layer == "" || found.Statement == nil && f.Statement != nil) {
			found = f
		}
	}
	return found
}

func decided(d *authz.Decision, f *authz.Finding) string {
	text := fmt.Sprintf("%s on %s: ", d.Action, d.Resource)
	if d.Denied() {
		text += "denied by " + string(d.Cause)
	} else if text += "allowed"; f.Layer != "" {
		text += " by " + string(f.Layer)
	}
	if f.Policy != "" {
		text += ", policy " + f.Policy
	}
	if f.Statement != nil {
		text += ", " + statement(f.Statement)
	}
	if d.Denied() && f.Statement == nil && f.Effect == authz.ImplicitDeny && f.Detail == "" {
		text += ": no statement allows it"
	}
	return text
}

// evidence is the values that made the statement match, or kept the first from matching.
func evidence(f *authz.Finding) []string {
	var lines []string
	if f.Detail != "" {
		lines = append(lines, oneLine(f.Detail))
	}
	for _, c := range f.Compared {
		lines = append(lines, compared(c.Operator, c.Key, c.Wanted, c.Got))
	}
	for _, m := range f.Misses {
		lines = append(lines, inPolicy(m.Policy)+statement(&m.Statement)+" does not match: "+
			compared(m.Element, "", m.Wanted, m.Got))
	}
	return lines[:min(len(lines), 2)]
}
