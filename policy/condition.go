package policy

import (
	"slices"
	"strings"
)

// condition is one key under one operator of a Condition block.
type condition struct {
	operator parsedOperator
	written  string // the operator as written
	key      string // as written
	folded   string
	wanted   []string
	test     test

	// variables is set when the listed values may hold policy variables, so that a miss can show what they came to.
	variables bool
}

func (s *statement) conditionsHold(c *Context) bool {
	for i := range s.conditions {
		if !s.conditions[i].holds(c) {
			return false
		}
	}
	return true
}

// holds evaluates the condition (authorization.md 3.2).
func (k *condition) holds(c *Context) bool {
	values, present := c.lookup(k.folded)
	if k.operator.null {
		if present && !empty(values) {
			return k.test.holds("false", c)
		}
		return k.test.holds("true", c)
	}
	if !present {
		return k.holdsWithout()
	}
	switch k.operator.quantifier {
	case forAllValues:
		return empty(values) || k.all(values, c)
	case forAnyValue:
		return !empty(values) && k.some(values, c)
	}
	// A key with several values needs a set operator; without one nothing compares true, negated or not.
	return len(values) == 1 && k.compare(values[0], c)
}

// holdsWithout says what an absent key means: IfExists and ForAllValues are satisfied, ForAnyValue is not, and of
// the plain operators the negated ones are.
func (k *condition) holdsWithout() bool {
	switch {
	case k.operator.ifExists || k.operator.quantifier == forAllValues:
		return true
	case k.operator.quantifier == forAnyValue:
		return false
	}
	return k.operator.negated
}

// empty says whether a key's values come to nothing: "a null data set, such as an empty string" (IAM User Guide,
// "Creating a condition with multiple keys or values"). To a set operator that is a key without values, to Null one
// that is not there [unsure of Null]; a plain operator compares it like any other value, and IfExists finds the key.
// Where one of several values is not empty, the empty ones are compared like it [unsure].
func empty(values []string) bool {
	for _, v := range values {
		if v != "" {
			return false
		}
	}
	return true
}

func (k *condition) all(values []string, c *Context) bool {
	for _, v := range values {
		if !k.compare(v, c) {
			return false
		}
	}
	return true
}

func (k *condition) some(values []string, c *Context) bool {
	for _, v := range values {
		if k.compare(v, c) {
			return true
		}
	}
	return false
}

// compare tests one value of the request. A negated operator asks that none of the listed values compares true.
func (k *condition) compare(value string, c *Context) bool {
	return k.test.holds(value, c) != k.operator.negated
}

// Absent is what Miss.Got and Comparison.Got say of a condition key that the request does not have.
const Absent = "(absent)"

func (k *condition) got(c *Context) string {
	values, present := c.lookup(k.folded)
	if !present {
		return Absent
	}
	return strings.Join(values, ", ")
}

func (k *condition) want(c *Context) string {
	if !k.variables {
		return strings.Join(k.wanted, ", ")
	}
	shown := slices.Clone(k.wanted)
	for i, v := range shown {
		p := compilePattern(v, syntax{wildcards: true, variables: true})
		shown[i] = p.describe(c)
	}
	return strings.Join(shown, ", ")
}
