package iam

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// policyText is an inline policy, policyName its name alone.
type (
	policyText struct {
		PolicyName     string `aws:",required"`
		PolicyDocument string `aws:",required"`
	}
	policyName struct {
		PolicyName string `aws:",required"`
	}
)

func (p policyText) text() policyText { return p }
func (p policyName) policy() string   { return p.PolicyName }

// The parameters of the calls about inline policies; the first three are also what
// they answer.
type (
	userPolicy struct {
		userName
		policyText
	}
	rolePolicy struct {
		roleName
		policyText
	}
	groupPolicy struct {
		groupName
		policyText
	}
	userPolicyRef struct {
		userName
		policyName
	}
	rolePolicyRef struct {
		roleName
		policyName
	}
	groupPolicyRef struct {
		groupName
		policyName
	}
	listUserInput struct {
		userName
		paging
	}
	listRoleInput struct {
		roleName
		paging
	}
	listGroupInput struct {
		groupName
		paging
	}
)

func (in listUserInput) part() paging  { return in.paging }
func (in listRoleInput) part() paging  { return in.paging }
func (in listGroupInput) part() paging { return in.paging }

// maxInline is the longest document that any inline policy can be (IAM API
// Reference, "PutUserPolicy"); the room of its holder is less.
const maxInline = 131072

func putInline[In interface {
	named
	text() policyText
}](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	text := (*in).text()
	p, err := readPolicy(identityPolicy(text.PolicyName, text.PolicyDocument), maxInline, "PolicySize")
	if err != nil {
		return nil, err
	}
	err = bind(c, in, func(_ *world.Account, i *identity) error {
		*i.inline = append(without(*i.inline, text.PolicyName), authz.Named{Name: text.PolicyName, Policy: p})
		slices.SortFunc(*i.inline, world.ByName)
		total := 0
		for _, p := range *i.inline {
			total += size(p.Policy.Source())
		}
		if total > i.room {
			return limitExceeded("Maximum policy size of %d bytes exceeded for %s %s", i.room, i.word, i.name)
		}
		return nil
	})
	return &awsapi.Nothing{}, err
}

// without is a new list of the policies but for one.
func without(all []authz.Named, name string) []authz.Named {
	return slices.DeleteFunc(slices.Clone(all), func(p authz.Named) bool { return p.Name == name })
}

func (i *identity) inlineNamed(name string) *authz.Named {
	for at := range *i.inline {
		if p := &(*i.inline)[at]; p.Name == name {
			return p
		}
	}
	return nil
}

// inlineText is the inline policy that a call asks for.
func inlineText[In interface {
	named
	policy() string
}](c *awsapi.Call, in *In) (policyText, error) {
	i, err := look(c, in)
	if err != nil {
		return policyText{}, err
	}
	name := (*in).policy()
	if p := i.inlineNamed(name); p != nil {
		return policyText{name, escaped(p.Policy)}, nil
	}
	return policyText{}, noInline(i, name)
}

func noInline(i *identity, name string) error {
	return noSuchEntity("The %s policy with name %s cannot be found.", i.word, name)
}

func getUserPolicy(c *awsapi.Call, in *userPolicyRef) (*userPolicy, error) {
	text, err := inlineText(c, in)
	return &userPolicy{in.userName, text}, err
}

func getRolePolicy(c *awsapi.Call, in *rolePolicyRef) (*rolePolicy, error) {
	text, err := inlineText(c, in)
	return &rolePolicy{in.roleName, text}, err
}

func getGroupPolicy(c *awsapi.Call, in *groupPolicyRef) (*groupPolicy, error) {
	text, err := inlineText(c, in)
	return &groupPolicy{in.groupName, text}, err
}

func deleteInline[In interface {
	named
	policy() string
}](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	err := bind(c, in, func(_ *world.Account, i *identity) error {
		name := (*in).policy()
		if i.inlineNamed(name) == nil {
			return noInline(i, name)
		}
		*i.inline = without(*i.inline, name)
		return nil
	})
	return &awsapi.Nothing{}, err
}

type policyNames struct {
	PolicyNames awsapi.List[string]
	cut
}

func listInline[In interface {
	named
	part() paging
}](c *awsapi.Call, in *In) (*policyNames, error) {
	i, err := look(c, in)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range *i.inline {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	list, rest, err := page(c, (*in).part(), names, func(n string) string { return n })
	return &policyNames{list, rest}, err
}
