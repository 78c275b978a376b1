package iam

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type detailsInput struct {
	Filter []string
	paging
}

type detailsOutput struct {
	UserDetailList  awsapi.List[userDetail]
	GroupDetailList awsapi.List[groupDetail]
	RoleDetailList  awsapi.List[roleDetail]
	Policies        awsapi.List[policyDetail]
	cut
}

type userDetail struct {
	Path                    string
	UserName                string
	UserId                  string
	Arn                     string
	CreateDate              string
	UserPolicyList          awsapi.List[policyText]
	GroupList               awsapi.List[string]
	AttachedManagedPolicies awsapi.List[attachedPolicy]
	PermissionsBoundary     *attachedBoundary
	Tags                    awsapi.List[tag]
}

type groupDetail struct {
	group
	GroupPolicyList         awsapi.List[policyText]
	AttachedManagedPolicies awsapi.List[attachedPolicy]
}

type roleDetail struct {
	Path                     string
	RoleName                 string
	RoleId                   string
	Arn                      string
	CreateDate               string
	AssumeRolePolicyDocument string `xml:",omitempty"`
	RolePolicyList           awsapi.List[policyText]
	AttachedManagedPolicies  awsapi.List[attachedPolicy]
	PermissionsBoundary      *attachedBoundary
	Tags                     awsapi.List[tag]
	InstanceProfileList      awsapi.List[instanceProfile]
	RoleLastUsed             *roleUse
}

type policyDetail struct {
	policyFacts
	PolicyVersionList awsapi.List[policyVersion]
}

// part is one thing to tell of: key orders them, filter is the value of Filter that it
// goes by.
type part struct {
	key, filter string
	tell        func(*awsapi.Call, *detailsOutput)
}

// getAuthorizationDetails tells all that IAM knows of who may do what in the account.
func getAuthorizationDetails(c *awsapi.Call, in *detailsInput) (*detailsOutput, error) {
	parts := slices.DeleteFunc(partsOf(account(c)), func(p part) bool {
		return len(in.Filter) > 0 && !slices.Contains(in.Filter, p.filter)
	})
	parts, rest, err := page(c, in.paging, parts, func(p part) string { return p.key })
	out := &detailsOutput{cut: rest}
	for _, p := range parts {
		p.tell(c, out)
	}
	return out, err
}

// partsOf is everybody, the account's policies, and those of AWS's that are in use.
// [unsure: in use]
func partsOf(a *world.Account) []part {
	var parts []part
	for _, i := range everybody(a) {
		tell := func(c *awsapi.Call, out *detailsOutput) { i.tell(c, a, out) }
		parts = append(parts, part{i.word + "/" + i.name, i.title, tell})
	}
	add := func(filter string, all map[string]*authz.Named, unused bool) {
		for _, p := range all {
			attached, bounds := usage(a, p.ARN)
			if unused || attached+bounds > 0 {
				tell := func(_ *awsapi.Call, out *detailsOutput) { out.Policies = append(out.Policies, detailOf(a, p)) }
				parts = append(parts, part{p.ARN, filter, tell})
			}
		}
	}
	add("LocalManagedPolicy", a.ManagedPolicies, true)
	add("AWSManagedPolicy", world.AWSManagedPolicies(), false)
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.key, b.key) })
	return parts
}

func (i *identity) tell(c *awsapi.Call, a *world.Account, out *detailsOutput) {
	var inline []policyText
	for _, p := range *i.inline {
		inline = append(inline, policyText{p.Name, escaped(p.Policy)})
	}
	switch i.kind {
	case users:
		u := a.Users[i.name]
		out.UserDetailList = append(out.UserDetailList, userDetail{
			i.path, i.name, i.id, i.arn, awsapi.ISO(i.created), inline, u.Groups, i.attached(a), describeBoundary(u.Boundary), tagList(u.Tags),
		})
	case groups:
		out.GroupDetailList = append(out.GroupDetailList, groupDetail{describeGroup(a.Groups[i.name]), inline, i.attached(a)})
	case roles:
		r := a.Roles[i.name]
		out.RoleDetailList = append(out.RoleDetailList, roleDetail{
			i.path, i.name, i.id, i.arn, awsapi.ISO(i.created), listedRole(r).AssumeRolePolicyDocument, inline, i.attached(a), describeBoundary(r.Boundary), tagList(r.Tags),
			profilesOf(a, r.Name), lastUseOf(c, r),
		})
	}
}

func detailOf(a *world.Account, p *authz.Named) policyDetail {
	d := a.DetailsOf(p)
	detail := policyDetail{policyFacts: policyFactsOf(a, p)}
	detail.Description = d.Description
	for at := range d.Versions {
		v := describeVersion(d, &d.Versions[at])
		v.Document = escaped(d.Versions[at].Policy)
		detail.PolicyVersionList = append(detail.PolicyVersionList, v)
	}
	return detail
}
