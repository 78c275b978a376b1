package why

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/authz"
)

func (p *printer) decision(d *authz.Decision) {
	if d.Denied() {
		p.line("\n%s on %s: %s", d.Action, d.Resource, p.red("denied by "+layers(d.DeniedBy)))
	} else {
		p.line("\n%s on %s: %s", d.Action, d.Resource, p.green("allowed"))
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
	text := p.effect(f.Effect)
	if f.Policy != "" {
		text += ", policy " + f.Policy
	}
	if f.Statement != nil {
		text += ", " + statement(f.Statement)
	}
	p.line("  %-24s %s", name, text)
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

func (p *printer) effect(e authz.Effect) string {
	if e == authz.ExplicitDeny || e == authz.ImplicitDeny {
		return p.red(string(e))
	}
	return string(e)
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

// laidTo is the finding that a denial is laid to.
func laidTo(d *authz.Decision) *authz.Finding {
	for i := range d.Findings {
		f := &d.Findings[i]
		if f.Layer == d.Cause && (f.Effect == authz.ExplicitDeny || f.Effect == authz.ImplicitDeny) {
			return f
		}
	}
	return &authz.Finding{Layer: d.Cause}
}
