package controls

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	iamapi "github.com/s3fault/s3fault/internal/awsapi/iam"
)

// told is how IAM's refusal of each action names the resource, for the calls of the
// plan (new-since-2025.md 1.3, and public transcripts of each kind).
var told = map[string]string{
	"CreateUser": "arn:aws:iam::123456789012:user/$", "GetUser": "user $", "ListUsers": "arn:aws:iam::123456789012:user/",
	"UpdateUser": "user $", "DeleteUser": "user $", "TagUser": "user $", "UntagUser": "user $", "ListUserTags": "user $",
	"CreateRole": "arn:aws:iam::123456789012:role/$", "GetRole": "role $", "ListRoles": "arn:aws:iam::123456789012:role/",
	"UpdateRole": "role $", "UpdateAssumeRolePolicy": "role $", "DeleteRole": "role $", "TagRole": "role $", "UntagRole": "role $", "ListRoleTags": "role $",
	"CreateGroup": "arn:aws:iam::123456789012:group/$", "GetGroup": "group $", "ListGroups": "arn:aws:iam::123456789012:group/",
	"DeleteGroup": "group $", "AddUserToGroup": "group $", "RemoveUserFromGroup": "group $", "ListGroupsForUser": "user $",
	"PutUserPolicy": "user $", "GetUserPolicy": "user $", "DeleteUserPolicy": "user $", "ListUserPolicies": "user $",
	"PutRolePolicy": "role $", "GetRolePolicy": "role $", "DeleteRolePolicy": "role $", "ListRolePolicies": "role $",
	"PutGroupPolicy": "group $", "GetGroupPolicy": "group $", "DeleteGroupPolicy": "group $", "ListGroupPolicies": "group $",
	"CreatePolicy": "policy $", "ListPolicies": "policy path /",
	"GetPolicy": "policy $", "DeletePolicy": "policy $", "CreatePolicyVersion": "policy $", "GetPolicyVersion": "policy $",
	"ListPolicyVersions": "policy $", "SetDefaultPolicyVersion": "policy $", "DeletePolicyVersion": "policy $", "ListEntitiesForPolicy": "policy $",
	"AttachUserPolicy": "user $", "DetachUserPolicy": "user $", "ListAttachedUserPolicies": "user $",
	"AttachRolePolicy": "role $", "DetachRolePolicy": "role $", "ListAttachedRolePolicies": "role $",
	"AttachGroupPolicy": "group $", "DetachGroupPolicy": "group $", "ListAttachedGroupPolicies": "group $",
	"PutUserPermissionsBoundary": "user $", "DeleteUserPermissionsBoundary": "user $",
	"PutRolePermissionsBoundary": "role $", "DeleteRolePermissionsBoundary": "role $",
	"CreateAccessKey": "user $", "ListAccessKeys": "user $", "UpdateAccessKey": "user $", "DeleteAccessKey": "user $", "GetAccessKeyLastUsed": "user guest",
	"CreateOpenIDConnectProvider": "arn:aws:iam::123456789012:oidc-provider/new.example.com", "GetOpenIDConnectProvider": "$",
	"ListOpenIDConnectProviders": "*", "DeleteOpenIDConnectProvider": "$", "AddClientIDToOpenIDConnectProvider": "$",
	"RemoveClientIDFromOpenIDConnectProvider": "$", "UpdateOpenIDConnectProviderThumbprint": "$",
	"TagOpenIDConnectProvider": "$", "UntagOpenIDConnectProvider": "$", "ListOpenIDConnectProviderTags": "$",
	"CreateInstanceProfile": "arn:aws:iam::123456789012:instance-profile/$", "GetInstanceProfile": "instance profile $",
	"ListInstanceProfiles": "arn:aws:iam::123456789012:instance-profile/", "ListInstanceProfilesForRole": "role $",
	"DeleteInstanceProfile": "instance profile $", "AddRoleToInstanceProfile": "instance profile empty",
	"RemoveRoleFromInstanceProfile": "instance profile machines", "TagInstanceProfile": "instance profile $",
	"UntagInstanceProfile": "instance profile $", "ListInstanceProfileTags": "instance profile $",
	"TagPolicy": "policy $", "UntagPolicy": "policy $", "ListPolicyTags": "policy $",
	"CreateServiceLinkedRole":            linkedRole,
	"DeleteServiceLinkedRole":            linkedRole,
	"GetServiceLinkedRoleDeletionStatus": linkedRole,
	"ListSSHPublicKeys":                  "user $", "ListSigningCertificates": "user $", "ListServiceSpecificCredentials": "user $",
	"ListMFADevices": "user $", "ListVirtualMFADevices": "arn:aws:iam::123456789012:mfa/",
	"ListServerCertificates": "arn:aws:iam::123456789012:server-certificate/", "ListSAMLProviders": "*",
	"CreateLoginProfile": "user $", "GetLoginProfile": "user $",
	"UpdateLoginProfile": "user $", "DeleteLoginProfile": "user $",
	"GetAccountPasswordPolicy": "*", "UpdateAccountPasswordPolicy": "*", "DeleteAccountPasswordPolicy": "*",
	"GenerateCredentialReport": "*", "GetCredentialReport": "*",
	"GetAccountSummary": "*", "ListAccountAliases": "*", "GetAccountAuthorizationDetails": "*",
	"SimulatePrincipalPolicy": "$", "GetContextKeysForPrincipalPolicy": "$", "SimulateCustomPolicy": "*", "GetContextKeysForCustomPolicy": "*",
}

const linkedRole = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"

// subjects are the parameters that may stand for the $ of a row, the first that the
// call has.
var subjects = []string{"GroupName", "UserName", "RoleName", "PolicyArn", "PolicySourceArn", "PolicyName",
	"OpenIDConnectProviderArn", "InstanceProfileName"}

func TestIAMRefusalsNameTheResource(t *testing.T) {
	t.Parallel()
	calls, err := plan.Calls(iamapi.Service)
	if err != nil {
		t.Fatal(err)
	}
	w := &raw{t: t, service: iamapi.Service, srv: emulatortest.Start(t, "world", emulatortest.YAML(plan.World),
		emulatortest.Alone())}
	for _, a := range iamapi.Service.Actions {
		parameters := w.prepare(calls[a.Name])
		subject := "nobody"
		for _, name := range subjects {
			if given, ok := parameters[name].(string); ok {
				subject = given
				break
			}
		}
		if told[a.Name] == "user $" && parameters["UserName"] == nil && a.Name != "GetUser" {
			subject = "null" + subject
		}
		_, entry := w.refuses("without permission", a.Name, w.send(w.message(a, parameters), w.credentials("nobody"), time.Now()), inQuery.denied)
		want := "User: arn:aws:iam::123456789012:user/nobody is not authorized to perform: iam:" + a.Name + " on resource: " + strings.Replace(told[a.Name], "$", subject, 1) +
			" because no identity-based policy allows the iam:" + a.Name + " action" + sentenceWith(entry.AuthorizationID)
		if entry.Message != want {
			t.Errorf("%s:\n got %s\nwant %s", a.Name, entry.Message, want)
		}
	}
}

// refusedOn holds an error against what it tells behind "on resource: ".
func refusedOn(t *testing.T, err error, action, resource string) {
	t.Helper()
	refused := refusedWith(t, err, "AccessDenied")
	if want := "is not authorized to perform: " + action + " on resource: " + resource + " because "; !strings.Contains(refused.ErrorMessage(), want) {
		t.Errorf("got %q, want %q in it", refused.ErrorMessage(), want)
	}
}

// The name that is told is neither of a path nor, where the call leaves it out, left
// out; what is made with tags needs the permission to tag it.
func TestIAMRefusalsOfParticularCalls(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	bob, reader, dora := as(t, srv, "bob").iam, as(t, srv, "reader").iam, as(t, srv, "dora").iam
	_, err := bob.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("eve")})
	refusedOn(t, err, "iam:GetUser", "user eve")
	_, err = bob.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("nobody-has-it")})
	refusedOn(t, err, "iam:GetRole", "role nobody-has-it")
	_, err = bob.GetUser(ctx, &iam.GetUserInput{})
	refusedOn(t, err, "iam:GetUser", "user bob")
	_, err = bob.ListAccessKeys(ctx, &iam.ListAccessKeysInput{})
	refusedOn(t, err, "iam:ListAccessKeys", "user nullbob")
	_, err = bob.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: aws.String("bob")})
	refusedOn(t, err, "iam:ListAccessKeys", "user bob")
	_, err = reader.ListAccessKeys(ctx, &iam.ListAccessKeysInput{})
	refusedOn(t, err, "iam:ListAccessKeys", "arn:aws:sts::123456789012:assumed-role/Reader/reader")
	_, err = bob.ListPolicies(ctx, &iam.ListPoliciesInput{PathPrefix: aws.String("/team/")})
	refusedOn(t, err, "iam:ListPolicies", "policy path /team/")
	_, err = bob.ListRoles(ctx, &iam.ListRolesInput{PathPrefix: aws.String("/team/")})
	refusedOn(t, err, "iam:ListRoles", "arn:aws:iam::123456789012:role/team/")
	_, err = bob.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("new"), Path: aws.String("/team/"), PolicyDocument: aws.String(allowS3)})
	refusedOn(t, err, "iam:CreatePolicy", "policy new")
	_, err = bob.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(readOnlyARN)})
	refusedOn(t, err, "iam:GetPolicy", "policy "+readOnlyARN)
	tags := []types.Tag{{Key: aws.String("team"), Value: aws.String("red")}, {Key: aws.String("b"), Value: aws.String("c")}}
	must[*iam.PutUserPolicyOutput](t)(as(t, srv, "alice").iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("dora"), PolicyName: aws.String("few"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreateUser","iam:CreateRole","iam:CreatePolicy"],"Resource":"*"}]}`)}))
	_, err = dora.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("new"), Tags: tags})
	refusedOn(t, err, "iam:TagUser", "arn:aws:iam::123456789012:user/new")
	_, err = dora.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("new"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}`), Tags: tags})
	refusedOn(t, err, "iam:TagRole", "arn:aws:iam::123456789012:role/new")
	_, err = dora.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("new"), PolicyDocument: aws.String(allowS3), Tags: tags})
	refusedOn(t, err, "iam:TagPolicy", "policy new")
	must[*iam.CreateUserOutput](t)(dora.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("new")}))
}
