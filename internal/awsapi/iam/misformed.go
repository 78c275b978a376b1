package iam

import (
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/form"
	"github.com/s3fault/s3fault/internal/world"
)

// What IAM says itself of a text that has not the form of its model, by the pattern there,
// and of one parameter by its name (control-apis.md F6). [unsure: a path of a policy, a
// marker, the trust policy of a role]
const (
	namePattern         = `[\w+=,.@-]+`
	pathPattern         = `(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`
	policyPathPattern   = `((/[A-Za-z0-9\.,\+@=_-]+)*)/`
	prefixPattern       = `\u002F[\u0021-\u007F]*`
	documentPattern     = `[\u0009\u000A\u000D\u0020-\u00FF]+`
	markerPattern       = `[\u0020-\u00FF]+`
	slashed             = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
	printable           = "It must contain only printable ASCII characters."
	accessKeyIDElements = "It must contain only alphanumeric characters."
)

var ownWords = map[string]string{
	namePattern:       "It must contain only alphanumeric characters and/or the following: +=,.@_-",
	pathPattern:       slashed,
	policyPathPattern: slashed,
	prefixPattern:     "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
	documentPattern:   printable,
	markerPattern:     printable,
}

// misformed refuses parameters that are not as the model has them. Since 2024 IAM tells no
// values, and no enumerations (control-apis.md F2).
func misformed(c *awsapi.Call, broken []form.Broken) *awsapi.Error {
	said := make([]form.Broken, len(broken))
	for i, b := range broken {
		if own := ownWord(b); own != "" {
			return awsapi.Refuse("ValidationError", "The specified value for %s is invalid. %s", b.Path, own)
		}
		said[i] = b
		if c.State().Answers.Has(world.IAMFormsStrict) {
			said[i] = discreet(b)
		}
		if b.Member == "MaxItems" {
			said[i] = b
			said[i].Must = "Member must have value between 1 and " + decimal(mostItems)
		}
	}
	return awsapi.Refuse("ValidationError", "%s", form.Sentence(said))
}

// ownWord is what IAM says itself; empty: what all services say.
func ownWord(b form.Broken) string {
	switch {
	case b.Rule != form.Pattern || strings.Contains(b.Path, ".member."):
		return ""
	case b.Member == "AccessKeyId":
		return accessKeyIDElements
	}
	return ownWords[b.Type.Pattern]
}

// discreet is a broken constraint without the value and without the enumeration.
func discreet(b form.Broken) form.Broken {
	b.Hidden = true
	switch b.Rule {
	case form.Enum:
		b.Must, _, _ = strings.Cut(b.Must, ":")
	case form.Element:
		b.Must = strings.TrimSuffix(b.Must, "]") + ", Member must not be null]"
	}
	return b
}
