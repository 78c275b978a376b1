// Package policy reads, validates and evaluates AWS policy documents: identity policies, bucket and key
// policies, service and resource control policies, VPC endpoint policies, trust policies.
//
// Parse compiles a document once; a compiled Policy is immutable and safe for concurrent use. Match answers
// whether a request is matched by an Allow and by a Deny and allocates nothing; Misses explains, for whoever was
// refused, which element of each statement did not match. How policies of several kinds combine into a decision
// is not this package's business.
package policy

import "strconv"

// Effect is the Effect element of a statement. Its zero value denies.
type Effect int

const (
	Deny Effect = iota
	Allow
)

// String returns the effect as policy documents spell it.
func (e Effect) String() string {
	switch e {
	case Deny:
		return "Deny"
	case Allow:
		return "Allow"
	}
	return "Effect(" + strconv.Itoa(int(e)) + ")"
}

// Policy is a compiled policy document.
type Policy struct {
	source     string
	version    string
	statements []statement
	public     int  // first statement that makes the policy public, -1 if none does
	canDeny    bool // some statement denies

	// defects are the problems found while compiling. Parse returns the first that is fatal; the others are
	// things that only a validation refuses.
	defects []*Error
}

// Parse compiles a policy document. It checks the grammar only: actions, resources, principals and condition keys
// that no service knows are kept and match nothing. Unlike AWS it does not care what a policy is for: Validate does.
//
// The error is an *Error. It is returned for text that is not JSON, a repeated or wrongly typed element, a missing
// Statement, Effect or Action, an element beside its Not form, and an unknown condition operator.
func Parse(doc []byte) (*Policy, error) {
	return compile(doc, false).orRefused(fatal)
}

// ParseLenient compiles a policy document for a question about what it would do, and leaves aside whether AWS would
// take it. kind is what the policy is used for. The error is an *Error, and returned only for text that is not JSON
// and for a condition operator that does not exist. Everything else is read in the way that gives least:
//
//   - a document that is no object or has no Statement has no statements;
//   - a statement matches nothing when its Effect, Action or Resource is missing, when an element stands beside its
//     Not form, or when an element other than Sid is of the wrong type, in whole or in part: what is left of it might
//     allow more. In the policy of a resource or an endpoint and in a resource control policy it matches nothing
//     without Principal either; in the others, which need none, it then applies to every principal;
//   - of several members of one name the last counts; unknown elements count for nothing;
//   - a version that does not exist is one without policy variables;
//   - a condition value that is no number, date, address or whatever its operator compares is equal to nothing.
func ParseLenient(doc []byte, kind Kind) (*Policy, error) {
	p := compile(doc, true)
	d := dialects[kind]
	for i := range p.statements {
		p.statements[i].need(&d, i)
	}
	p.public = p.findPublic()
	return p.orRefused(unreadable)
}

// need voids a statement without an element that its kind requires; Parse leaves those to Validate.
func (s *statement) need(d *dialect, i int) {
	lacks := func(element string) {
		s.void = &Error{Path: pathOf(i), Message: msgMissing + element, phase: phaseGrammar, element: element}
	}
	switch {
	case s.void != nil:
	case d.principal == required && s.principals == nil:
		lacks("Principal")
	case d.resource == required && s.resources == nil:
		lacks("Resource")
	}
}

// orRefused returns the policy, or the first of its defects that is at least so severe.
func (p *Policy) orRefused(least severity) (*Policy, error) {
	for _, d := range p.defects {
		if d.severity >= least {
			e := *d
			e.Code = codeMalformed
			return nil, &e
		}
	}
	return p, nil
}

// Load is Parse and Validate in one. The error is an *Error: the first problem in the order in which AWS looks for
// them, which for a document with several may not be the one that Parse meets first.
func Load(doc []byte, r Rules) (*Policy, error) {
	p := compile(doc, false)
	if problems := p.Problems(r); len(problems) > 0 {
		return nil, problems[0]
	}
	return p, nil
}

// Check lists every problem of a document that AWS would refuse as a policy of the given kind, in AWS's order.
func Check(doc []byte, r Rules) []*Error {
	return compile(doc, false).Problems(r)
}

// Source returns the document as it was given to Parse.
func (p *Policy) Source() string { return p.source }

// MarshalText returns the document as it was given to Parse: a policy is written down as its text.
func (p *Policy) MarshalText() ([]byte, error) { return []byte(p.source), nil }

// UnmarshalText is Parse. It is for a Policy that nobody has seen yet.
func (p *Policy) UnmarshalText(doc []byte) error {
	parsed, err := Parse(doc)
	if err == nil {
		*p = *parsed
	}
	return err
}

// Version returns the Version element, "" when the document has none (which means 2008-10-17).
func (p *Policy) Version() string { return p.version }

// Len returns the number of statements.
func (p *Policy) Len() int { return len(p.statements) }

// Sid returns the Sid of statement i, "" when it has none or there is no such statement.
func (p *Policy) Sid(i int) string {
	if i < 0 || i >= len(p.statements) {
		return ""
	}
	return p.statements[i].sid
}

// Effect returns the effect of statement i; Deny when there is no such statement.
func (p *Policy) Effect(i int) Effect {
	if i < 0 || i >= len(p.statements) {
		return Deny
	}
	return p.statements[i].effect
}

// HasPrincipals reports whether every statement says to whom it applies (Principal or NotPrincipal), as the
// policies of resources and endpoints must. A statement that does not applies to every principal.
func (p *Policy) HasPrincipals() bool {
	for i := range p.statements {
		if p.statements[i].principals == nil {
			return false
		}
	}
	return true
}
