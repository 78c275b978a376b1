package advice

import (
	"fmt"
	"slices"
	"strings"
)

// negative are the operators that hold for all values but those that they list.
var negative = map[string]bool{
	"StringNotEquals": true, "StringNotEqualsIgnoreCase": true, "StringNotLike": true, "ArnNotEquals": true,
	"ArnNotLike": true, "NotIpAddress": true, "NumericNotEquals": true, "DateNotEquals": true,
}

// opposite are the operators by which a condition leaves a value out that another one has.
var opposite = map[string]string{
	"StringEquals": "StringNotEquals", "StringLike": "StringNotEquals",
	"StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
	"ArnEquals":              "ArnNotEquals", "ArnLike": "ArnNotEquals", "IpAddress": "NotIpAddress",
	"NumericEquals": "NumericNotEquals",
}

// byCondition leaves the question's value of one of the conditions out.
func (g *guard) byCondition() []cut {
	var all []cut
	for _, c := range g.conditions() {
		if v, ok := g.leavesOut(c); ok {
			all = append(all, v)
		}
	}
	return all
}

// leavesOut is the statement without the question's value for a condition. Of a value that
// is the only one the condition holds for nothing is left. A request without the key
// cannot be told from others by it: to except them all is no proposal, but one of the
// statements of an exact exception.
func (g *guard) leavesOut(c condition) (cut, bool) {
	base := c.base()
	v, has := g.asked.Context.Get(c.key)
	switch {
	case base == "Null", base == "Bool":
		return cut{none: true}, true
	case !has && (negative[base] || strings.HasSuffix(c.operator, "IfExists")):
		return cut{hidden: true, rest: g.where("Null", c.key, "false")}, true
	case !has:
		return cut{}, false
	case negative[base]:
		return cut{
			kind: byValue, rest: g.where(c.operator, c.key, v...),
			text: fmt.Sprintf("add %s to %s %s of %s", strings.Join(v, ", "), c.operator, c.key, g.in()),
		}, true
	case opposite[base] == "" || len(v) != 1:
		return cut{}, false
	case slices.Contains(c.values, v[0]):
		return g.unvalued(c, v[0]), true
	}
	return cut{
		kind: byValue, rest: g.where(opposite[base], c.key, v...),
		text: fmt.Sprintf("except %s from %s: %s %s", v[0], g.in(), opposite[base], c.key),
	}, true
}

// byObject leaves the object out that a KMS key is used for, or the bucket with a bucket key.
func (g *guard) byObject() []cut {
	v, ok := g.asked.Context.Get(keyUsedFor)
	if !ok || slices.ContainsFunc(g.conditions(), func(c condition) bool { return strings.EqualFold(c.key, keyUsedFor) }) {
		return nil
	}
	return []cut{{
		kind: "object", rest: g.where("StringNotEquals", keyUsedFor, v...),
		text: fmt.Sprintf("except %s from %s: StringNotEquals %s", v[0], g.in(), keyUsedFor),
	}}
}

// keyUsedFor is the part of the encryption context by which S3 tells KMS what it uses a key
// for (authorization.md 4).
const keyUsedFor = "kms:EncryptionContext:aws:s3:arn"

// unvalued takes a value out of the list of a condition.
func (g *guard) unvalued(c condition, value string) cut {
	rest := without(c.values, func(s string) bool { return s == value })
	if len(rest) == 0 {
		return cut{none: true}
	}
	conditions := statement(g.statement[conditionElement].(map[string]any))
	keys := statement(conditions[c.operator].(map[string]any)).having(c.key, values(rest))
	left := g.having(conditionElement, map[string]any(conditions.having(c.operator, map[string]any(keys))))
	return cut{
		kind: byValue, rest: left,
		text: fmt.Sprintf("take %s out of %s %s of %s", value, c.operator, c.key, g.in()),
	}
}
