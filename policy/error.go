package policy

import (
	"cmp"
	"errors"
	"strings"
)

// Error is one reason to refuse a policy document.
type Error struct {
	Path    string // the element, such as Statement[0].Condition.IpAdress; "" for the document as a whole
	Code    string // AWS's error code: MalformedPolicy, PolicyTooLarge, MalformedPolicyDocument, ...
	Message string // AWS's message for it
	Detail  string // what AWS does not tell: the value at fault
	Value   string // the principal at fault, where it is one
	Nearest string // the known name closest to the one at fault, "" when none is close

	phase    phase
	severity severity
	element  string // of a statement's fault: the element, where the path is that of the statement
}

// Unreadable says that the document is no JSON, so that the Detail is the parser's and not a value of it.
func (e *Error) Unreadable() bool { return e.phase == phaseJSON }

// ProblemOf returns the Error that err is or wraps. For an error of another kind it returns one with the error's text
// as its Message, and for nil an empty one.
func ProblemOf(err error) Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return *e
	}
	if err == nil {
		return Error{}
	}
	return Error{Message: err.Error()}
}

// severity says who minds a problem.
type severity int

const (
	doubtful   severity = iota - 1 // nobody: see Doubts
	invalid                        // only a validation
	fatal                          // Parse too
	unreadable                     // ParseLenient too
)

// elementOf names the element of a statement that an error is about.
func (e *Error) elementOf() string {
	_, element, _ := strings.Cut(e.Path, ".")
	return cmp.Or(e.element, element, "Statement")
}

// why is the error's text without its path and without suggestions.
func (e *Error) why() string {
	if e.Detail == "" {
		return e.Message
	}
	return e.Message + " (" + e.Detail + ")"
}

// phase orders problems as AWS looks for them (authorization.md 7).
type phase int

const (
	phaseSize phase = iota
	phaseJSON
	phaseGrammar
	phasePrincipal
	phaseResource
	phaseCondition
)

// Error returns the path, AWS's message, the detail and the suggestion on one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.why())
	if e.Nearest != "" {
		b.WriteString("; did you mean " + e.Nearest + "?")
	}
	return b.String()
}

// S3's messages, authorization.md 7. Those of other services stand with their kind in rules.go.
const (
	msgFirstByte        = "Policies must be valid JSON and the first byte must be '{'"
	msgInvalidJSON      = "This policy contains invalid Json"
	msgMissing          = "Missing required field "
	msgEmpty            = " cannot be empty!" // after msgMissing and the element
	msgStatementEmpty   = "Could not parse the policy: Statement is empty!"
	msgEffect           = "Invalid effect: "
	msgVersion          = "The policy must contain a valid version string"
	msgUnknownField     = "Unknown field "
	msgSyntax           = "Invalid policy syntax."
	msgPrincipal        = "Invalid principal in policy"
	msgResource         = "Policy has invalid resource"
	msgAction           = "Policy has invalid action"
	msgNotApplicable    = "Action does not apply to any resource(s) in statement"
	msgOperator         = "Invalid Condition type : "
	msgConditionKey     = "Policy has an invalid condition key"
	msgConditionCombine = "Conditions do not apply to combination of actions and resources in statement"
	msgIPAddress        = "Invalid IP address in Conditions"
	msgTooLarge         = "Policy exceeds the maximum allowed document size."
)

const (
	codeMalformed = "MalformedPolicy"
	codeTooLarge  = "PolicyTooLarge"
)
