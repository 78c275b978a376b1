package iam

import (
	"cmp"
	"maps"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// The parameters of the calls about tags of managed policies.
type (
	tagPolicyInput struct {
		policyARN
		tagging
	}
	untagPolicyInput struct {
		policyARN
		untagging
	}
	listPolicyTagsInput struct {
		policyARN
		paging
	}
)

func checkTagPolicy(c *awsapi.Call, in *tagPolicyInput) ([]*authz.Request, error) {
	return askWith(c, &in.policyARN, awsapi.RequestTags(in.Tags))
}

func checkUntagPolicy(c *awsapi.Call, in *untagPolicyInput) ([]*authz.Request, error) {
	return askWith(c, &in.policyARN, []awsapi.Key{{Name: "aws:TagKeys", Values: in.TagKeys}})
}

// askWith is checkPolicy with the keys that the call gives.
func askWith(c *awsapi.Call, of *policyARN, keys []awsapi.Key) ([]*authz.Request, error) {
	questions, err := checkPolicy(c, of)
	for _, q := range questions {
		for _, k := range keys {
			q.Context.Set(k.Name, k.Values...)
		}
	}
	return questions, err
}

// editPolicyTags changes the tags of a policy of the account's own.
func editPolicyTags(
	c *awsapi.Call, arn string, change func(map[string]string) (map[string]string, error),
) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		p := a.ManagedPolicyAt(arn)
		if p == nil || a.ManagedPolicies[p.Name] == nil || a.ManagedPolicies[p.Name].ARN != arn {
			return nil, noSuchPolicy(c, arn, "Policy %s was not found.", arn)
		}
		d := *a.PolicyDetails[p.Name]
		tags, err := change(d.Tags)
		d.Tags = tags
		a.PolicyDetails = maps.Clone(a.PolicyDetails)
		a.PolicyDetails[p.Name] = &d
		next, failed := sealed(s.WithAccount(&a))
		return next, cmp.Or(err, failed)
	})
	return &awsapi.Nothing{}, err
}

func tagPolicy(c *awsapi.Call, in *tagPolicyInput) (*awsapi.Nothing, error) {
	return editPolicyTags(c, in.PolicyArn, func(had map[string]string) (map[string]string, error) {
		return tagged(had, in.Tags)
	})
}

func untagPolicy(c *awsapi.Call, in *untagPolicyInput) (*awsapi.Nothing, error) {
	return editPolicyTags(c, in.PolicyArn, func(had map[string]string) (map[string]string, error) {
		return untagged(had, in.TagKeys), nil
	})
}

func listPolicyTags(c *awsapi.Call, in *listPolicyTagsInput) (*tagsOutput, error) {
	p, err := policyAt(c, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	tags := tagList(account(c).DetailsOf(p).Tags)
	list, rest, err := page(c, in.paging, tags, func(t tag) string { return t.Key })
	return &tagsOutput{list, rest}, err
}
