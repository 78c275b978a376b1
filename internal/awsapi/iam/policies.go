package iam

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// managedPolicy is a managed policy as IAM describes it.
type managedPolicy struct {
	policyFacts
	Tags *awsapi.List[tag] // nil: they are not told
}

type policyFacts struct {
	PolicyName                    string
	PolicyId                      string
	Arn                           string
	Path                          string
	DefaultVersionId              string
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `xml:",omitempty"`
	CreateDate                    string
	UpdateDate                    string
}

func describePolicy(a *world.Account, p *authz.Named) managedPolicy {
	details := a.DetailsOf(p)
	d := managedPolicy{policyFacts: policyFactsOf(a, p), Tags: new(tagList(details.Tags))}
	d.Description = details.Description
	return d
}

// policyFactsOf is a policy as listings have it, without description and tags.
func policyFactsOf(a *world.Account, p *authz.Named) policyFacts {
	d := a.DetailsOf(p)
	attached, bounds := usage(a, p.ARN)
	return policyFacts{
		PolicyName: p.Name, PolicyId: d.ID, Arn: p.ARN, Path: orRoot(d.Path), DefaultVersionId: versionID(d.Default),
		AttachmentCount: attached, PermissionsBoundaryUsageCount: bounds, IsAttachable: true,
		CreateDate: awsapi.ISO(d.Created), UpdateDate: awsapi.ISO(d.Updated),
	}
}

func versionID(number int) string { return "v" + decimal(number) }

// usage counts to how many users, roles and groups a policy is attached, and how
// many it bounds.
func usage(a *world.Account, arn string) (attached, bounds int) {
	for _, i := range everybody(a) {
		if i.has(a, arn) {
			attached++
		}
		if i.boundedBy(arn) {
			bounds++
		}
	}
	return attached, bounds
}

// everybody is the users, roles and groups of the account, each in order of name.
func everybody(a *world.Account) []*identity {
	var all []*identity
	for _, name := range slices.Sorted(maps.Keys(a.Users)) {
		all = append(all, ofUser(a.Users[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Roles)) {
		all = append(all, ofRole(a.Roles[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Groups)) {
		all = append(all, ofGroup(a.Groups[name]))
	}
	return all
}

func (i *identity) has(a *world.Account, arn string) bool {
	return slices.ContainsFunc(*i.managed, func(ref string) bool { return a.ManagedPolicy(ref).ARN == arn })
}

func (i *identity) boundedBy(arn string) bool {
	return i.boundary != nil && *i.boundary != nil && (*i.boundary).ARN == arn
}

// policyARN is the parameter that names a managed policy.
type policyARN struct {
	PolicyArn string `aws:",required"`
}

func (p policyARN) arn() string { return p.PolicyArn }

type ofPolicy interface{ arn() string }

// checkPolicy asks for the call's permission on a managed policy.
func checkPolicy[In ofPolicy](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	arn := (*in).arn()
	if err := parses(c, arn); err != nil {
		return nil, err
	}
	if p := account(c).ManagedPolicyAt(arn); p != nil {
		return c.Ask(arn, awsapi.ResourceTags(account(c).DetailsOf(p).Tags)...)
	}
	return c.Ask(arn)
}

// policyAt is the policy that a call is about.
func policyAt(c *awsapi.Call, arn string) (*authz.Named, error) {
	if p := account(c).ManagedPolicyAt(arn); p != nil {
		return p, nil
	}
	return nil, noSuchPolicy(c, arn, "Policy %s was not found.", arn)
}

type createPolicyInput struct {
	policyText
	Path        string
	Description string
	Tags        []tag
}

type policyOutput struct{ Policy managedPolicy }

func checkCreatePolicy(c *awsapi.Call, in *createPolicyInput) ([]*authz.Request, error) {
	return askNew(c, world.PolicyARN(c.CallerAccount(), in.Path, in.PolicyName), "iam:TagPolicy", in.Tags, awsapi.RequestTags(in.Tags))
}

// maxManaged is how many characters a managed policy may have (IAM User Guide, "IAM
// and AWS STS quotas").
const maxManaged = 6144

func createPolicy(c *awsapi.Call, in *createPolicyInput) (*policyOutput, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return nil, err
	}
	compiled, err := readPolicy(identityPolicy(in.PolicyName, in.PolicyDocument), maxManaged, "PolicySize")
	if err != nil {
		return nil, err
	}
	d := &world.PolicyDetails{Path: in.Path, ID: newID("ANPA"), Description: in.Description, Created: c.Now, Updated: c.Now, Tags: tags}
	var made managedPolicy
	if len(tags) > 0 {
		made.Tags = new(tagList(tags))
	}
	err = c.Change(func(s *world.State) (*world.State, error) {
		a := pinned(s.Account(c.CallerAccount()), in.PolicyName)
		if taken(a.ManagedPolicies, in.PolicyName) {
			return nil, alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", in.PolicyName)
		}
		a.ManagedPolicies, a.PolicyDetails = maps.Clone(a.ManagedPolicies), maps.Clone(a.PolicyDetails)
		a.ManagedPolicies[in.PolicyName] = &authz.Named{Name: in.PolicyName, Policy: compiled}
		a.PolicyDetails[in.PolicyName] = d
		next, err := sealed(s.WithAccount(a))
		if err == nil {
			now := next.Account(a.ID)
			// The description is not told, tags where there are any.
			made.policyFacts = policyFactsOf(now, now.ManagedPolicies[in.PolicyName])
		}
		return next, err
	})
	return &policyOutput{made}, err
}

// pinned is a copy of the account in which a policy of AWS's, that another is about
// to have the name of, is attached by its ARN.
func pinned(a *world.Account, name string) *world.Account {
	c := *a
	aws := world.AWSManagedPolicies()[name]
	if aws == nil || a.ManagedPolicies[name] != nil {
		return &c
	}
	c.Users, c.Roles, c.Groups = maps.Clone(a.Users), maps.Clone(a.Roles), maps.Clone(a.Groups)
	for who := range c.Users {
		c.Users = replaced(c.Users, who)
	}
	for who := range c.Roles {
		c.Roles = replaced(c.Roles, who)
	}
	for who := range c.Groups {
		c.Groups = replaced(c.Groups, who)
	}
	for _, i := range everybody(&c) {
		refs := slices.Clone(*i.managed)
		for at, ref := range refs {
			if ref == name {
				refs[at] = aws.ARN
			}
		}
		*i.managed = refs
	}
	return &c
}

func getPolicy(c *awsapi.Call, in *policyARN) (*policyOutput, error) {
	p, err := policyAt(c, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return &policyOutput{describePolicy(account(c), p)}, nil
}

type listPoliciesInput struct {
	Scope             string
	OnlyAttached      bool
	PathPrefix        string
	PolicyUsageFilter string
	paging
}

type listPoliciesOutput struct {
	Policies awsapi.List[managedPolicy]
	cut
}

func checkListPolicies(c *awsapi.Call, in *listPoliciesInput) ([]*authz.Request, error) {
	return c.Ask("arn:aws:iam::" + c.CallerAccount() + ":policy" + orRoot(in.PathPrefix))
}

func listPolicies(c *awsapi.Call, in *listPoliciesInput) (*listPoliciesOutput, error) {
	a := account(c)
	var list []managedPolicy
	if in.Scope != "AWS" {
		list = append(list, in.among(a, a.ManagedPolicies)...)
	}
	if in.Scope != "Local" {
		list = append(list, in.among(a, world.AWSManagedPolicies())...)
	}
	slices.SortFunc(list, func(a, b managedPolicy) int { return strings.Compare(a.Arn, b.Arn) })
	list, rest, err := page(c, in.paging, list, func(p managedPolicy) string { return p.Arn })
	return &listPoliciesOutput{list, rest}, err
}

// among is those policies that the listing is for.
func (in *listPoliciesInput) among(a *world.Account, all map[string]*authz.Named) []managedPolicy {
	var list []managedPolicy
	for _, p := range all {
		d := managedPolicy{policyFacts: policyFactsOf(a, p)}
		switch {
		case !strings.HasPrefix(d.Path, in.PathPrefix),
			in.OnlyAttached && d.AttachmentCount+d.PermissionsBoundaryUsageCount == 0,
			in.PolicyUsageFilter == "PermissionsPolicy" && d.AttachmentCount == 0,
			in.PolicyUsageFilter == "PermissionsBoundary" && d.PermissionsBoundaryUsageCount == 0:
			continue
		}
		list = append(list, d)
	}
	return list
}

// deletePolicy takes a policy that nobody has, with its only version.
func deletePolicy(c *awsapi.Call, in *policyARN) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a, p, err := lendPolicy(c, s, in.PolicyArn)
		if err != nil {
			return nil, err
		}
		switch attached, bounds := usage(a, p.ARN); {
		case attached+bounds > 0:
			return nil, deleteConflict("Cannot delete a policy attached to entities.")
		case len(a.PolicyDetails[p.Name].Versions) > 1:
			return nil, deleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
		}
		delete(a.ManagedPolicies, p.Name)
		delete(a.PolicyDetails, p.Name)
		return sealed(s.WithAccountAndCallers(a, s.CallersWithoutPolicy(a.ID, p.Name)))
	})
	return &awsapi.Nothing{}, err
}

// editPolicy changes a policy of the account's own, on a copy. change must put new
// slices and maps in the place of those there are.
func editPolicy(c *awsapi.Call, arn string, change func(*authz.Named, *world.PolicyDetails) error) error {
	return c.Change(func(s *world.State) (*world.State, error) {
		a, p, err := lendPolicy(c, s, arn)
		if err != nil {
			return nil, err
		}
		if err := change(p, a.PolicyDetails[p.Name]); err != nil {
			return nil, err
		}
		return sealed(s.WithAccount(a))
	})
}

// lendPolicy is a policy of the account's own, in a copy of the account in which it
// can be changed.
func lendPolicy(c *awsapi.Call, s *world.State, arn string) (*world.Account, *authz.Named, error) {
	a := *s.Account(c.CallerAccount())
	p := a.ManagedPolicyAt(arn)
	switch {
	case p == nil:
		return nil, nil, noSuchPolicy(c, arn, "Policy %s was not found.", arn)
	case a.ManagedPolicies[p.Name] != p:
		return nil, nil, awsapi.RefuseWith(403, "AccessDenied", "User: %s is not authorized to perform: iam:%s on resource: policy %s", c.Principal.ARN, c.Action.Name, arn)
	}
	a.ManagedPolicies, a.PolicyDetails = replaced(a.ManagedPolicies, p.Name), replaced(a.PolicyDetails, p.Name)
	return &a, a.ManagedPolicies[p.Name], nil
}
