package controls

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const trustOwn = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},` +
	`"Action":"sts:AssumeRole"}]}`

// messaged holds an error against its code and its words.
func messaged(t *testing.T, err error, code, message string) {
	t.Helper()
	if e := refusedWith(t, err, code); e.ErrorMessage() != message {
		t.Errorf("got %q, want %q", e.ErrorMessage(), message)
	}
}

// A role is held by its instance profile, and given to it by whoever may pass it.
func TestIAMInstanceProfiles(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	alice, dora := as(t, srv, "alice").iam, as(t, srv, "dora").iam
	box, reader := aws.String("box"), aws.String("Reader")
	must[*iam.CreateInstanceProfileOutput](t)(alice.CreateInstanceProfile(ctx,
		&iam.CreateInstanceProfileInput{InstanceProfileName: box, Path: aws.String("/team/")}))
	allow := func(actions string) {
		must[*iam.PutUserPolicyOutput](t)(alice.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
			UserName: aws.String("dora"), PolicyName: aws.String("few"),
			PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[` + actions +
				`],"Resource":"*","Condition":{"StringEqualsIfExists":{"iam:PassedToService":"ec2.amazonaws.com"}}}]}`)}))
	}
	add := &iam.AddRoleToInstanceProfileInput{InstanceProfileName: box, RoleName: reader}
	_, err := dora.AddRoleToInstanceProfile(ctx, add)
	refusedOn(t, err, "iam:AddRoleToInstanceProfile", "instance profile box")
	allow(`"iam:AddRoleToInstanceProfile"`)
	_, err = dora.AddRoleToInstanceProfile(ctx, add)
	refusedOn(t, err, "iam:PassRole", "arn:aws:iam::123456789012:role/Reader")
	allow(`"iam:AddRoleToInstanceProfile","iam:PassRole"`)
	must[*iam.AddRoleToInstanceProfileOutput](t)(dora.AddRoleToInstanceProfile(ctx, add))
	_, err = alice.AddRoleToInstanceProfile(ctx, add)
	messaged(t, err, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")

	held := must[*iam.ListInstanceProfilesForRoleOutput](t)(alice.ListInstanceProfilesForRole(ctx,
		&iam.ListInstanceProfilesForRoleInput{RoleName: reader})).InstanceProfiles
	if len(held) != 1 || *held[0].Arn != "arn:aws:iam::123456789012:instance-profile/team/box" ||
		!strings.HasPrefix(*held[0].InstanceProfileId, "AIPA") || *held[0].Roles[0].RoleName != "Reader" {
		t.Errorf("the role is held by %+v", held)
	}
	const first = "Cannot delete entity, must remove roles from instance profile first."
	_, err = alice.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: reader})
	messaged(t, err, "DeleteConflict", first)
	_, err = alice.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: box})
	messaged(t, err, "DeleteConflict", first)
	must[*iam.RemoveRoleFromInstanceProfileOutput](t)(alice.RemoveRoleFromInstanceProfile(ctx,
		&iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: box, RoleName: reader}))
	must[*iam.DeleteInstanceProfileOutput](t)(alice.DeleteInstanceProfile(ctx,
		&iam.DeleteInstanceProfileInput{InstanceProfileName: box}))
	_, err = alice.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: box})
	messaged(t, err, "NoSuchEntity", "Instance Profile box cannot be found.")
}

// What only its service may change, no call changes; deleting it is a task.
func TestIAMServiceLinkedRoles(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	create := &iam.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("autoscaling.amazonaws.com"),
		CustomSuffix: aws.String("mine")}
	role := must[*iam.CreateServiceLinkedRoleOutput](t)(client.CreateServiceLinkedRole(ctx, create)).Role
	name := role.RoleName
	if *name != "AWSServiceRoleForAutoScaling_mine" || *role.Path != "/aws-service-role/autoscaling.amazonaws.com/" ||
		!strings.Contains(*role.AssumeRolePolicyDocument, "autoscaling.amazonaws.com") {
		t.Errorf("made %+v", role)
	}
	_, err := client.CreateServiceLinkedRole(ctx, create)
	messaged(t, err, "InvalidInput", "Service role name AWSServiceRoleForAutoScaling_mine has been taken in this account,"+
		" please try a different suffix.")
	for what, call := range map[string]func() error{
		"DeleteRole": func() error {
			_, err := client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name})
			return err
		},
		"AttachRolePolicy": func() error {
			_, err := client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(readOnlyARN)})
			return err
		},
		"PutRolePolicy": func() error {
			_, err := client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("p"),
				PolicyDocument: aws.String(allowS3)})
			return err
		},
		"UpdateAssumeRolePolicy": func() error {
			_, err := client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: name,
				PolicyDocument: aws.String(trustOwn)})
			return err
		},
	} {
		t.Log(what)
		messaged(t, call(), "UnmodifiableEntity", "Cannot perform the operation on the protected role '"+*name+
			"' - this role is only modifiable by AWS")
	}
	task := must[*iam.DeleteServiceLinkedRoleOutput](t)(client.DeleteServiceLinkedRole(ctx,
		&iam.DeleteServiceLinkedRoleInput{RoleName: name})).DeletionTaskId
	if !strings.HasPrefix(*task, "task/aws-service-role/autoscaling.amazonaws.com/"+*name+"/") {
		t.Errorf("the task is %s", *task)
	}
	status := must[*iam.GetServiceLinkedRoleDeletionStatusOutput](t)(client.GetServiceLinkedRoleDeletionStatus(ctx,
		&iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: task}))
	if status.Status != types.DeletionTaskStatusTypeSucceeded {
		t.Errorf("the task is %s", status.Status)
	}
	_, err = client.GetRole(ctx, &iam.GetRoleInput{RoleName: name})
	refusedWith(t, err, "NoSuchEntity")
}

// The report is of the account as it was when the report was generated.
func TestIAMCredentialReport(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	_, err := client.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
	refusedWith(t, err, "ReportNotPresent")
	password := &iam.CreateLoginProfileInput{UserName: aws.String("carol"), Password: aws.String("Correct-Horse-7")}
	must[*iam.CreateLoginProfileOutput](t)(client.CreateLoginProfile(ctx, password))
	generate := func() types.ReportStateType {
		return must[*iam.GenerateCredentialReportOutput](t)(client.GenerateCredentialReport(ctx,
			&iam.GenerateCredentialReportInput{})).State
	}
	if first, then := generate(), generate(); first != types.ReportStateTypeStarted || then != types.ReportStateTypeComplete {
		t.Errorf("the states are %s, %s", first, then)
	}
	must[*iam.CreateUserOutput](t)(client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("late")}))
	report := must[*iam.GetCredentialReportOutput](t)(client.GetCredentialReport(ctx, &iam.GetCredentialReportInput{}))
	lines := strings.Split(string(report.Content), "\n")
	if len(lines) != 7 || !strings.HasPrefix(lines[0], "user,arn,user_creation_time,password_enabled,") {
		t.Fatalf("the report is %s", report.Content)
	}
	for i, want := range []string{"<root_account>,arn:aws:iam::123456789012:root,", "alice,", "bob,", "carol,"} {
		line := lines[i+1]
		if !strings.HasPrefix(line, want) || strings.Count(line, ",") != strings.Count(lines[0], ",") {
			t.Errorf("line %d is %s", i+1, line)
		}
	}
	if !strings.Contains(lines[2], ",us-east-1,iam,") || !strings.Contains(lines[4], ",true,no_information,20") {
		t.Errorf("the lines are %s and %s", lines[2], lines[4])
	}
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("carol")})
	refusedWith(t, err, "DeleteConflict")
}

// What roles and policies tell of themselves, and when (cases of recorded answers).
func TestIAMAnswersAsRecorded(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	name := aws.String("new")
	made := must[*iam.CreateRoleOutput](t)(client.CreateRole(ctx,
		&iam.CreateRoleInput{RoleName: name, AssumeRolePolicyDocument: aws.String(trustOwn)})).Role
	get := func() *types.Role {
		return must[*iam.GetRoleOutput](t)(client.GetRole(ctx, &iam.GetRoleInput{RoleName: name})).Role
	}
	if got := get(); made.MaxSessionDuration != nil || made.RoleLastUsed != nil || *got.MaxSessionDuration != 3600 ||
		got.RoleLastUsed == nil || got.RoleLastUsed.LastUsedDate != nil {
		t.Errorf("made %+v, got %+v", made, got)
	}
	sdk := sdkv2.Config(t, srv, "alice")
	session := must[*sts.AssumeRoleOutput](t)(sts.NewFromConfig(sdk).AssumeRole(ctx,
		&sts.AssumeRoleInput{RoleArn: made.Arn, RoleSessionName: aws.String("s1")})).Credentials
	sdk.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *session.AccessKeyId, SecretAccessKey: *session.SecretAccessKey,
			SessionToken: *session.SessionToken}, nil
	})
	must[*sts.GetCallerIdentityOutput](t)(sts.NewFromConfig(sdk).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))
	if used := get().RoleLastUsed; used.LastUsedDate == nil || *used.Region != "us-east-1" {
		t.Errorf("the role was last used %+v", used)
	}
	policy := must[*iam.CreatePolicyOutput](t)(client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: name,
		PolicyDocument: aws.String(allowS3), Description: aws.String("told later")})).Policy
	now := must[*iam.GetPolicyOutput](t)(client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: policy.Arn})).Policy
	if policy.Description != nil || policy.Tags != nil || *now.Description != "told later" || now.Tags == nil {
		t.Errorf("made %+v, got %+v", policy, now)
	}
	_, err := client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"),
		AssumeRolePolicyDocument: aws.String("\n{\"Version\": \"2012-10-17\", \"Statement\": [{]}")})
	messaged(t, err, "MalformedPolicyDocument", "This policy contains invalid Json")
	_, err = client.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String("arn:aws:iam::123456789012:role/none"), ActionNames: []string{"s3:GetObject"}})
	messaged(t, err, "NoSuchEntity", "Unable to retrieve specified IAM entity.")
	_, err = client.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: aws.String("carol")})
	messaged(t, err, "NoSuchEntity", "Login Profile for User carol cannot be found.")
	_, err = client.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
	messaged(t, err, "NoSuchEntity", "The Password Policy with domain name 123456789012 cannot be found.")
}

// The tag keys of users and roles are one whatever their case.
func TestIAMTagKeysHaveNoCase(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	eve := aws.String("eve")
	tags := func() (all []string) {
		for _, tag := range must[*iam.ListUserTagsOutput](t)(client.ListUserTags(ctx,
			&iam.ListUserTagsInput{UserName: eve})).Tags {
			all = append(all, *tag.Key+"="+*tag.Value)
		}
		return all
	}
	must[*iam.TagUserOutput](t)(client.TagUser(ctx, &iam.TagUserInput{UserName: eve,
		Tags: []types.Tag{{Key: aws.String("TEAM"), Value: aws.String("blue")}}}))
	if got := strings.Join(tags(), " "); got != "TEAM=blue" {
		t.Errorf("tagged %s", got)
	}
	must[*iam.UntagUserOutput](t)(client.UntagUser(ctx, &iam.UntagUserInput{UserName: eve, TagKeys: []string{"Team"}}))
	if got := tags(); len(got) != 0 {
		t.Errorf("untagged, there is %v", got)
	}
}
