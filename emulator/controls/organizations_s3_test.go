package controls

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	s3controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest"
)

const s3PolicyWorld = `
    accounts:
      999999999999: {}
      123456789012: {public_access_block: {block_public_acls: true}}
    callers:
      management: {account: 999999999999, root: true}
      member: {account: 123456789012, root: true}
    organization:
      id: o-exampleorgid
      management_account: 999999999999
      root: {accounts: {123456789012: {}}}
    buckets:
      my-bucket:
        owner: 123456789012
        public_access_block: none
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}
        objects: {file.txt: {body: "hello\n"}}
`

const blockAll = `{"s3_attributes":{"public_access_block_configuration":{"@@assign":"all"}}}`

func createS3Policy(t *testing.T, srv *emulatortest.Server, name, content string) (string, error) {
	t.Helper()
	out, err := as(t, srv, "management").organizations.CreatePolicy(ctx, &organizations.CreatePolicyInput{
		Name: &name, Description: aws.String(""), Type: types.PolicyTypeS3Policy, Content: &content,
	})
	if err != nil {
		return "", err
	}
	return *out.Policy.PolicySummary.Id, nil
}

// An S3 policy stands in the place of the account's own setting while it is attached.
func TestS3PolicyOfTheOrganization(t *testing.T) {
	t.Parallel()
	srv := start(t, s3PolicyWorld)
	api, account := as(t, srv, "management").organizations, aws.String("123456789012")
	control := s3controlAs(t, srv, "member", "", throughTo(srv))
	own := func() s3controltypes.PublicAccessBlockConfiguration {
		out, err := control.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: account})
		if err != nil {
			t.Fatal(err)
		}
		return *out.PublicAccessBlockConfiguration
	}
	if got := anonymously(t, srv); got != 200 {
		t.Fatalf("before: %d", got)
	}
	id, err := createS3Policy(t, srv, "NoPublic", blockAll)
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Patch(`{}`); err != nil { // the description keeps that the type is off
		t.Fatal(err)
	}
	at := &organizations.AttachPolicyInput{PolicyId: &id, TargetId: account}
	_, err = api.AttachPolicy(ctx, at)
	if off := new(types.PolicyTypeNotEnabledException); !errors.As(err, &off) {
		t.Errorf("the policy type is off: %v", err)
	}
	enableS3Policies(t, api)
	if _, err := api.AttachPolicy(ctx, at); err != nil {
		t.Fatal(err)
	}
	if got := anonymously(t, srv); got != 403 {
		t.Errorf("attached: %d", got)
	}
	if f := lastFinding(srv, authz.BlockPublicAccess); f.Part != authz.PartOrganization || f.Setting != authz.RestrictPublicBuckets {
		t.Errorf("%+v", f)
	}
	if c := own(); !*c.BlockPublicAcls || !*c.IgnorePublicAcls || !*c.BlockPublicPolicy || !*c.RestrictPublicBuckets {
		t.Errorf("in force: %+v", c)
	}
	_, err = control.PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{AccountId: account, PublicAccessBlockConfiguration: &s3controltypes.PublicAccessBlockConfiguration{}})
	refusedWith(t, err, "AccessDenied")
	if f := lastFinding(srv, authz.BlockPublicAccess); f.Part != authz.PartOrganization || f.Effect != authz.ExplicitDeny {
		t.Errorf("%+v", f)
	}
	_, err = control.DeletePublicAccessBlock(ctx, &s3control.DeletePublicAccessBlockInput{AccountId: account})
	refusedWith(t, err, "AccessDenied")
	if _, err := api.UpdatePolicy(ctx, &organizations.UpdatePolicyInput{PolicyId: &id, Content: aws.String(`{"s3_attributes":{"public_access_block_configuration":{"@@assign":"none"}}}`)}); err != nil {
		t.Fatal(err)
	}
	if c := own(); *c.BlockPublicAcls || anonymously(t, srv) != 200 {
		t.Errorf("none: %+v", c)
	}
	if _, err := api.DetachPolicy(ctx, &organizations.DetachPolicyInput{PolicyId: &id, TargetId: account}); err != nil {
		t.Fatal(err)
	}
	if c := own(); !*c.BlockPublicAcls || *c.RestrictPublicBuckets {
		t.Errorf("detached, the account's own is back: %+v", c)
	}
	if _, err := api.DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: &id}); err != nil {
		t.Error(err)
	}
}

// enableS3Policies turns the policy type on in the root, which can be done once.
func enableS3Policies(t *testing.T, api *organizations.Client) {
	t.Helper()
	roots, err := api.ListRoots(ctx, &organizations.ListRootsInput{})
	if err != nil {
		t.Fatal(err)
	}
	in := &organizations.EnablePolicyTypeInput{RootId: roots.Roots[0].Id, PolicyType: types.PolicyTypeS3Policy}
	out, err := api.EnablePolicyType(ctx, in)
	if err != nil || len(out.Root.PolicyTypes) != len(roots.Roots[0].PolicyTypes)+1 {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = api.EnablePolicyType(ctx, in)
	if twice := new(types.PolicyTypeAlreadyEnabledException); !errors.As(err, &twice) {
		t.Errorf("twice: %v", err)
	}
}

// lastFinding is what the layer said of the last request.
func lastFinding(srv *emulatortest.Server, l authz.Layer) authz.Finding {
	requests := srv.Requests()
	for _, d := range requests[len(requests)-1].Decisions {
		if i := slices.IndexFunc(d.Findings, func(f authz.Finding) bool { return f.Layer == l && f.Effect != authz.NotApplicable }); i >= 0 {
			return d.Findings[i]
		}
	}
	return authz.Finding{}
}

func TestS3PoliciesThatAreNone(t *testing.T) {
	t.Parallel()
	srv := start(t, s3PolicyWorld)
	for _, content := range []string{
		`{`, `{}`, `{"s3_attributes":{}}`, `{"s3_attributes":{"public_access_block_configuration":{"@@assign":"some"}}}`,
		`{"s3_attributes":{"public_access_block_configuration":"all"}}`, `{"s3_attributes":{"public_access_block_configuration":{"@@append":"all"}}}`,
		`{"s3_attributes":{"public_access_block_configuration":{"@@assign":"all","@@operators_allowed_for_child_policies":["@@some"]}}}`,
		blockAll + "{}", `{"Version":"2012-10-17","Statement":[]}`,
	} {
		_, err := createS3Policy(t, srv, "New", content)
		if malformed := new(types.MalformedPolicyDocumentException); !errors.As(err, &malformed) {
			t.Errorf("%s: %v", content, err)
		} else if want := "The provided policy document does not meet the requirements of the specified policy type."; malformed.ErrorMessage() != want {
			t.Errorf("%s: %q", content, malformed.ErrorMessage())
		}
	}
	if _, err := createS3Policy(t, srv, "New", blockAll); err != nil {
		t.Fatal(err)
	}
	_, err := createS3Policy(t, srv, "New", blockAll)
	if twice := new(types.DuplicatePolicyException); !errors.As(err, &twice) {
		t.Errorf("the name twice: %v", err)
	}
}

// Everybody is told what binds the own account, and the management account all of them.
func TestEffectivePolicyIsToldToItsAccount(t *testing.T) {
	t.Parallel()
	srv := start(t, s3PolicyWorld)
	if err := srv.Patch(`{"organization": {"s3_policies": {"NoPublic": {"policy": ` + blockAll + `}}, "root": {"s3_policies": ["NoPublic"]}}}`); err != nil {
		t.Fatal(err)
	}
	effective := func(caller, target string) error {
		in := &organizations.DescribeEffectivePolicyInput{PolicyType: types.EffectivePolicyTypeS3Policy}
		if target != "" {
			in.TargetId = &target
		}
		out, err := as(t, srv, caller).organizations.DescribeEffectivePolicy(ctx, in)
		if err == nil && *out.EffectivePolicy.PolicyContent != `{"s3_attributes":{"public_access_block_configuration":"all"}}` {
			t.Errorf("%s of %s: %s", caller, target, *out.EffectivePolicy.PolicyContent)
		}
		return err
	}
	for _, row := range [][2]string{{"member", ""}, {"member", "123456789012"}, {"management", ""}, {"management", "123456789012"}} {
		if err := effective(row[0], row[1]); err != nil {
			t.Errorf("%q: %v", row, err)
		}
	}
	refusedWith(t, effective("member", "999999999999"), "AccessDeniedException")
}

// Before there were S3 policies the type was unknown.
func TestS3PoliciesBefore(t *testing.T) {
	t.Parallel()
	srv := start(t, "    as_of: 2025-11-24\n"+s3PolicyWorld)
	_, err := createS3Policy(t, srv, "New", blockAll)
	refusedWith(t, err, "InvalidInputException")
	_, err = as(t, srv, "member").organizations.DescribeEffectivePolicy(ctx, &organizations.DescribeEffectivePolicyInput{PolicyType: types.EffectivePolicyTypeS3Policy})
	refusedWith(t, err, "InvalidInputException")
}
