package policy

import "strings"

type numericTest struct {
	relation relation
	values   []decimal
}

// compileNumeric drops listed values that are no numbers: they compare true with nothing.
func compileNumeric(r relation) func([]string, bool) test {
	return func(values []string, _ bool) test {
		t := numericTest{relation: r}
		for _, v := range values {
			if d, ok := parseDecimal(v); ok {
				t.values = append(t.values, d)
			}
		}
		return t
	}
}

func (t numericTest) holds(value string, _ *Context) bool {
	d, ok := parseDecimal(value)
	if !ok {
		return false
	}
	for _, want := range t.values {
		if t.relation.holds(d.compare(want)) {
			return true
		}
	}
	return false
}

// decimal is an exact decimal number, kept as slices of its text: digits before the point without leading zeros
// and after it without trailing ones. A float would call 9007199254740993 equal to its neighbour.
type decimal struct {
	negative    bool
	whole, part string
}

// parseDecimal reads an integer or decimal number with an optional sign, and nothing else.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative, s = s[0] == '-', s[1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	if whole == "" && part == "" || !isDigits(whole) || !isDigits(part) {
		return decimal{}, false
	}
	d.whole, d.part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if d.whole == "" && d.part == "" {
		d.negative = false
	}
	return d, true
}

// compare returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d decimal) compare(e decimal) int {
	if d.negative != e.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	if d.negative {
		return e.magnitude(d)
	}
	return d.magnitude(e)
}

func (d decimal) magnitude(e decimal) int {
	if n := len(d.whole) - len(e.whole); n != 0 {
		return max(-1, min(n, 1))
	}
	if n := strings.Compare(d.whole, e.whole); n != 0 {
		return n
	}
	return strings.Compare(d.part, e.part)
}

// isDigits is true for the empty string.
func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
