package controls

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

func TestIAMAuthorizationDetails(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	must[*iam.AttachRolePolicyOutput](t)(client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("Reader"), PolicyArn: aws.String(readOnlyARN)}))
	must[*iam.AddUserToGroupOutput](t)(client.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("staff"), UserName: aws.String("eve")}))
	var told []string
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(client, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(3)})
	for pages.HasMorePages() {
		p := must[*iam.GetAccountAuthorizationDetailsOutput](t)(pages.NextPage(ctx))
		for _, u := range p.UserDetailList {
			told = append(told, *u.UserName)
			if *u.UserName == "eve" && (strings.Join(u.GroupList, "") != "staff" || *u.Tags[0].Value != "red" || *u.Path != "/team/") {
				t.Errorf("eve is %+v", u)
			}
		}
		for _, g := range p.GroupDetailList {
			told = append(told, *g.GroupName)
		}
		for _, r := range p.RoleDetailList {
			told = append(told, *r.RoleName)
			text, err := url.PathUnescape(*r.RolePolicyList[0].PolicyDocument)
			if err != nil || !strings.Contains(text, "s3:*") || *r.AttachedManagedPolicies[0].PolicyArn != readOnlyARN || r.AssumeRolePolicyDocument == nil {
				t.Errorf("the role is %+v", r)
			}
		}
		for _, policy := range p.Policies {
			told = append(told, *policy.PolicyName)
			if len(policy.PolicyVersionList) != 1 || policy.PolicyVersionList[0].Document == nil {
				t.Errorf("the policy %s has %+v", *policy.PolicyName, policy.PolicyVersionList)
			}
		}
	}
	slices.Sort(told)
	if want := "AmazonS3ReadOnlyAccess Reader alice bob carol dora eve limit staff"; strings.Join(told, " ") != want {
		t.Errorf("told of %v, want %s", told, want)
	}
	only := must[*iam.GetAccountAuthorizationDetailsOutput](t)(client.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Filter: []types.EntityType{types.EntityTypeGroup, types.EntityTypeLocalManagedPolicy}}))
	if len(only.GroupDetailList) != 1 || len(only.Policies) != 1 || len(only.UserDetailList)+len(only.RoleDetailList) != 0 {
		t.Errorf("filtered: %+v", only)
	}
	_, err := client.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Filter: []types.EntityType{"Dog"}})
	refusedWith(t, err, "ValidationError")
}

func TestIAMAccountSummary(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, iamWorld), "alice").iam
	sum := must[*iam.GetAccountSummaryOutput](t)(client.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})).SummaryMap
	if sum["Users"] != 5 || sum["Roles"] != 1 || sum["Groups"] != 1 || sum["Policies"] != 1 || sum["AccountAccessKeysPresent"] != 1 {
		t.Errorf("counted %v", sum)
	}
	// An account without MFA devices and certificates.
	for name, want := range map[string]int32{
		"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, "GlobalEndpointTokenVersion": 1, "InstanceProfilesQuota": 1000,
		"ServerCertificatesQuota": 20, "SigningCertificatesPerUserQuota": 2,
	} {
		if got, there := sum[name]; !there || got != want {
			t.Errorf("%s is %d (there: %t), want %d", name, got, there, want)
		}
	}
	must[*iam.ListAccountAliasesOutput](t)(client.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{}))
}

func TestIAMAccessKeyLastUsed(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	key := must[*iam.ListAccessKeysOutput](t)(client.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: aws.String("carol")})).AccessKeyMetadata[0].AccessKeyId
	used := func() string {
		out := must[*iam.GetAccessKeyLastUsedOutput](t)(client.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: key}))
		if (out.AccessKeyLastUsed.LastUsedDate == nil) != (*out.AccessKeyLastUsed.ServiceName == "N/A") {
			t.Errorf("got %+v", out.AccessKeyLastUsed)
		}
		return *out.UserName + " " + *out.AccessKeyLastUsed.ServiceName + " " + *out.AccessKeyLastUsed.Region
	}
	if got := used(); got != "carol N/A N/A" {
		t.Errorf("before: %s", got)
	}
	reads(t, srv, "carol", false) // a request that is refused is a use
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	if got := used(); got != "carol s3 us-east-1" {
		t.Errorf("after: %s", got)
	}
	if err := srv.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := used(); got != "carol N/A N/A" {
		t.Errorf("after a reset: %s", got)
	}
	_, err := client.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: aws.String("AKIANOBODYSKEYATALL1")})
	refusedWith(t, err, "AccessDenied")
}

// A managed policy can go though a session was limited by it: the session may then do
// nothing more, and a patch of its world does not mind.
func TestIAMDeletePolicyOfSession(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	alice := as(t, srv, "alice")
	made := must[*iam.CreatePolicyOutput](t)(alice.iam.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("short"), PolicyDocument: aws.String(allowS3)})).Policy
	session := asSession(srv, must[*sts.AssumeRoleOutput](t)(alice.sts.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::123456789012:role/Reader"), RoleSessionName: aws.String("s1"), PolicyArns: []ststypes.PolicyDescriptorType{{Arn: made.Arn}},
	})).Credentials)
	if err := get(session, "file.txt"); err != nil {
		t.Fatal(err)
	}
	must[*iam.DeletePolicyOutput](t)(alice.iam.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: made.Arn}))
	refusedWith(t, get(session, "file.txt"), "AccessDenied")
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, get(session, "file.txt"), "AccessDenied")
}

// bucketPolicy is the text of the bucket's policy.
func bucketPolicy(t *testing.T, srv *emulatortest.Server) string {
	t.Helper()
	out := must[*s3.GetBucketPolicyOutput](t)(sdkv2.S3(t, srv, "root").GetBucketPolicy(ctx,
		&s3.GetBucketPolicyInput{Bucket: aws.String("my-bucket")}))
	return *out.Policy
}

// A bucket's policy follows a user that is renamed, and keeps the id of one that was
// deleted, whom a namesake does not replace.
func TestIAMPrincipalsInBucketPolicies(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	id := *must[*iam.GetUserOutput](t)(client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("carol")})).User.UserId
	const arn = "arn:aws:iam::123456789012:user/carol"
	document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + arn + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`
	put := func() error {
		_, err := sdkv2.S3(t, srv, "root").PutBucketPolicy(ctx,
			&s3.PutBucketPolicyInput{Bucket: aws.String("my-bucket"), Policy: &document})
		return err
	}
	if err := put(); err != nil {
		t.Fatal(err)
	}
	reads(t, srv, "carol", true)
	rename := func(from, to string) {
		must[*iam.UpdateUserOutput](t)(client.UpdateUser(ctx, &iam.UpdateUserInput{UserName: &from, NewUserName: &to}))
	}
	rename("carol", "caroline")
	reads(t, srv, "carol", true)
	if got := bucketPolicy(t, srv); !strings.Contains(got, arn+"ine") {
		t.Errorf("after the user was renamed: %s", got)
	}
	rename("caroline", "carol")
	keys := must[*iam.ListAccessKeysOutput](t)(client.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: aws.String("carol")})).AccessKeyMetadata
	must[*iam.DeleteAccessKeyOutput](t)(client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("carol"), AccessKeyId: keys[0].AccessKeyId}))
	must[*iam.DeleteUserOutput](t)(client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("carol")}))
	if got := bucketPolicy(t, srv); got != strings.Replace(document, arn, id, 1) {
		t.Errorf("after the user was deleted: %s", got)
	}
	must[*iam.CreateUserOutput](t)(client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("carol")}))
	key := must[*iam.CreateAccessKeyOutput](t)(client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("carol")})).AccessKey
	again := s3.New(s3.Options{
		BaseEndpoint: &srv.Endpoint, Region: srv.Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(*key.AccessKeyId, *key.SecretAccessKey, ""),
	})
	refusedWith(t, get(again, "file.txt"), "AccessDenied")
	document = strings.Replace(document, arn, id, 1)
	refusedWith(t, put(), "MalformedPolicy")
	document = strings.Replace(document, id, arn, 1)
	if err := put(); err != nil {
		t.Fatal(err)
	}
	if err := get(again, "file.txt"); err != nil {
		t.Errorf("once the policy names the new user: %v", err)
	}
}

// Sessions of users without MFA, and of federated users, cannot call IAM; a role's
// can.
func TestIAMSessions(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	alice := as(t, srv, "alice")
	list := func(c *ststypes.Credentials) error {
		client := iam.New(iam.Options{
			BaseEndpoint: &srv.Endpoint, Region: srv.Region,
			Credentials: credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken),
		})
		_, err := client.ListUsers(ctx, &iam.ListUsersInput{})
		return err
	}
	plain := must[*sts.GetSessionTokenOutput](t)(alice.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{}))
	refusedWith(t, list(plain.Credentials), "InvalidClientTokenId")
	withMFA := must[*sts.GetSessionTokenOutput](t)(alice.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{SerialNumber: aws.String("arn:aws:iam::123456789012:mfa/alice"), TokenCode: aws.String("123456")}))
	if err := list(withMFA.Credentials); err != nil {
		t.Errorf("with MFA: %v", err)
	}
	federated := must[*sts.GetFederationTokenOutput](t)(alice.sts.GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("fred"), Policy: aws.String(strings.Replace(allowS3, "s3:*", "*", 1))}))
	refusedWith(t, list(federated.Credentials), "InvalidClientTokenId")
	must[*iam.PutRolePolicyOutput](t)(alice.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("Reader"), PolicyName: aws.String("iam"), PolicyDocument: aws.String(strings.Replace(allowS3, "s3:*", "iam:List*", 1))}))
	role := must[*sts.AssumeRoleOutput](t)(alice.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::123456789012:role/Reader"), RoleSessionName: aws.String("s1")}))
	if err := list(role.Credentials); err != nil {
		t.Errorf("a role's session: %v", err)
	}
}
