package organizations

import (
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/form"
)

// refusal is one of the reasons for which Organizations refuses a value.
type refusal struct{ reason, message string }

// refusals are those of each rule of the model (Organizations API Reference,
// "InvalidInputException"; the message of a pattern is recorded: control-apis.md F8).
var refusals = map[form.Rule]refusal{
	form.Pattern: {"INVALID_PATTERN", "You provided a value that does not match the required pattern."},
	form.Long:    {"MAX_LENGTH_EXCEEDED", "You provided a string parameter that is longer than allowed."},
	form.Short:   {"MIN_LENGTH_EXCEEDED", "You provided a string parameter that is shorter than allowed."},
	form.Large:   {"MAX_VALUE_EXCEEDED", "You provided a numeric value that is larger than allowed."},
	form.Small:   {"MIN_VALUE_EXCEEDED", "You provided a numeric value that is smaller than allowed."},
	form.Enum:    {"INVALID_ENUM", "You specified an invalid value."},
	form.Element: {"INVALID_LIST_MEMBER", "You provided a list to a parameter that contains at least one invalid value."},
}

// misformed refuses the first parameter that is not as the model has it. Which types of
// policies there are depends on the day, and is looked at later.
func misformed(_ *awsapi.Call, broken []form.Broken) *awsapi.Error {
	for _, b := range broken {
		if b.Rule != form.Enum || b.Type.Name != "PolicyType" && b.Type.Name != "EffectivePolicyType" {
			return invalid(refusals[b.Rule].reason, "%s", refusals[b.Rule].message)
		}
	}
	return nil
}
