package controls

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const (
	readOnlyARN = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	limitARN    = "arn:aws:iam::123456789012:policy/limit"
)

func TestIAMRoles(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	alice := as(t, srv, "alice")
	trusting := func(who string) *string {
		return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":"sts:AssumeRole"}]}`)
	}
	create := &iam.CreateRoleInput{RoleName: aws.String("Writer"), AssumeRolePolicyDocument: trusting("arn:aws:iam::123456789012:user/nobody"), MaxSessionDuration: aws.Int32(7200)}
	_, err := alice.iam.CreateRole(ctx, create)
	malformed := isA[*types.MalformedPolicyDocumentException](t, err)
	if want := `Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody"`; malformed.ErrorMessage() != want {
		t.Errorf("got %q, want %q", malformed.ErrorMessage(), want)
	}
	create.AssumeRolePolicyDocument = trusting("arn:aws:iam::123456789012:user/bob")
	made := must[*iam.CreateRoleOutput](t)(alice.iam.CreateRole(ctx, create)).Role
	if *made.Arn != "arn:aws:iam::123456789012:role/Writer" || !strings.HasPrefix(*made.RoleId, "AROA") || *made.MaxSessionDuration != 7200 {
		t.Errorf("made %+v", made)
	}
	assume := &sts.AssumeRoleInput{RoleArn: made.Arn, RoleSessionName: aws.String("today")}
	_, err = alice.sts.AssumeRole(ctx, assume)
	refusedWith(t, err, "AccessDenied")
	must[*iam.UpdateAssumeRolePolicyOutput](t)(alice.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: made.RoleName, PolicyDocument: trusting("123456789012")}))
	must[*iam.AttachRolePolicyOutput](t)(alice.iam.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: made.RoleName, PolicyArn: aws.String(readOnlyARN)}))
	session := asSession(srv, must[*sts.AssumeRoleOutput](t)(alice.sts.AssumeRole(ctx, assume)).Credentials)
	if err := get(session, "file.txt"); err != nil {
		t.Errorf("the new role's session: %v", err)
	}
	must[*iam.UpdateRoleOutput](t)(alice.iam.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: made.RoleName, Description: aws.String("writes"), MaxSessionDuration: aws.Int32(3600)}))
	got := must[*iam.GetRoleOutput](t)(alice.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: made.RoleName})).Role
	if text, err := url.PathUnescape(*got.AssumeRolePolicyDocument); err != nil || text != *trusting("123456789012") || *got.Description != "writes" || *got.MaxSessionDuration != 3600 {
		t.Errorf("got %+v", got)
	}
	_, err = alice.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: made.RoleName})
	isA[*types.DeleteConflictException](t, err)
	must[*iam.DetachRolePolicyOutput](t)(alice.iam.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: made.RoleName, PolicyArn: aws.String(readOnlyARN)}))
	refusedWith(t, get(session, "file.txt"), "AccessDenied")
	must[*iam.DeleteRoleOutput](t)(alice.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: made.RoleName}))
	refusedWith(t, get(session, "file.txt"), "InvalidAccessKeyId")
	if list := must[*iam.ListRolesOutput](t)(alice.iam.ListRoles(ctx, &iam.ListRolesInput{})).Roles; len(list) != 1 || *list[0].RoleName != "Reader" {
		t.Errorf("listed %+v", list)
	}
}

func TestIAMRoleRefuses(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	trust := aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`)
	_, err := client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("reader"), AssumeRolePolicyDocument: trust})
	isA[*types.EntityAlreadyExistsException](t, err)
	_, err = client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: trust, MaxSessionDuration: aws.Int32(60)})
	refusedWith(t, err, "ValidationError")
	long := aws.String(strings.Replace(*trust, `"*"`, `"`+strings.Repeat("1", 2048)+`"`, 1))
	_, err = client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: long})
	isA[*types.LimitExceededException](t, err)
	_, err = client.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String("nobody")})
	isA[*types.NoSuchEntityException](t, err)
	_, err = client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("Reader"), PolicyDocument: aws.String(allowS3)})
	isA[*types.MalformedPolicyDocumentException](t, err)
}

func TestIAMGroups(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	name, carol := aws.String("readers"), aws.String("carol")
	made := must[*iam.CreateGroupOutput](t)(client.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: name, Path: aws.String("/team/")})).Group
	if *made.Arn != "arn:aws:iam::123456789012:group/team/readers" || !strings.HasPrefix(*made.GroupId, "AGPA") {
		t.Errorf("made %+v", made)
	}
	must[*iam.AddUserToGroupOutput](t)(client.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: name, UserName: carol}))
	reads(t, srv, "carol", false)
	must[*iam.AttachGroupPolicyOutput](t)(client.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: name, PolicyArn: aws.String(readOnlyARN)}))
	reads(t, srv, "carol", true)
	must[*iam.PutGroupPolicyOutput](t)(client.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: name, PolicyName: aws.String("deny"), PolicyDocument: aws.String(denyS3)}))
	reads(t, srv, "carol", false)
	must[*iam.DeleteGroupPolicyOutput](t)(client.DeleteGroupPolicy(ctx, &iam.DeleteGroupPolicyInput{GroupName: name, PolicyName: aws.String("deny")}))
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	reads(t, srv, "carol", true)
	members := must[*iam.GetGroupOutput](t)(client.GetGroup(ctx, &iam.GetGroupInput{GroupName: name}))
	if len(members.Users) != 1 || *members.Users[0].UserName != "carol" || *members.Group.GroupId != *made.GroupId {
		t.Errorf("got %+v", members)
	}
	of := must[*iam.ListGroupsForUserOutput](t)(client.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: carol}))
	if len(of.Groups) != 1 || *of.Groups[0].GroupName != "readers" {
		t.Errorf("carol is in %+v", of.Groups)
	}
	_, err := client.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: name})
	isA[*types.DeleteConflictException](t, err)
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: carol})
	isA[*types.DeleteConflictException](t, err)
	must[*iam.RemoveUserFromGroupOutput](t)(client.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{GroupName: name, UserName: carol}))
	reads(t, srv, "carol", false)
	_, err = client.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: name})
	isA[*types.DeleteConflictException](t, err)
	must[*iam.DetachGroupPolicyOutput](t)(client.DetachGroupPolicy(ctx, &iam.DetachGroupPolicyInput{GroupName: name, PolicyArn: aws.String(readOnlyARN)}))
	must[*iam.DeleteGroupOutput](t)(client.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: name}))
	_, err = client.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: name, UserName: carol})
	isA[*types.NoSuchEntityException](t, err)
}

// A managed policy's version in force counts wherever the policy is.
func TestIAMManagedPolicies(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	made := must[*iam.CreatePolicyOutput](t)(client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("mine"), Path: aws.String("/team/"), PolicyDocument: aws.String(allowS3), Description: aws.String("all of S3")})).Policy
	if *made.Arn != "arn:aws:iam::123456789012:policy/team/mine" || *made.DefaultVersionId != "v1" || !strings.HasPrefix(*made.PolicyId, "ANPA") {
		t.Errorf("made %+v", made)
	}
	carol := aws.String("carol")
	must[*iam.AttachUserPolicyOutput](t)(client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: carol, PolicyArn: made.Arn}))
	reads(t, srv, "carol", true)
	version := must[*iam.CreatePolicyVersionOutput](t)(client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: made.Arn, PolicyDocument: aws.String(denyS3)})).PolicyVersion
	reads(t, srv, "carol", true)
	must[*iam.SetDefaultPolicyVersionOutput](t)(client.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: made.Arn, VersionId: version.VersionId}))
	reads(t, srv, "carol", false)
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	reads(t, srv, "carol", false)
	got := must[*iam.GetPolicyVersionOutput](t)(client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: made.Arn, VersionId: aws.String("v1")})).PolicyVersion
	if text, err := url.PathUnescape(*got.Document); err != nil || text != allowS3 || got.IsDefaultVersion {
		t.Errorf("v1 is %+v", got)
	}
	_, err := client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: made.Arn})
	isA[*types.DeleteConflictException](t, err)
	who := must[*iam.ListEntitiesForPolicyOutput](t)(client.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: made.Arn}))
	if len(who.PolicyUsers) != 1 || *who.PolicyUsers[0].UserName != "carol" || len(who.PolicyRoles)+len(who.PolicyGroups) != 0 {
		t.Errorf("it is attached to %+v", who)
	}
	must[*iam.DetachUserPolicyOutput](t)(client.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: carol, PolicyArn: made.Arn}))
	_, err = client.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: carol, PolicyArn: made.Arn})
	isA[*types.NoSuchEntityException](t, err)
	_, err = client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: made.Arn})
	isA[*types.DeleteConflictException](t, err)
	_, err = client.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: made.Arn, VersionId: version.VersionId})
	isA[*types.DeleteConflictException](t, err)
	must[*iam.DeletePolicyVersionOutput](t)(client.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: made.Arn, VersionId: aws.String("v1")}))
	must[*iam.DeletePolicyOutput](t)(client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: made.Arn}))
	_, err = client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: made.Arn})
	isA[*types.NoSuchEntityException](t, err)
}

func TestIAMPolicyVersions(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	add := func() (string, error) {
		made, err := client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: aws.String(limitARN), PolicyDocument: aws.String(allowS3), SetAsDefault: true})
		if err != nil {
			return "", err
		}
		return *made.PolicyVersion.VersionId, nil
	}
	for n := 2; n <= 5; n++ {
		if got := must[string](t)(add()); got != fmt.Sprintf("v%d", n) {
			t.Errorf("version %d is called %s", n, got)
		}
	}
	_, err := add()
	isA[*types.LimitExceededException](t, err)
	must[*iam.DeletePolicyVersionOutput](t)(client.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: aws.String(limitARN), VersionId: aws.String("v4")}))
	if got := must[string](t)(add()); got != "v6" {
		t.Errorf("a number is used again: %s", got)
	}
	var names []string
	pages := iam.NewListPolicyVersionsPaginator(client, &iam.ListPolicyVersionsInput{PolicyArn: aws.String(limitARN), MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		for _, v := range must[*iam.ListPolicyVersionsOutput](t)(pages.NextPage(ctx)).Versions {
			names = append(names, *v.VersionId)
			if v.IsDefaultVersion != (*v.VersionId == "v6") {
				t.Errorf("%s is the default: %v", *v.VersionId, v.IsDefaultVersion)
			}
		}
	}
	if strings.Join(names, " ") != "v6 v5 v3 v2 v1" {
		t.Errorf("listed %v", names)
	}
}

// A boundary limits from the next request on, and follows its policy's versions.
func TestIAMBoundaries(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	bob := aws.String("bob")
	put := func(arn string) error {
		_, err := client.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: bob, PermissionsBoundary: &arn})
		return err
	}
	isA[*types.NoSuchEntityException](t, put("arn:aws:iam::123456789012:policy/nothing"))
	if err := put(limitARN); err != nil {
		t.Fatal(err)
	}
	refused := refusedWith(t, get(sdkv2.S3(t, srv, "bob"), "file.txt"), "AccessDenied")
	if !strings.Contains(refused.ErrorMessage(), "because no permissions boundary allows the s3:GetObject action") {
		t.Errorf("got %q", refused.ErrorMessage())
	}
	_, err := client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String(limitARN)})
	isA[*types.DeleteConflictException](t, err)
	must[*iam.CreatePolicyVersionOutput](t)(client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: aws.String(limitARN), PolicyDocument: aws.String(allowS3), SetAsDefault: true}))
	reads(t, srv, "bob", true)
	if err := put(readOnlyARN); err != nil {
		t.Fatal(err)
	}
	must[*iam.DeleteUserPermissionsBoundaryOutput](t)(client.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: bob}))
	role := aws.String("Reader")
	reads(t, srv, "reader", true)
	must[*iam.PutRolePermissionsBoundaryOutput](t)(client.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: role, PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/IAMFullAccess")}))
	reads(t, srv, "reader", false)
	must[*iam.DeleteRolePermissionsBoundaryOutput](t)(client.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: role}))
	reads(t, srv, "reader", true)
}

func TestIAMAttachments(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	eve := aws.String("eve")
	attach := func(caller *iam.Client, arn string) error {
		_, err := caller.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: eve, PolicyArn: &arn})
		return err
	}
	dora := as(t, srv, "dora").iam
	if err := attach(dora, readOnlyARN); err != nil {
		t.Errorf("what iam:PolicyARN allows: %v", err)
	}
	refusedWith(t, attach(dora, limitARN), "AccessDenied")
	isA[*types.NoSuchEntityException](t, attach(client, "arn:aws:iam::123456789012:policy/nothing"))
	for n := 1; n < 10; n++ {
		made := must[*iam.CreatePolicyOutput](t)(client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String(fmt.Sprintf("p%d", n)), PolicyDocument: aws.String(allowS3)}))
		if err := attach(client, *made.Policy.Arn); err != nil {
			t.Fatal(err)
		}
	}
	isA[*types.LimitExceededException](t, attach(client, limitARN))
	// A policy of the account's may have the name of one of AWS's that is attached.
	must[*iam.CreatePolicyOutput](t)(client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("AmazonS3ReadOnlyAccess"), PolicyDocument: aws.String(denyS3)}))
	list := must[*iam.ListAttachedUserPoliciesOutput](t)(client.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: eve})).AttachedPolicies
	if len(list) != 10 || *list[9].PolicyArn != readOnlyARN {
		t.Errorf("attached are %d, the last %+v", len(list), list[len(list)-1])
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Errorf("a patch of such a world: %v", err)
	}
}

func TestIAMListPolicies(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	list := func(in iam.ListPoliciesInput) string {
		var names []string
		for _, p := range must[*iam.ListPoliciesOutput](t)(client.ListPolicies(ctx, &in)).Policies {
			names = append(names, *p.PolicyName)
		}
		return strings.Join(names, " ")
	}
	if got := list(iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal}); got != "limit" {
		t.Errorf("local are %s", got)
	}
	if got := list(iam.ListPoliciesInput{Scope: types.PolicyScopeTypeAws}); !strings.HasPrefix(got, "AdministratorAccess AmazonS3FullAccess") {
		t.Errorf("AWS's are %s", got)
	}
	if got := list(iam.ListPoliciesInput{OnlyAttached: true}); got != "" {
		t.Errorf("attached are %s", got)
	}
	if got := must[*iam.GetPolicyOutput](t)(client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(readOnlyARN)})).Policy; *got.PolicyName != "AmazonS3ReadOnlyAccess" {
		t.Errorf("got %+v", got)
	}
	_, err := client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: aws.String(readOnlyARN), PolicyDocument: aws.String(denyS3)})
	refusedWith(t, err, "AccessDenied")
	_, err = client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("Limit"), PolicyDocument: aws.String(denyS3)})
	isA[*types.EntityAlreadyExistsException](t, err)
	_, err = client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String("no ARN at all, is it?")})
	refusedWith(t, err, "ValidationError")
}

func TestIAMTags(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	bob := aws.String("bob")
	must[*iam.TagUserOutput](t)(client.TagUser(ctx, &iam.TagUserInput{UserName: bob, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("red")}, {Key: aws.String("a"), Value: aws.String("b")}}}))
	put := &iam.PutUserPolicyInput{UserName: bob, PolicyName: aws.String("s3"), PolicyDocument: aws.String(strings.Replace(allowS3, `"Resource":"*"`, `"Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}`, 1))}
	must[*iam.PutUserPolicyOutput](t)(client.PutUserPolicy(ctx, put))
	reads(t, srv, "bob", true)
	must[*iam.UntagUserOutput](t)(client.UntagUser(ctx, &iam.UntagUserInput{UserName: bob, TagKeys: []string{"team"}}))
	reads(t, srv, "bob", false)
	if tags := must[*iam.ListUserTagsOutput](t)(client.ListUserTags(ctx, &iam.ListUserTagsInput{UserName: bob})).Tags; len(tags) != 1 || *tags[0].Key != "a" {
		t.Errorf("tags %+v", tags)
	}
	role := aws.String("Reader")
	must[*iam.TagRoleOutput](t)(client.TagRole(ctx, &iam.TagRoleInput{RoleName: role, Tags: []types.Tag{{Key: aws.String("x"), Value: aws.String("")}}}))
	if tags := must[*iam.ListRoleTagsOutput](t)(client.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: role})).Tags; len(tags) != 1 || *tags[0].Key != "x" {
		t.Errorf("tags %+v", tags)
	}
}

// A managed policy of AWS's that is not here is told to the journal.
func TestUnknownAWSPolicy(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	lacks := func(arn string) string {
		_, err := as(t, srv, "alice").iam.AttachUserPolicy(ctx,
			&iam.AttachUserPolicyInput{UserName: aws.String("eve"), PolicyArn: &arn})
		isA[*types.NoSuchEntityException](t, err)
		all := srv.Requests()
		return all[len(all)-1].Lacks
	}
	text := lacks("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcces")
	if !strings.Contains(text, "no AWS managed policy AmazonS3ReadOnlyAcces;") ||
		!strings.Contains(text, "did you mean AmazonS3ReadOnlyAccess?") {
		t.Errorf("the journal says %q", text)
	}
	if text := lacks("arn:aws:iam::123456789012:policy/none"); text != "" {
		t.Errorf("of the account's own the journal says %q", text)
	}
}
