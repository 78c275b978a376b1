package iam

import (
	"fmt"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/policy"
)

type contextKeysInput struct {
	PolicyInputList []string `aws:",required"`
}

type principalKeysInput struct {
	PolicySourceArn string `aws:",required"`
	PolicyInputList []string
}

type contextKeysOutput struct {
	ContextKeyNames awsapi.List[string]
}

func checkPrincipalKeys(c *awsapi.Call, in *principalKeysInput) ([]*authz.Request, error) {
	if _, _, err := sourceOf(in.PolicySourceArn); err != nil {
		return nil, err
	}
	return c.Ask(in.PolicySourceArn)
}

// principalKeys tells which condition keys the policies of a user, role or group,
// and those of the call, ask for.
func principalKeys(c *awsapi.Call, in *principalKeysInput) (*contextKeysOutput, error) {
	found, err := sourceAt(c, in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	return keysOf(sources(account(c), found), in.PolicyInputList)
}

func customKeys(c *awsapi.Call, in *contextKeysInput) (*contextKeysOutput, error) {
	return keysOf(nil, in.PolicyInputList)
}

func keysOf(policies []authz.Named, documents []string) (*contextKeysOutput, error) {
	for at, document := range documents {
		p, err := inputPolicy(document, fmt.Sprintf("PolicyInputList.%d", at+1), policy.Rules{Kind: policy.Identity, MaxSize: maxInline})
		if err != nil {
			return nil, err
		}
		policies = append(policies, *p)
	}
	keys := map[string]bool{}
	for _, p := range policies {
		for _, key := range conditionKeys(p.Policy) {
			keys[key] = true
		}
	}
	return &contextKeysOutput{slices.Sorted(maps.Keys(keys))}, nil
}
