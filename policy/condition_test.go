package policy

import (
	"fmt"
	"strings"
	"testing"
)

// operands gives each operator a listed value, a value of a request that compares true with it (before negation),
// and one that does not.
var operands = map[string]struct{ listed, same, other string }{
	"StringEquals":              {"a*", "a*", "ab"},
	"StringNotEquals":           {"a*", "a*", "ab"},
	"StringEqualsIgnoreCase":    {"Straße*", "sTRAßE*", "strasse"},
	"StringNotEqualsIgnoreCase": {"Straße*", "sTRAßE*", "strasse"},
	"StringLike":                {"home/?/*.txt", "home/a/b/c.txt", "home/ab/c.txt"},
	"StringNotLike":             {"home/?/*.txt", "home/a/b/c.txt", "home/ab/c.txt"},
	"NumericEquals":             {"10", "10.0", "10.01"},
	"NumericNotEquals":          {"10", "10.0", "10.01"},
	"NumericLessThan":           {"10", "9.99", "10"},
	"NumericLessThanEquals":     {"10", "10", "10.001"},
	"NumericGreaterThan":        {"10", "10.5", "10"},
	"NumericGreaterThanEquals":  {"10", "10", "9"},
	"DateEquals":                {"2026-01-02T03:04:05Z", "1767323045", "2026-01-02T03:04:06Z"},
	"DateNotEquals":             {"2026-01-02T03:04:05Z", "1767323045", "2026-01-02T03:04:06Z"},
	"DateLessThan":              {"2026-01-02", "2026-01-01T23:59:59.999Z", "2026-01-02T00:00:00Z"},
	"DateLessThanEquals":        {"2026-01-02", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00.001Z"},
	"DateGreaterThan":           {"2026-01-02", "2026-01-02T00:00:01+00:00", "2026-01-02T01:00:00+01:00"},
	"DateGreaterThanEquals":     {"2026-01-02", "2026-01-02T01:00:00+01:00", "2026-01-01"},
	"Bool":                      {"true", "True", "false"},
	"BinaryEquals":              {"QmluYXJ5", "QmluYXJ5", "qmluYXJ5"},
	"IpAddress":                 {"203.0.113.0/24", "203.0.113.77", "203.0.114.1"},
	"NotIpAddress":              {"203.0.113.0/24", "203.0.113.77", "203.0.114.1"},
	"ArnEquals":                 {"arn:aws:sns:*:111122223333:t*", "arn:aws:sns:eu-west-1:111122223333:t:x/y", "arn:aws:sns:x:y:111122223333:t"},
	"ArnNotEquals":              {"arn:aws:sns:*:111122223333:t*", "arn:aws:sns:eu-west-1:111122223333:t:x/y", "arn:aws:sns:x:y:111122223333:t"},
	"ArnLike":                   {"arn:aws:s3:::b*", "arn:aws:s3:::b/k", "arn:aws:s3:::B"},
	"ArnNotLike":                {"arn:aws:s3:::b*", "arn:aws:s3:::b/k", "arn:aws:s3:::B"},
}

// truth is what an operator answers, by how it is dressed. The request's values are S (compares true with the
// listed one), O (does not) and E (an empty string); no letter is an absent key.
var truth = []struct {
	prefix, suffix    string
	values            string
	positive, negated bool
}{
	{"", "", "", false, true},
	{"", "", "S", true, false},
	{"", "", "O", false, true},
	{"", "", "SS", false, false},
	{"", "", "OO", false, false},
	{"", "", "SO", false, false},
	{"", "IfExists", "", true, true},
	{"", "IfExists", "S", true, false},
	{"", "IfExists", "O", false, true},
	{"", "IfExists", "SS", false, false},
	{"", "IfExists", "OO", false, false},
	{"ForAllValues:", "", "", true, true},
	{"ForAllValues:", "", "S", true, false},
	{"ForAllValues:", "", "O", false, true},
	{"ForAllValues:", "", "SS", true, false},
	{"ForAllValues:", "", "SO", false, false},
	{"ForAllValues:", "", "OO", false, true},
	{"ForAllValues:", "IfExists", "", true, true},
	{"ForAllValues:", "IfExists", "SO", false, false},
	{"ForAllValues:", "IfExists", "SS", true, false},
	{"ForAnyValue:", "", "", false, false},
	{"ForAnyValue:", "", "S", true, false},
	{"ForAnyValue:", "", "O", false, true},
	{"ForAnyValue:", "", "SS", true, false},
	{"ForAnyValue:", "", "SO", true, true},
	{"ForAnyValue:", "", "OO", false, true},
	{"ForAnyValue:", "IfExists", "", true, true},
	{"ForAnyValue:", "IfExists", "SO", true, true},
	{"ForAnyValue:", "IfExists", "O", false, true},
	{"", "", "E", false, true},
	{"", "IfExists", "E", false, true},
	{"ForAllValues:", "", "E", true, true},
	{"ForAllValues:", "", "EE", true, true},
	{"ForAllValues:", "", "ES", false, false},
	{"ForAllValues:", "", "EO", false, true},
	{"ForAllValues:", "IfExists", "E", true, true},
	{"ForAnyValue:", "", "E", false, false},
	{"ForAnyValue:", "", "EE", false, false},
	{"ForAnyValue:", "", "ES", true, true},
	{"ForAnyValue:", "", "EO", false, true},
	{"ForAnyValue:", "IfExists", "E", false, false},
}

func TestEveryOperatorAnswersByItsTruthTable(t *testing.T) {
	for _, op := range operators {
		if op.null {
			continue // TestNull
		}
		o, ok := operands[op.name]
		if !ok {
			t.Errorf("%s has no operands", op.name)
			continue
		}
		for _, row := range truth {
			name := row.prefix + op.name + row.suffix
			want := row.positive
			if op.negated {
				want = row.negated
			}
			c := NewContext()
			for _, letter := range row.values {
				c.Add("aws:x", map[rune]string{'S': o.same, 'O': o.other, 'E': ""}[letter])
			}
			// A second listed value that nothing fits must change nothing.
			for _, listed := range []string{quote(o.listed), quote(o.listed) + `,"~"`} {
				for _, spelled := range []string{name, strings.ToUpper(name)} {
					if got := conditionHolds(t, spelled, "AWS:X", listed, c); got != want {
						t.Errorf("%s [%s] with %q = %v, want %v", spelled, listed, row.values, got, want)
					}
				}
			}
		}
	}
}

func TestNull(t *testing.T) {
	present, blank, half := NewContext(), NewContext(), NewContext()
	present.Set("aws:x", "x")
	blank.Set("aws:x", "", "")
	half.Set("aws:x", "", "x")
	for _, row := range []struct {
		listed  string
		context *Context
		want    bool
	}{
		{`"true"`, NewContext(), true},
		{`"true"`, present, false},
		{`"false"`, NewContext(), false},
		{`"false"`, present, true},
		{`"TRUE"`, NewContext(), true},
		{`true`, NewContext(), true},
		{`false`, present, true},
		{`["true","false"]`, NewContext(), true},
		{`["true","false"]`, present, true},
		{`"true"`, blank, true},
		{`"false"`, blank, false},
		{`["true","false"]`, blank, true},
		{`"true"`, half, false},
		{`"false"`, half, true},
		{`"yes"`, blank, false},
		{`"yes"`, NewContext(), false},
		{`"yes"`, present, false},
	} {
		if got := conditionHolds(t, "Null", "aws:x", row.listed, row.context); got != row.want {
			t.Errorf("Null %s with %v = %v", row.listed, row.context.entries, got)
		}
	}
}

var comparisons = []struct {
	operator, listed, value string
	want                    bool
}{
	{"StringEquals", `""`, "", true},
	{"StringEquals", `"é"`, "é", true},
	{"StringEquals", `"A"`, "a", false},
	{"StringEquals", `true`, "true", true},
	{"StringEquals", `7`, "7", true},
	{"StringEquals", `1e3`, "1000", true},
	{"StringEquals", `["x","y"]`, "y", true},
	{"StringEquals", `[]`, "y", false},
	{"StringNotEquals", `[]`, "y", true},
	{"StringNotEquals", `["x","y"]`, "y", false},
	{"StringNotEquals", `["x","y"]`, "z", true},
	{"StringLike", `"*"`, "", true},
	{"StringLike", `"?"`, "", false},
	{"StringLike", `"a*b*c"`, "aXbYbZc", true},
	{"StringLike", `"a*b*c"`, "aXcYb", false},
	{"StringLike", `"A*"`, "abc", false},

	{"NumericEquals", `10`, "010", true},
	{"NumericEquals", `-0`, "0", true},
	{"NumericEquals", `"+5"`, "5", true},
	{"NumericEquals", `".5"`, "0.50", true},
	{"NumericEquals", `9007199254740993`, "9007199254740992", false},
	{"NumericLessThan", `-1`, "-2", true},
	{"NumericLessThan", `-1`, "-1.5", true},
	{"NumericGreaterThan", `-1`, "0", true},
	{"NumericLessThan", `100`, "99", true},
	{"NumericLessThan", `1`, "-7", true},
	{"NumericEquals", `1e400`, "1", false},
	{"NumericEquals", `1E-2`, "0.01", true},
	{"NumericGreaterThan", `600000`, "600001", true},
	{"NumericGreaterThan", `0.09`, "0.1", true},
	{"NumericEquals", `"ten"`, "ten", false},
	{"NumericEquals", `"10"`, "ten", false},
	{"NumericEquals", `"10"`, "", false},
	{"NumericEquals", `"."`, ".", false},
	{"NumericNotEquals", `"ten"`, "ten", true},
	{"NumericLessThan", `["1","5"]`, "3", true},

	{"DateEquals", `"2026"`, "2026-01-01", true},
	{"DateEquals", `"2026-02"`, "2026-02-01T00:00Z", true},
	{"DateEquals", `"2026-02-01T02:00-02:00"`, "2026-02-01T04:00:00Z", true},
	{"DateEquals", `"2026-02-01T00:00:00"`, "2026-02-01T00:00:00Z", true},
	{"DateEquals", `1767225600`, "2026-01-01", true},
	{"DateEquals", `"-1"`, "1969-12-31T23:59:59Z", true},
	{"DateEquals", `"2026-02-30"`, "2026-02-30", false},
	{"DateEquals", `"2026-13"`, "2026-13", false},
	{"DateEquals", `"2026-01-01T24:00Z"`, "2026-01-01T24:00Z", false},
	{"DateEquals", `"2026-01T00:00Z"`, "2026-01T00:00Z", false},
	{"DateEquals", `"2026-01-01T00:00:00.Z"`, "2026-01-01T00:00:00.Z", false},
	{"DateEquals", `"2026-01-01T00:00.5Z"`, "2026-01-01T00:00.5Z", false},
	{"DateEquals", `"2026-01-01T00:00+01"`, "2026-01-01T00:00+01", false},
	{"DateEquals", `"2026-01-01T00:00+24:00"`, "2026-01-01T00:00+24:00", false},
	{"DateEquals", `"2026-01-01T00"`, "2026-01-01T00", false},
	{"DateEquals", `"2026/01/01"`, "2026/01/01", false},
	{"DateEquals", `"2026-01-01-01"`, "2026-01-01-01", false},
	{"DateEquals", `"99999999999999999999"`, "99999999999999999999", false},
	{"DateEquals", `"tomorrow"`, "tomorrow", false},
	{"DateEquals", `""`, "", false},
	{"DateGreaterThan", `"2026-01-01T00:00:00.1Z"`, "2026-01-01T00:00:00.10000001Z", true},
	{"DateLessThan", `"9999-12-31"`, "2262-04-12", true},

	{"Bool", `true`, "true", true},
	{"Bool", `"FALSE"`, "false", true},
	{"Bool", `"yes"`, "yes", false},
	{"Bool", `"true"`, "1", false},

	{"BinaryEquals", `"not base64!"`, "not base64!", false},

	{"IpAddress", `"203.0.113.5"`, "203.0.113.5", true},
	{"IpAddress", `"203.0.113.5/24"`, "203.0.113.9", true},
	{"IpAddress", `"0.0.0.0/0"`, "198.51.100.1", true},
	{"IpAddress", `"0.0.0.0/0"`, "2001:db8::1", false},
	{"IpAddress", `"::/0"`, "198.51.100.1", false},
	{"IpAddress", `"2001:DB8::/32"`, "2001:db8:1::1", true},
	{"IpAddress", `"2001:db8::/32"`, "2001:db9::1", false},
	{"IpAddress", `"203.0.113.0/24"`, "::ffff:203.0.113.9", true},
	{"IpAddress", `"::ffff:203.0.113.0/120"`, "203.0.113.9", true},
	{"IpAddress", `["10.0.0.0/8","203.0.113.0/24"]`, "203.0.113.9", true},
	{"IpAddress", `"203.0.113.0/33"`, "203.0.113.0", false},
	{"IpAddress", `"203.0.113.0/24"`, "localhost", false},
	{"NotIpAddress", `["10.0.0.0/8","203.0.113.0/24"]`, "203.0.113.9", false},
	{"NotIpAddress", `"10.0.0.0/8"`, "203.0.113.9", true},

	{"ArnLike", `"arn:aws:s3:::b"`, "arn:aws:s3:::b", true},
	{"ArnLike", `"arn:*:s3:*:*:b"`, "arn:aws:s3:::b", true},
	{"ArnLike", `"arn:aws:iam::*:role/*"`, "arn:aws:iam::111122223333:role/a/b", true},
	{"ArnLike", `"arn:aws:iam::*"`, "arn:aws:iam::111122223333:role/a", false},
	{"ArnLike", `"*"`, "arn:aws:iam::111122223333:role/a", false},
	{"ArnLike", `"arn:aws:iam::1111*:role/?"`, "arn:aws:iam::111122223333:role/a", true},
	{"ArnLike", `"arn:aws:iam::1111*:role/?"`, "not-an-arn", false},
	{"ArnNotLike", `"arn:aws:iam::1111*:role/?"`, "not-an-arn", true},
	{"ArnEquals", `"arn:aws:s3:::B"`, "arn:aws:s3:::b", false},
}

func TestComparisons(t *testing.T) {
	for _, row := range comparisons {
		c := NewContext()
		c.Set("aws:x", row.value)
		if got := conditionHolds(t, row.operator, "aws:x", row.listed, c); got != row.want {
			t.Errorf("%s %s with %q = %v", row.operator, row.listed, row.value, got)
		}
	}
}

func TestVariables(t *testing.T) {
	c := NewContext()
	c.Set("aws:username", "alice")
	c.Set("aws:PrincipalTag/Team", "red")
	c.Set("aws:star", "*")
	c.Set("aws:many", "a", "b")
	c.Set("aws:mfa", "true")
	c.Set("aws:arn", "arn:aws:s3:::b")
	c.Set("aws:empty", "")
	for _, row := range []struct {
		operator, listed, value string
		want                    bool
	}{
		{"StringEquals", "${aws:username}", "alice", true},
		{"StringEquals", "${AWS:UserName}", "alice", true},
		{"StringEquals", "home/${aws:username}/x", "home/alice/x", true},
		{"StringEquals", "home/${aws:username}/x", "home/bob/x", false},
		{"StringEquals", "${aws:PrincipalTag/team}", "red", true},
		{"StringEqualsIgnoreCase", "x-${aws:username}-y", "X-ALICE-Y", true},
		{"StringLike", "home/${aws:username}/*", "home/alice/a/b", true},
		{"StringLike", "*${aws:username}", "alicealice", true},
		{"StringLike", "${aws:star}", "anything", false},
		{"StringLike", "${aws:star}", "*", true},
		{"StringLike", "a${aws:empty}b", "ab", true},
		{"StringLike", "${*}", "*", true},
		{"StringLike", "${*}", "x", false},
		{"StringLike", "${?}x", "?x", true},
		{"StringLike", "${?}x", "ax", false},
		{"StringEquals", "${$}{aws:username}", "${aws:username}", true},
		{"StringEquals", "${aws:none}", "", false},
		{"StringLike", "*${aws:none}*", "x", false},
		{"StringNotEquals", "${aws:none}", "x", true},
		{"StringNotLike", "${aws:none}*", "x", true},
		{"StringEquals", "${aws:many}", "a", false},
		{"StringEquals", "${aws:none, 'def'}", "def", true},
		{"StringEquals", "${aws:none,'a}b'}", "a}b", true},
		{"StringLike", "${aws:none, '*'}", "x", false},
		{"StringEquals", "${aws:username, 'def'}", "alice", true},
		{"StringEquals", "${aws:username", "${aws:username", true},
		{"StringEquals", "${}", "${}", true},
		{"StringEquals", "${aws:none, def}", "${aws:none, def}", true},
		{"StringEquals", "${aws:none, 'def}", "${aws:none, 'def}", true},
		{"StringEquals", "${aws:none, 'def' x}", "${aws:none, 'def' x}", true},
		{"StringEqualsIgnoreCase", "${aws:username}K", "ALICE\u212a", true},
		{"StringEqualsIgnoreCase", "${aws:username}K", "ALICE", false},
		{"Bool", "${aws:mfa}", "true", true},
		{"Bool", "${aws:mfa}", "false", false},
		{"ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:user/alice", true},
		{"ArnEquals", "${aws:arn}", "arn:aws:s3:::b", true},
		{"ArnEquals", "${aws:arn}", "arn:aws:s3:::c", false},
		{"ArnLike", "arn:aws:s3::${aws:arn}:b", "arn:aws:s3::arn:b", false},
		{"NumericEquals", "${aws:none, '1'}", "1", false},
		{"IpAddress", "${aws:none, '10.0.0.1'}", "10.0.0.1", false},
	} {
		c := c.Clone()
		c.Set("aws:x", row.value)
		if got := conditionHolds(t, row.operator, "aws:x", quote(row.listed), c); got != row.want {
			t.Errorf("%s %s with %q = %v", row.operator, row.listed, row.value, got)
		}
	}
}

func TestVariablesAreLiteralBefore2012(t *testing.T) {
	for _, version := range []string{`"Version":"2008-10-17",`, ``} {
		p := parse(t, `{`+version+`"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/*"}}`)
		c := NewContext()
		c.Set("aws:username", "alice")
		if m := p.Match(&Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/alice/x", Context: c}); m.Allow >= 0 {
			t.Errorf("%q: the variable was replaced", version)
		}
		if m := p.Match(&Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/${aws:username}/x", Context: c}); m.Allow != 0 {
			t.Errorf("%q: the literal text did not match", version)
		}
	}
}

func TestConditionBlockIsAnAND(t *testing.T) {
	p := parse(t, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{
		"StringEquals":{"aws:a":"1","aws:b":"2"},"Bool":{"aws:c":"true"}}}}`)
	for _, absent := range []string{"", "aws:a", "aws:b", "aws:c"} {
		c := NewContext()
		c.Set("aws:a", "1")
		c.Set("aws:b", "2")
		c.Set("aws:c", "true")
		c.Delete(absent)
		if got := p.Match(&Request{Action: "s3:GetObject", Context: c}).Allow == 0; got != (absent == "") {
			t.Errorf("without %q: %v", absent, got)
		}
	}
}

func FuzzCondition(f *testing.F) {
	for name, o := range operands {
		f.Add(name, o.listed, o.same, o.other)
		f.Add("ForAnyValue:"+name+"IfExists", "${aws:y, 'd'}", o.other, o.same)
	}
	f.Add("Null", "true", "", "")
	f.Fuzz(func(t *testing.T, operator, listed, value, second string) {
		row, ok := parseOperator(operator)
		if !ok {
			return
		}
		k := condition{operator: row, folded: "aws:x", wanted: []string{listed}, variables: row.takesVariables()}
		k.test = row.compile(k.wanted, true)
		c := NewContext()
		c.Set("aws:x", value)
		c.Set("aws:y", second)
		single := k.holds(c)
		noValue := row.quantifier != plain && value == "" // a set operator finds nothing to compare
		if negated, ok := opposite(row); ok && !noValue {
			n := k
			n.operator = negated
			if n.holds(c) == single {
				t.Errorf("%s and %s agree on %q, %q", row.name, negated.name, listed, value)
			}
		}
		c.Set("aws:x", value, second)
		if row.quantifier == plain && !row.null && k.holds(c) {
			t.Errorf("%s holds for two values", operator)
		}
	})
}

// opposite returns the operator that compares alike and is negated where the other is not.
func opposite(o parsedOperator) (parsedOperator, bool) {
	for _, name := range []string{strings.Replace(o.name, "Not", "", 1), strings.Replace(o.name, "Equals", "NotEquals", 1), "Not" + o.name} {
		if row, ok := operatorsByName[strings.ToLower(name)]; ok && row.negated != o.negated {
			return parsedOperator{row, o.quantifier, o.ifExists}, true
		}
	}
	return parsedOperator{}, false
}

func conditionHolds(t *testing.T, operator, key, listed string, c *Context) bool {
	t.Helper()
	if !strings.HasPrefix(listed, "[") {
		listed = "[" + listed + "]"
	}
	p := parse(t, fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{%q:{%q:%s}}}}`,
		operator, key, listed))
	return p.Match(&Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Context: c}).Allow == 0
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

func parse(t testing.TB, doc string) *Policy {
	t.Helper()
	p, err := Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	return p
}
