package sigv4

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// PostPolicy is the policy of a POST form (S3 API Reference, "POST Policy").
type PostPolicy struct {
	Expiration time.Time
	conditions []condition

	ranged   bool
	min, max int64 // bytes, where ranged
}

// ParsePostPolicy reads a form's policy field. The refusals are those of
// an unreadable policy (s3-errors.md 1.4).
func ParsePostPolicy(encoded string) (*PostPolicy, error) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, &Error{Reason: PolicyNotBase64, Location: FormFields, Argument: "policy", Err: err}
	}
	properties, err := policyProperties(text)
	if err != nil {
		return nil, err
	}
	p := &PostPolicy{}
	if err := p.readExpiration(properties["expiration"]); err != nil {
		return nil, err
	}
	if err := p.readConditions(properties["conditions"]); err != nil {
		return nil, err
	}
	return p, nil
}

func policyError(reason Reason, value string) *Error {
	return &Error{Reason: reason, Location: FormFields, Argument: "policy", Value: value}
}

// policyProperties reads the object at the top. The first property that does
// not belong there, in the order written, is the one complained of.
func policyProperties(text []byte) (map[string]json.RawMessage, error) {
	if !json.Valid(text) {
		return nil, policyError(PolicyNotJSON, "")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, policyError(PolicyNotJSON, "")
	}
	properties := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, policyError(PolicyNotJSON, "")
		}
		if name != "expiration" && name != "conditions" {
			return nil, policyError(PolicyUnexpected, name)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, policyError(PolicyNotJSON, "")
		}
		properties[name] = value
	}
	return properties, nil
}

func (p *PostPolicy) readExpiration(raw json.RawMessage) error {
	if raw == nil {
		return policyError(PolicyExpirationMissing, "")
	}
	var sent string
	if err := json.Unmarshal(raw, &sent); err != nil {
		return policyError(PolicyExpirationInvalid, string(raw))
	}
	// The layout's missing fraction is no restriction: time.Parse reads one
	// where it stands, and S3 accepts milliseconds.
	t, err := time.Parse("2006-01-02T15:04:05Z", sent)
	if err != nil {
		return policyError(PolicyExpirationInvalid, sent)
	}
	p.Expiration = t
	return nil
}

func (p *PostPolicy) readConditions(raw json.RawMessage) error {
	if raw == nil {
		return policyError(PolicyConditionsMissing, "")
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || list == nil {
		return policyError(PolicyConditionsInvalid, "")
	}
	for _, entry := range list {
		if err := p.readCondition(entry); err != nil {
			return err
		}
	}
	return nil
}

func (p *PostPolicy) readCondition(raw json.RawMessage) error {
	switch raw[0] {
	case '{':
		return p.readSimple(raw)
	case '[':
		return p.readList(raw)
	}
	return policyError(PolicyConditionsInvalid, string(raw))
}

// readSimple reads {"field": "value"}, which is an eq.
func (p *PostPolicy) readSimple(raw json.RawMessage) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	var names []string
	var values []json.RawMessage
	for _, err := d.Token(); err == nil && d.More(); {
		var value json.RawMessage
		t, tokenErr := d.Token()
		name, ok := t.(string)
		if err = d.Decode(&value); tokenErr != nil || !ok || err != nil {
			return policyError(PolicyNotJSON, "")
		}
		names, values = append(names, name), append(values, value)
	}
	if len(names) != 1 {
		return policyError(PolicySimpleInvalid, "")
	}
	var value string
	if values[0][0] != '"' || json.Unmarshal(values[0], &value) != nil {
		return policyError(PolicyValueNotString, names[0])
	}
	p.conditions = append(p.conditions, condition{operator: "eq", field: names[0], value: value})
	return nil
}

// readList reads ["eq", "$field", "value"], ["starts-with", ...] and
// ["content-length-range", least, most]. Operators may be in any case.
func (p *PostPolicy) readList(raw json.RawMessage) error {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return policyError(PolicyNotJSON, "")
	}
	var operator string
	if len(list) == 0 || json.Unmarshal(list[0], &operator) != nil || operator == "" {
		return policyError(PolicyOperatorMissing, "")
	}
	switch operator = strings.ToLower(operator); operator {
	case "eq", "starts-with":
		return p.readMatch(operator, list[1:])
	case "content-length-range":
		return p.readRange(list[1:])
	}
	return policyError(PolicyOperatorUnknown, operator)
}

func (p *PostPolicy) readMatch(operator string, arguments []json.RawMessage) error {
	if len(arguments) != 2 {
		return policyError(PolicyArgumentsInvalid, operator)
	}
	var texts [2]string
	for i, a := range arguments {
		if a[0] != '"' || json.Unmarshal(a, &texts[i]) != nil {
			return policyError(PolicyValueNotString, operator)
		}
	}
	c := condition{operator: operator, value: texts[1]}
	var ok bool
	if c.field, ok = strings.CutPrefix(texts[0], "$"); !ok {
		c.never = printed(operator, arguments)
	}
	p.conditions = append(p.conditions, c)
	return nil
}

// readRange narrows the size: with several ranges, all must hold. The bounds
// may be numbers or digits in a string; another string is a condition that no form meets
// (recorded).
func (p *PostPolicy) readRange(arguments []json.RawMessage) error {
	if len(arguments) != 2 {
		return policyError(PolicyArgumentsInvalid, "content-length-range")
	}
	var bounds [2]int64
	for i, a := range arguments {
		digits := strings.Trim(string(a), `"`)
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil && a[0] == '"' {
			p.conditions = append(p.conditions, condition{never: printed("content-length-range", arguments)})
			return nil
		}
		if err != nil || n < 0 {
			return policyError(PolicyArgumentsInvalid, "content-length-range")
		}
		bounds[i] = n
	}
	if !p.ranged {
		p.ranged, p.max = true, math.MaxInt64
	}
	p.min, p.max = max(p.min, bounds[0]), min(p.max, bounds[1])
	return nil
}

// Check holds the form against the policy: its expiration, each condition in
// its order, then that each field is covered by one. The bucket is the one that
// the request names; it counts as a field. The size is CheckSize's.
func (p *PostPolicy) Check(f Form, bucket string, now time.Time) error {
	if now.After(p.Expiration) {
		e := policyError(PolicyExpired, "")
		e.ExpiresAt, e.ServerTime = p.Expiration, now.UTC()
		return e
	}
	for _, c := range p.conditions {
		if !c.holds(f, bucket) {
			e := policyError(PolicyConditionFailed, c.String())
			e.Wanted, e.Seen = c.wanted(), c.seen(f, bucket)
			if c.never == "" {
				e.Field = c.field
			}
			return e
		}
	}
	for _, field := range f {
		if !uncovered(field.Name) && !p.covers(field.Name) {
			return policyError(PolicyExtraField, field.Name)
		}
	}
	return nil
}

// MaxSize is the most bytes that the file may have, so that a reader can stop
// there; false where the policy sets no bound.
func (p *PostPolicy) MaxSize() (int64, bool) { return p.max, p.ranged }

// CheckSize holds the file's size in bytes against content-length-range. It
// may be called while the file is read, with final false: then only too large
// is known.
func (p *PostPolicy) CheckSize(size int64, final bool) error {
	switch {
	case !p.ranged:
		return nil
	case size > p.max:
		e := policyError(EntityTooLarge, "")
		e.Size, e.Limit = size, p.max
		return e
	case final && size < p.min:
		e := policyError(EntityTooSmall, "")
		e.Size, e.Limit = size, p.min
		return e
	}
	return nil
}
