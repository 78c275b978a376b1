package sigv4

import (
	"encoding/json"
	"strings"
)

// condition is one eq or starts-with of a POST policy.
type condition struct {
	operator string // eq or starts-with
	field    string // without the dollar sign, as written
	value    string
	// never is how a condition that no form meets is printed: one whose field has no
	// dollar sign, or whose bound is no number (recorded). Empty: there may be such a form.
	never string
}

// printed is a condition as S3 prints it, of what its policy has (the form of bounds is
// [unsure]).
func printed(operator string, arguments []json.RawMessage) string {
	var b strings.Builder
	b.WriteByte('[')
	writeJSONString(&b, operator)
	for _, a := range arguments {
		b.WriteString(", ")
		b.Write(a)
	}
	b.WriteByte(']')
	return b.String()
}

// holds says whether the form meets the condition. A field that occurs several
// times must meet it each time, so that it does not matter which one a reader
// of the form picks.
func (c condition) holds(f Form, bucket string) bool {
	if c.never != "" {
		return false
	}
	if strings.EqualFold(c.field, "bucket") {
		return c.matches(bucket)
	}
	found := false
	for _, field := range f {
		if !strings.EqualFold(field.Name, c.field) {
			continue
		}
		if found = true; !c.matches(field.Value) {
			return false
		}
	}
	return found || c.operator == "starts-with" && c.value == ""
}

func (c condition) matches(got string) bool {
	if c.operator == "eq" {
		return got == c.value
	}
	if !strings.EqualFold(c.field, "content-type") {
		return strings.HasPrefix(got, c.value)
	}
	// "Content-Type values for a starts-with condition that include commas
	// are interpreted as lists": each must meet it.
	for one := range strings.SplitSeq(got, ",") {
		if !strings.HasPrefix(strings.TrimLeft(one, " "), c.value) {
			return false
		}
	}
	return true
}

// wanted is the value, or how it is to begin.
func (c condition) wanted() string {
	if c.never != "" {
		return ""
	}
	if c.operator == "eq" {
		return c.value
	}
	return c.value + "..."
}

// seen is the first value that does not match; empty: the form has no such field.
func (c condition) seen(f Form, bucket string) string {
	if c.never != "" {
		return ""
	}
	if strings.EqualFold(c.field, "bucket") {
		return bucket
	}
	for _, field := range f {
		if strings.EqualFold(field.Name, c.field) && !c.matches(field.Value) {
			return field.Value
		}
	}
	return ""
}

// String is the condition as S3 prints it when it fails: always as a list.
func (c condition) String() string {
	if c.never != "" {
		return c.never
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, s := range [...]string{c.operator, "$" + c.field, c.value} {
		if i > 0 {
			b.WriteString(", ")
		}
		writeJSONString(&b, s)
	}
	b.WriteByte(']')
	return b.String()
}

// writeJSONString leaves <, > and & as they are, unlike json.Marshal.
func writeJSONString(b *strings.Builder, s string) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(s) == nil {
		b.WriteString(strings.TrimSuffix(text.String(), "\n"))
	}
}

// uncovered are the fields that no condition needs to cover: the file, the
// policy, the signature, and what a form asks S3 to ignore.
func uncovered(name string) bool {
	switch name = strings.ToLower(name); name {
	case "file", "policy", "signature", "awsaccesskeyid", "x-amz-signature":
		return true
	default:
		return strings.HasPrefix(name, "x-ignore-")
	}
}

func (p *PostPolicy) covers(name string) bool {
	for _, c := range p.conditions {
		if strings.EqualFold(c.field, name) {
			return true
		}
	}
	return false
}
