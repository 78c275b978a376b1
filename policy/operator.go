package policy

import (
	"strings"
	"sync"

	"github.com/s3fault/s3fault/internal/nearest"
)

// test holds the values that a policy lists for one condition key, compiled for one operator.
type test interface {
	// holds reports whether the request's value compares true with any of the listed ones.
	holds(value string, c *Context) bool
}

// operator is one row of the table of condition operators.
type operator struct {
	name    string
	negated bool // the Not form: true when compile's test holds for no listed value
	null    bool
	literal bool // takes no policy variables
	compile func(values []string, variables bool) test
}

// operators lists every condition operator (IAM User Guide, "IAM JSON policy elements: Condition operators";
// authorization.md 3.2). To add one, add a row.
var operators = []operator{
	{name: "StringEquals", compile: compileStringEquals},
	{name: "StringNotEquals", compile: compileStringEquals, negated: true},
	{name: "StringEqualsIgnoreCase", compile: compileStringEqualsIgnoreCase},
	{name: "StringNotEqualsIgnoreCase", compile: compileStringEqualsIgnoreCase, negated: true},
	{name: "StringLike", compile: compileStringLike},
	{name: "StringNotLike", compile: compileStringLike, negated: true},
	{name: "NumericEquals", compile: compileNumeric(equal), literal: true},
	{name: "NumericNotEquals", compile: compileNumeric(equal), negated: true, literal: true},
	{name: "NumericLessThan", compile: compileNumeric(less), literal: true},
	{name: "NumericLessThanEquals", compile: compileNumeric(lessOrEqual), literal: true},
	{name: "NumericGreaterThan", compile: compileNumeric(greater), literal: true},
	{name: "NumericGreaterThanEquals", compile: compileNumeric(greaterOrEqual), literal: true},
	{name: "DateEquals", compile: compileDate(equal), literal: true},
	{name: "DateNotEquals", compile: compileDate(equal), negated: true, literal: true},
	{name: "DateLessThan", compile: compileDate(less), literal: true},
	{name: "DateLessThanEquals", compile: compileDate(lessOrEqual), literal: true},
	{name: "DateGreaterThan", compile: compileDate(greater), literal: true},
	{name: "DateGreaterThanEquals", compile: compileDate(greaterOrEqual), literal: true},
	{name: "Bool", compile: compileBool},
	{name: "BinaryEquals", compile: compileBinary, literal: true},
	{name: "IpAddress", compile: compileIPAddress, literal: true},
	{name: "NotIpAddress", compile: compileIPAddress, negated: true, literal: true},
	{name: "ArnEquals", compile: compileARN},
	{name: "ArnNotEquals", compile: compileARN, negated: true},
	{name: "ArnLike", compile: compileARN},
	{name: "ArnNotLike", compile: compileARN, negated: true},
	{name: "Null", compile: compileNull, null: true, literal: true},
}

var operatorsByName = func() map[string]*operator {
	m := make(map[string]*operator, 2*len(operators))
	for i := range operators {
		o := &operators[i]
		m[o.name], m[strings.ToLower(o.name)] = o, o
	}
	return m
}()

// operatorOf finds a row by its name, in any case. AWS's spelling is found without folding it.
func operatorOf(name string) (*operator, bool) {
	if row, ok := operatorsByName[name]; ok {
		return row, true
	}
	row, ok := operatorsByName[strings.ToLower(name)]
	return row, ok
}

// quantifier is the set operator before a condition operator's name.
type quantifier uint8

const (
	plain quantifier = iota
	forAllValues
	forAnyValue
)

var quantifierNames = [...]string{plain: "", forAllValues: "ForAllValues:", forAnyValue: "ForAnyValue:"}

const ifExistsSuffix = "IfExists"

// parsedOperator is an operator's name taken apart.
type parsedOperator struct {
	*operator
	quantifier quantifier
	ifExists   bool
}

func (o parsedOperator) takesVariables() bool { return !o.literal }

// canonical returns the name in AWS's spelling.
func (o parsedOperator) canonical() string {
	name := quantifierNames[o.quantifier] + o.name
	if o.ifExists {
		name += ifExistsSuffix
	}
	return name
}

// parseOperator finds an operator by its name, in any case. Null takes neither a set operator nor IfExists.
func parseOperator(name string) (parsedOperator, bool) {
	q, base, ifExists := splitOperator(name)
	row, ok := operatorOf(base)
	if !ok || row.null && (q != plain || ifExists) {
		return parsedOperator{}, false
	}
	return parsedOperator{row, q, ifExists}, true
}

func splitOperator(name string) (q quantifier, base string, ifExists bool) {
	base = name
	for i := forAllValues; i <= forAnyValue; i++ {
		prefix := quantifierNames[i]
		if len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			q, base = i, name[len(prefix):]
			break
		}
	}
	if n := len(base) - len(ifExistsSuffix); n >= 0 && strings.EqualFold(base[n:], ifExistsSuffix) {
		return q, base[:n], true
	}
	return q, base, false
}

// Operators returns the names of all condition operators without set operators and IfExists.
func Operators() []string {
	names := make([]string, len(operators))
	for i := range operators {
		names[i] = operators[i].name
	}
	return names
}

// NearestOperator returns the operator whose name is closest to the given one, with set operator and IfExists, or ""
// when none is close.
func NearestOperator(name string) string {
	if _, base, _ := splitOperator(name); strings.EqualFold(base, "Null") {
		return "Null" // dressed as it cannot be
	}
	return nearest.Name(name, operatorForms())
}

// operatorForms lists every name that parseOperator takes, in AWS's spelling.
var operatorForms = sync.OnceValue(func() []string {
	var forms []string
	for i := range operators {
		for q := plain; q <= forAnyValue; q++ {
			for _, ifExists := range []bool{false, true} {
				if o := (parsedOperator{&operators[i], q, ifExists}); !o.null || q == plain && !ifExists {
					forms = append(forms, o.canonical())
				}
			}
		}
	}
	return forms
})

// relation is how a request's value must stand to the policy's.
type relation uint8

const (
	equal relation = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

// holds interprets a three-way comparison.
func (r relation) holds(cmp int) bool {
	switch r {
	case equal:
		return cmp == 0
	case less:
		return cmp < 0
	case lessOrEqual:
		return cmp <= 0
	case greater:
		return cmp > 0
	}
	return cmp >= 0
}
