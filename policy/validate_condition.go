package policy

import (
	"slices"
	"strings"
)

func (v *validation) conditions(s *statement, path string) {
	for i := range s.conditions {
		k := &s.conditions[i]
		at := path + "." + k.written + "." + k.key
		if v.dialect.keys != nil {
			v.dialect.keys(v, s, k, at)
		}
		v.conditionValues(k, at)
	}
}

// bucketKey refuses condition keys that S3 does not know, and those that the statement's actions never have. Keys
// that begin with aws: are taken as they come.
func bucketKey(v *validation, s *statement, k *condition, path string) {
	if strings.HasPrefix(k.folded, "aws:") {
		return
	}
	if !strings.HasPrefix(k.folded, "s3:") || !isKnownKey(k.folded) {
		v.report(Error{Path: path, Message: msgConditionKey, Detail: k.key, Nearest: NearestKey(k.key),
			phase: phaseCondition})
		return
	}
	if action, ok := s.refuses(k, v.rules.Bucket); ok {
		v.report(Error{Path: path, Message: msgConditionCombine, Detail: k.key + " is never sent with " + action,
			phase: phaseCondition})
	}
}

// refuses returns the action for which a condition key is refused. Each action that is listed by name must have the
// key; of those that a wildcard stands for, one that works on the statement's resources is enough.
func (s *statement) refuses(k *condition, bucket string) (string, bool) {
	if s.actions.not {
		return "", false
	}
	types := s.resourceTypes(bucket)
	for i := range s.actions.list {
		action := &s.actions.list[i]
		if !action.hasWildcards() {
			if _, ok := LookupAction(action.source); ok && KeyApplies(action.source, k.folded) == Refused {
				return action.source, true
			}
			continue
		}
		if action.fitsKnownAction("s3") && !action.someHas(k, types) {
			return action.source, true
		}
	}
	return "", false
}

func (p *pattern) someHas(k *condition, types *resourceTypes) bool {
	return slices.ContainsFunc(known().services["s3"], func(a Action) bool {
		return p.match(a.Name, nil) && (types == nil || a.on(*types)) && KeyApplies(a.Name, k.folded) != Refused
	})
}

// vendorKey asks for SERVICE:KEY; IAM does not check that the key exists.
func vendorKey(v *validation, _ *statement, k *condition, path string) {
	vendor, name, ok := strings.Cut(k.key, ":")
	if !ok || vendor == "" || name == "" {
		v.report(Error{Path: path, Message: v.vendorMessage(msgConditionKey), Detail: k.key,
			Nearest: NearestKey(k.key), phase: phaseCondition})
	}
}

// keyPolicyKey refuses condition keys that are for IAM policies alone, and a pair of the encryption context that the
// operator does not ask for (KMS Developer Guide, "ABAC condition keys for AWS KMS", "kms:EncryptionContext").
func keyPolicyKey(v *validation, _ *statement, k *condition, path string) {
	switch {
	case slices.Contains(notInKeyPolicies, keyFamily(k.folded)):
		v.report(Error{Path: path, Message: msgNotInKeyPolicy, Detail: k.key, phase: phaseCondition})
	case strings.HasPrefix(k.folded, kmsContext) && k.operator.quantifier == forAllValues:
		v.report(Error{Path: path, Message: msgContextForAll, Detail: k.key, phase: phaseCondition})
	}
}

var notInKeyPolicies = []string{"aws:resourcetag/", "kms:resourcetag/", "kms:resourcealiases"}

// conditionValues refuses values that are not of the operator's type. Parse keeps them; they compare true with
// nothing.
func (v *validation) conditionValues(k *condition, path string) {
	if len(k.wanted) == 0 && !v.brokenAt(path) {
		v.report(Error{Path: path, Message: msgSyntax, Detail: "no values", phase: phaseCondition})
	}
	valid, message := k.valueType()
	for _, text := range k.wanted {
		if !valid(text) {
			v.report(Error{Path: path, Message: message, Detail: text, phase: phaseCondition})
		}
	}
}

// valueType returns the check for the operator's type and S3's message for a value that fails it. Values with
// policy variables have the type that the variable comes to.
func (k *condition) valueType() (valid func(string) bool, message string) {
	switch t := k.test.(type) {
	case numericTest:
		return func(s string) bool { _, ok := parseDecimal(s); return ok }, msgSyntax
	case dateTest:
		return func(s string) bool { _, ok := parseInstant(s); return ok }, msgSyntax
	case ipTest:
		return func(s string) bool { _, ok := parseCIDR(s); return ok }, msgIPAddress
	case binaryTest:
		return isBase64, msgSyntax
	case nullTest:
		return func(s string) bool { _, ok := parseBool(s); return ok }, msgSyntax
	case boolTest:
		return func(s string) bool {
			_, ok := parseBool(s)
			return ok || k.variables && slices.ContainsFunc(t, func(p pattern) bool { return p.source == s && p.hasVariables() })
		}, msgSyntax
	}
	return func(string) bool { return true }, msgSyntax
}
