package policy

import "strings"

// boolTest compares true and false in any case; other words compare true with nothing. Bool takes variables.
type boolTest []pattern

func compileBool(values []string, variables bool) test {
	patterns := make(boolTest, len(values))
	for i, v := range values {
		patterns[i] = compilePattern(v, syntax{variables: variables, fold: true})
	}
	return patterns
}

func (t boolTest) holds(value string, c *Context) bool {
	if _, ok := parseBool(value); !ok {
		return false
	}
	for i := range t {
		if t[i].match(value, c) {
			return true
		}
	}
	return false
}

func parseBool(s string) (value, ok bool) {
	switch {
	case strings.EqualFold(s, "true"):
		return true, true
	case strings.EqualFold(s, "false"):
		return false, true
	}
	return false, false
}

// nullTest is asked about a key's absence, not about its value: "true" when it is absent.
type nullTest struct{ absent, present bool }

func compileNull(values []string, _ bool) test {
	var t nullTest
	for _, v := range values {
		want, ok := parseBool(v)
		t.absent = t.absent || ok && want
		t.present = t.present || ok && !want
	}
	return t
}

func (t nullTest) holds(value string, _ *Context) bool {
	if value == "true" {
		return t.absent
	}
	return t.present
}
