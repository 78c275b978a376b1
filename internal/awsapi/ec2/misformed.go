package ec2

import (
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/form"
)

// misformed refuses the first parameter that is not as the model has it, in EC2's own
// words. [unsure: those of an enumeration]
func misformed(_ *awsapi.Call, broken []form.Broken) *awsapi.Error {
	b := broken[0]
	value, bound := strings.Trim(b.Value, "'"), strings.TrimPrefix(b.Must, "Member must have")
	switch b.Rule {
	case form.Null:
		return awsapi.Refuse("MissingParameter", "The request must contain the parameter %s", b.Member)
	case form.Large, form.Small:
		return awsapi.Refuse("InvalidParameterValue", "Value ( %s ) for parameter %s is invalid. Expecting a%s.",
			value, b.Path, bound)
	}
	return awsapi.Refuse("InvalidParameterValue", "Value (%s) for parameter %s is invalid.", value, b.Path)
}
