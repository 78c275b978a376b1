package organizations

import (
	"slices"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type policyTypeSummary struct {
	Type   world.PolicyType
	Status string
}

// enabled are the policy types that the organization has turned on. SCPs and RCPs are
// always.
func enabled(o *world.Organization) []policyTypeSummary {
	types := []policyTypeSummary{{world.TypeSCP, "ENABLED"}, {world.TypeRCP, "ENABLED"}}
	if o.S3Enabled {
		types = append(types, policyTypeSummary{world.TypeS3, "ENABLED"})
	}
	return types
}

type organizationDetail struct {
	Id                   string
	Arn                  string
	FeatureSet           string
	MasterAccountArn     string
	MasterAccountId      string
	MasterAccountEmail   string
	AvailablePolicyTypes []policyTypeSummary
}

type describeOrganizationOutput struct{ Organization organizationDetail }

// describeOrganization answers every account of the organization.
func describeOrganization(c *awsapi.Call, _ *awsapi.Nothing) (*describeOrganizationOutput, error) {
	o, err := organization(c)
	if err != nil {
		return nil, err
	}
	master, err := target(c.State(), o.ManagementAccount)
	if err != nil {
		return nil, err
	}
	return &describeOrganizationOutput{organizationDetail{
		o.ID, o.ARN(), "ALL", master.ARN, o.ManagementAccount, email(o.ManagementAccount), enabled(o),
	}}, nil
}

// email is an address for an account, in a domain that is nobody's (RFC 2606).
func email(account string) string { return "aws+" + account + "@example.com" }

type accountDetail struct {
	Id              string
	Arn             string
	Email           string
	Name            string
	Status          string
	State           string
	JoinedMethod    string
	JoinedTimestamp float64
}

// joined is when every account joined; nothing depends on it.
var joined = time.Date(2022, time.January, 1, 0, 0, 0, 0, time.UTC)

func accountOf(o *world.Organization, t world.Target) accountDetail {
	d := accountDetail{t.ID, t.ARN, email(t.ID), t.Name, "ACTIVE", "ACTIVE", "CREATED", awsapi.Epoch(joined)}
	if t.ID == o.ManagementAccount {
		d.JoinedMethod = "INVITED"
	}
	return d
}

type describeAccountInput struct {
	AccountId string `aws:",required"`
}

type describeAccountOutput struct{ Account accountDetail }

func checkAccount(c *awsapi.Call, in *describeAccountInput) ([]*authz.Request, error) {
	if t, err := target(c.State(), in.AccountId); err == nil {
		return c.Ask(t.ARN)
	}
	return c.Ask("*")
}

func describeAccount(c *awsapi.Call, in *describeAccountInput) (*describeAccountOutput, error) {
	t, err := target(c.State(), in.AccountId)
	if err != nil || t.Kind != world.TargetAccount {
		return nil, awsapi.Refuse("AccountNotFoundException", "You specified an account that doesn't exist.")
	}
	return &describeAccountOutput{accountOf(c.State().Organization, t)}, nil
}

type listAccountsOutput struct {
	Accounts  []accountDetail
	NextToken string `json:",omitempty"`
}

func listAccounts(c *awsapi.Call, in *pageInput) (*listAccountsOutput, error) {
	return accounts(c, in, func(world.Target) bool { return true })
}

func accounts(c *awsapi.Call, in *pageInput, which func(world.Target) bool) (*listAccountsOutput, error) {
	shown, next, err := paged(places(c, world.TargetAccount, which), in)
	if err != nil {
		return nil, err
	}
	out := &listAccountsOutput{Accounts: []accountDetail{}, NextToken: next}
	for _, t := range shown {
		out.Accounts = append(out.Accounts, accountOf(c.State().Organization, t))
	}
	return out, nil
}

// places are those of a kind.
func places(c *awsapi.Call, kind string, which func(world.Target) bool) []world.Target {
	return slices.DeleteFunc(c.State().Targets(), func(t world.Target) bool { return t.Kind != kind || !which(t) })
}

type parentInput struct {
	pageInput
	ParentId string `aws:",required"`
}

// below finds the parent, and says which places are right below it.
func (in *parentInput) below(c *awsapi.Call) (func(world.Target) bool, error) {
	if t, err := target(c.State(), in.ParentId); err != nil || t.Kind == world.TargetAccount {
		return nil, awsapi.Refuse("ParentNotFoundException", "You specified parent that doesn't exist.")
	}
	return func(t world.Target) bool { return t.Parent == in.ParentId }, nil
}

func listAccountsForParent(c *awsapi.Call, in *parentInput) (*listAccountsOutput, error) {
	below, err := in.below(c)
	if err != nil {
		return nil, err
	}
	return accounts(c, &in.pageInput, below)
}

type unitDetail struct {
	Id   string
	Arn  string
	Name string
}

type listUnitsOutput struct {
	OrganizationalUnits []unitDetail
	NextToken           string `json:",omitempty"`
}

func listUnitsForParent(c *awsapi.Call, in *parentInput) (*listUnitsOutput, error) {
	below, err := in.below(c)
	if err != nil {
		return nil, err
	}
	shown, next, err := paged(places(c, world.TargetUnit, below), &in.pageInput)
	if err != nil {
		return nil, err
	}
	out := &listUnitsOutput{OrganizationalUnits: []unitDetail{}, NextToken: next}
	for _, t := range shown {
		out.OrganizationalUnits = append(out.OrganizationalUnits, unitDetail{t.ID, t.ARN, t.Name})
	}
	return out, nil
}

type listParentsInput struct {
	pageInput
	ChildId string `aws:",required"`
}

type parent struct {
	Id   string
	Type string
}

type listParentsOutput struct {
	Parents   []parent
	NextToken string `json:",omitempty"`
}

func listParents(c *awsapi.Call, in *listParentsInput) (*listParentsOutput, error) {
	child, err := target(c.State(), in.ChildId)
	if err != nil || child.Parent == "" {
		return nil, awsapi.Refuse("ChildNotFoundException", "You specified an organizational unit or account that doesn't exist.")
	}
	above, err := target(c.State(), child.Parent)
	if err != nil {
		return nil, err
	}
	return &listParentsOutput{Parents: []parent{{above.ID, above.Kind}}}, nil
}

type rootDetail struct {
	Id          string
	Arn         string
	Name        string
	PolicyTypes []policyTypeSummary
}

type listRootsOutput struct {
	Roots     []rootDetail
	NextToken string `json:",omitempty"`
}

func listRoots(c *awsapi.Call, _ *pageInput) (*listRootsOutput, error) {
	out := &listRootsOutput{}
	for _, t := range places(c, world.TargetRoot, func(world.Target) bool { return true }) {
		out.Roots = append(out.Roots, rootDetail{t.ID, t.ARN, t.Name, enabled(c.State().Organization)})
	}
	return out, nil
}
