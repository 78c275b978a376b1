package controls

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const organizationWorld = `
    accounts:
      123456789012:
        name: workload
        users:
          my-user: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
      999999999999:
        name: management
        users:
          nobody: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
    callers:
      app: {account: 123456789012, user: my-user}
      admin: {account: 999999999999, root: true}
      nobody: {account: 999999999999, user: nobody}
    organization:
      id: o-exampleorgid
      management_account: 999999999999
      scps:
        NoS3:
          id: p-1234567890
          description: No S3
          policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "s3:*", Resource: "*"}]}
      root:
        units:
          Workloads:
            scps: [FullAWSAccess, NoS3]
            accounts: {123456789012: {}}
    buckets:
      my-bucket: {owner: 123456789012, objects: {file.txt: {body: "hello\n"}}}
`

func canRead(t *testing.T, srv *emulatortest.Server, caller string) error {
	t.Helper()
	return get(sdkv2.S3(t, srv, caller), "file.txt")
}

func TestOrganizationPoliciesAreRead(t *testing.T) {
	t.Parallel()
	srv := start(t, organizationWorld)
	api := as(t, srv, "admin").organizations
	list, err := api.ListPolicies(ctx, &organizations.ListPoliciesInput{Filter: types.PolicyTypeServiceControlPolicy})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range list.Policies {
		names = append(names, *p.Name)
	}
	if !slices.Equal(names, []string{"FullAWSAccess", "NoS3"}) || *list.Policies[1].Id != "p-1234567890" || !list.Policies[0].AwsManaged {
		t.Errorf("got %q", names)
	}
	p, err := api.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: aws.String("p-1234567890")})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(*p.Policy.Content, `"Deny"`) || *p.Policy.PolicySummary.Description != "No S3" {
		t.Errorf("got %s", *p.Policy.Content)
	}
	at, err := api.ListTargetsForPolicy(ctx, &organizations.ListTargetsForPolicyInput{PolicyId: aws.String("p-1234567890")})
	if err != nil || len(at.Targets) != 1 || *at.Targets[0].Name != "Workloads" || at.Targets[0].Type != types.TargetTypeOrganizationalUnit {
		t.Errorf("got %+v, %v", at, err)
	}
	parents, err := api.ListParents(ctx, &organizations.ListParentsInput{ChildId: aws.String("123456789012")})
	if err != nil || *parents.Parents[0].Id != *at.Targets[0].TargetId {
		t.Errorf("got %+v, %v", parents, err)
	}
	accounts, err := api.ListAccounts(ctx, &organizations.ListAccountsInput{})
	if err != nil || len(accounts.Accounts) != 2 {
		t.Errorf("got %+v, %v", accounts, err)
	}
	own, err := as(t, srv, "app").organizations.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if err != nil || *own.Organization.Id != "o-exampleorgid" || *own.Organization.MasterAccountId != "999999999999" {
		t.Errorf("got %+v, %v", own, err)
	}
	rcps, err := api.ListPoliciesForTarget(ctx, &organizations.ListPoliciesForTargetInput{TargetId: aws.String("123456789012"), Filter: types.PolicyTypeResourceControlPolicy})
	if err != nil || len(rcps.Policies) != 1 || *rcps.Policies[0].Id != "p-RCPFullAWSAccess" {
		t.Errorf("got %+v, %v", rcps, err)
	}
}

// Each way to take an SCP out of the way lets the member account read again.
func TestOrganizationPoliciesAreChanged(t *testing.T) {
	t.Parallel()
	srv := start(t, organizationWorld)
	api := as(t, srv, "admin").organizations
	refusedWith(t, canRead(t, srv, "app"), "AccessDenied")
	listed, err := api.ListTargetsForPolicy(ctx, &organizations.ListTargetsForPolicyInput{PolicyId: aws.String("p-1234567890")})
	if err != nil {
		t.Fatal(err)
	}
	unit := listed.Targets[0].TargetId
	for name, cure := range map[string]func() error{
		"detached": func() error {
			_, err := api.DetachPolicy(ctx, &organizations.DetachPolicyInput{PolicyId: aws.String("p-1234567890"), TargetId: unit})
			return err
		},
		"rewritten": func() error {
			_, err := api.UpdatePolicy(ctx, &organizations.UpdatePolicyInput{
				PolicyId: aws.String("p-1234567890"), Name: aws.String("NoSQS"),
				Content: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}`),
			})
			return err
		},
	} {
		if err := srv.Reset(); err != nil {
			t.Fatal(err)
		}
		refusedWith(t, canRead(t, srv, "app"), "AccessDenied")
		if err := cure(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := canRead(t, srv, "app"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOrganizationPoliciesAreMade(t *testing.T) {
	t.Parallel()
	srv := start(t, organizationWorld)
	api := as(t, srv, "admin").organizations
	made, err := api.CreatePolicy(ctx, &organizations.CreatePolicyInput{
		Name: aws.String("Outside"), Description: aws.String(""), Type: types.PolicyTypeResourceControlPolicy,
		Content: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	id := made.Policy.PolicySummary.Id
	attach := &organizations.AttachPolicyInput{PolicyId: id, TargetId: aws.String("123456789012")}
	if _, err := api.AttachPolicy(ctx, attach); err != nil {
		t.Fatal(err)
	}
	_, err = api.AttachPolicy(ctx, attach)
	var twice *types.DuplicatePolicyAttachmentException
	if !errors.As(err, &twice) {
		t.Errorf("attached twice: %v", err)
	}
	_, err = api.DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: id})
	var used *types.PolicyInUseException
	if !errors.As(err, &used) {
		t.Errorf("deleted in use: %v", err)
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	attached, err := api.ListPoliciesForTarget(ctx, &organizations.ListPoliciesForTargetInput{TargetId: aws.String("123456789012"), Filter: types.PolicyTypeResourceControlPolicy})
	if err != nil || len(attached.Policies) != 2 {
		t.Errorf("a patch lost the attachment: %+v, %v", attached, err)
	}
	if _, err := api.DetachPolicy(ctx, &organizations.DetachPolicyInput{PolicyId: id, TargetId: aws.String("123456789012")}); err != nil {
		t.Error(err)
	}
	if _, err := api.DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: id}); err != nil {
		t.Error(err)
	}
}

func TestOrganizationsRefuse(t *testing.T) {
	t.Parallel()
	srv := start(t, organizationWorld)
	api := as(t, srv, "admin").organizations
	content := aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`)
	for _, test := range []struct {
		name, code string
		call       func() error
	}{
		{"a member account", "AccessDeniedException", func() error {
			_, err := as(t, srv, "app").organizations.ListPolicies(ctx, &organizations.ListPoliciesInput{Filter: types.PolicyTypeServiceControlPolicy})
			return err
		}},
		{"without permission", "AccessDeniedException", func() error {
			_, err := as(t, srv, "nobody").organizations.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: aws.String("p-1234567890")})
			return err
		}},
		{"no such policy", "PolicyNotFoundException", func() error {
			_, err := api.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: aws.String("p-nothing12")})
			return err
		}},
		{"no such target", "TargetNotFoundException", func() error {
			_, err := api.AttachPolicy(ctx, &organizations.AttachPolicyInput{PolicyId: aws.String("p-1234567890"), TargetId: aws.String("111122223333")})
			return err
		}},
		{"no such type", "InvalidInputException", func() error {
			_, err := api.ListPolicies(ctx, &organizations.ListPoliciesInput{Filter: "EVERYTHING"})
			return err
		}},
		{"a bad token", "InvalidInputException", func() error {
			_, err := api.ListAccounts(ctx, &organizations.ListAccountsInput{NextToken: aws.String("x")})
			return err
		}},
		{"a bad policy", "MalformedPolicyDocumentException", func() error {
			_, err := api.CreatePolicy(ctx, &organizations.CreatePolicyInput{Name: aws.String("Bad"), Description: aws.String(""), Type: types.PolicyTypeServiceControlPolicy, Content: aws.String(`{"Statement":{}}`)})
			return err
		}},
		{"a name that is taken", "DuplicatePolicyException", func() error {
			_, err := api.CreatePolicy(ctx, &organizations.CreatePolicyInput{Name: aws.String("NoS3"), Description: aws.String(""), Type: types.PolicyTypeServiceControlPolicy, Content: content})
			return err
		}},
		{"the last policy", "ConstraintViolationException", func() error {
			_, err := api.DetachPolicy(ctx, &organizations.DetachPolicyInput{PolicyId: aws.String("p-FullAWSAccess"), TargetId: aws.String("123456789012")})
			return err
		}},
		{"what is not attached", "PolicyNotAttachedException", func() error {
			_, err := api.DetachPolicy(ctx, &organizations.DetachPolicyInput{PolicyId: aws.String("p-1234567890"), TargetId: aws.String("123456789012")})
			return err
		}},
	} {
		t.Run(test.name, func(t *testing.T) { refusedWith(t, test.call(), test.code) })
	}
	alone := start(t, strings.SplitN(organizationWorld, "    organization:", 2)[0])
	_, err := as(t, alone, "app").organizations.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	refusedWith(t, err, "AWSOrganizationsNotInUseException")
}
