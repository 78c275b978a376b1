package iam

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// boundaryAt is the managed policy that is to bound a user or role; an empty ARN is
// none.
func boundaryAt(c *awsapi.Call, arn string) (*authz.Named, *awsapi.Error) {
	if arn == "" {
		return nil, nil
	}
	if p := account(c).ManagedPolicyAt(arn); p != nil {
		return p, nil
	}
	return nil, noSuchEntity("Scope ARN: %s does not exist or is not attachable.", arn)
}
