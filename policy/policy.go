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
	public     int // first statement that makes the policy public, -1 if none does

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
	p := compile(doc)
	for _, d := range p.defects {
		if d.fatal {
			e := *d
			e.Code = codeMalformed
			return nil, &e
		}
	}
	return p, nil
}

// Load is Parse and Validate in one: it returns the first problem in the order in which AWS looks for them, which
// for a document with several may not be the one that Parse meets first.
func Load(doc []byte, r Rules) (*Policy, *Error) {
	p := compile(doc)
	if problems := p.Problems(r); len(problems) > 0 {
		return nil, problems[0]
	}
	return p, nil
}

// Check lists every problem of a document that AWS would refuse as a policy of the given kind, in AWS's order.
func Check(doc []byte, r Rules) []*Error {
	return compile(doc).Problems(r)
}

// Source returns the document as it was given to Parse.
func (p *Policy) Source() string { return p.source }

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
