package controls

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// In iamWorld alice may do everything, bob everything with S3, carol nothing; dora
// may read users below one path and tag those of a team.
const iamWorld = `
    accounts:
      123456789012:
        users:
          alice: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          bob: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
          carol: {}
          dora:
            policies:
              few:
                Version: 2012-10-17
                Statement:
                  - {Effect: Allow, Action: "iam:GetUser", Resource: "arn:aws:iam::123456789012:user/team/*"}
                  - {Effect: Allow, Action: "iam:CreateUser", Resource: "*", Condition: {StringEquals: {"aws:RequestTag/team": red, "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/limit"}}}
                  - {Effect: Allow, Action: "iam:TagUser", Resource: "*", Condition: {StringEquals: {"aws:RequestTag/team": red}}}
                  - {Effect: Allow, Action: "iam:AttachUserPolicy", Resource: "*", Condition: {ArnEquals: {"iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}}}
                  - {Effect: Allow, Action: "iam:PutUserPolicy", Resource: "*", Condition: {StringEquals: {"aws:ResourceTag/team": red}}}
          eve: {path: /team/, tags: {team: red}}
        roles:
          Reader:
            policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: ["s3:*", "iam:GetUser"], Resource: "*"}]}}
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}]}
        groups:
          staff: {}
        managed_policies:
          limit: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:List*", Resource: "*"}]}
      111111111111: {}
    callers:
      alice: {account: 123456789012, user: alice}
      bob: {account: 123456789012, user: bob}
      carol: {account: 123456789012, user: carol}
      dora: {account: 123456789012, user: dora}
      off: {account: 123456789012, user: bob, inactive: true}
      reader: {account: 123456789012, role: Reader}
      root: {account: 123456789012, root: true}
      stranger: {account: 111111111111, root: true}
    buckets:
      my-bucket: {owner: 123456789012, objects: {file.txt: {body: "hello\n"}}}
`

const (
	allowS3 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	denyS3  = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`
)

// isA holds an error against the SDK's own type for it.
func isA[T error](t *testing.T, err error) T {
	t.Helper()
	var typed T
	if !errors.As(err, &typed) {
		t.Fatalf("got %v, want a %T", err, typed)
	}
	return typed
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// reads holds whether a caller can read the bucket's file.
func reads(t *testing.T, srv *emulatortest.Server, caller string, want bool) {
	t.Helper()
	if err := get(sdkv2.S3(t, srv, caller), "file.txt"); (err == nil) != want {
		t.Errorf("%s reads file.txt: %v, want %v", caller, err, want)
	}
}

func TestIAMUsers(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	made := must[*iam.CreateUserOutput](t)(client.CreateUser(ctx, &iam.CreateUserInput{
		UserName: aws.String("zoe"), Path: aws.String("/team/"), Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
	})).User
	if *made.Arn != "arn:aws:iam::123456789012:user/team/zoe" || !strings.HasPrefix(*made.UserId, "AIDA") || *made.Tags[0].Value != "v" || made.CreateDate == nil {
		t.Errorf("made %+v", made)
	}
	_, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("ZOE")})
	isA[*types.EntityAlreadyExistsException](t, err)
	_, err = client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("a b")})
	refusedWith(t, err, "ValidationError")
	must[*iam.UpdateUserOutput](t)(client.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("zoe"), NewUserName: aws.String("zelda")}))
	got := must[*iam.GetUserOutput](t)(client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("zelda")})).User
	if *got.UserId != *made.UserId || *got.Arn != "arn:aws:iam::123456789012:user/team/zelda" {
		t.Errorf("renamed to %s %s", *got.Arn, *got.UserId)
	}
	must[*iam.DeleteUserOutput](t)(client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("zelda")}))
	_, err = client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("zelda")})
	isA[*types.NoSuchEntityException](t, err)
	again := must[*iam.CreateUserOutput](t)(client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("zoe"), Path: aws.String("/team/")})).User
	if *again.UserId == *made.UserId {
		t.Error("a user that is made again is another one")
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	kept := must[*iam.GetUserOutput](t)(client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("zoe")})).User
	if *kept.UserId != *again.UserId || !kept.CreateDate.Equal(*again.CreateDate) {
		t.Errorf("a patch made %s of %s", *kept.UserId, *again.UserId)
	}
}

func TestIAMOwnUser(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	own := must[*iam.GetUserOutput](t)(as(t, srv, "alice").iam.GetUser(ctx, &iam.GetUserInput{})).User
	if *own.UserName != "alice" {
		t.Errorf("alice is %s", *own.UserName)
	}
	root := must[*iam.GetUserOutput](t)(as(t, srv, "root").iam.GetUser(ctx, &iam.GetUserInput{})).User
	if *root.Arn != "arn:aws:iam::123456789012:root" || *root.UserId != "123456789012" {
		t.Errorf("root is %s %s", *root.Arn, *root.UserId)
	}
	_, err := as(t, srv, "reader").iam.GetUser(ctx, &iam.GetUserInput{})
	refusedWith(t, err, "ValidationError")
	_, err = as(t, srv, "stranger").iam.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("alice")})
	isA[*types.NoSuchEntityException](t, err)
}

func TestIAMNeedsPermission(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	dora := as(t, srv, "dora").iam
	_, err := as(t, srv, "bob").iam.ListUsers(ctx, &iam.ListUsersInput{})
	refused := refusedWith(t, err, "AccessDenied")
	if want := "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:ListUsers action"; refused.ErrorMessage() != want {
		t.Errorf("got %q", refused.ErrorMessage())
	}
	must[*iam.GetUserOutput](t)(dora.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("eve")}))
	_, err = dora.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("bob")})
	refusedWith(t, err, "AccessDenied")
	red := []types.Tag{{Key: aws.String("team"), Value: aws.String("red")}}
	limit := aws.String("arn:aws:iam::123456789012:policy/limit")
	_, err = dora.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("new"), Tags: red})
	refusedWith(t, err, "AccessDenied")
	_, err = dora.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("new"), PermissionsBoundary: limit})
	refusedWith(t, err, "AccessDenied")
	made := must[*iam.CreateUserOutput](t)(dora.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("new"), Tags: red, PermissionsBoundary: limit})).User
	if *made.PermissionsBoundary.PermissionsBoundaryArn != *limit {
		t.Errorf("the boundary is %+v", made.PermissionsBoundary)
	}
	put := &iam.PutUserPolicyInput{UserName: aws.String("eve"), PolicyName: aws.String("p"), PolicyDocument: aws.String(allowS3)}
	must[*iam.PutUserPolicyOutput](t)(dora.PutUserPolicy(ctx, put))
	put.UserName = aws.String("bob")
	_, err = dora.PutUserPolicy(ctx, put)
	refusedWith(t, err, "AccessDenied")
}

// A policy that is put counts with the next request to S3.
func TestIAMInlinePolicies(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	put := func(user, name, document string) error {
		_, err := client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &user, PolicyName: &name, PolicyDocument: &document})
		return err
	}
	drop := func(name string) error {
		_, err := client.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: aws.String("bob"), PolicyName: &name})
		return err
	}
	reads(t, srv, "bob", true)
	if err := put("bob", "deny", denyS3); err != nil {
		t.Fatal(err)
	}
	reads(t, srv, "bob", false)
	got := must[*iam.GetUserPolicyOutput](t)(client.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: aws.String("bob"), PolicyName: aws.String("deny")}))
	if text, err := url.PathUnescape(*got.PolicyDocument); err != nil || text != denyS3 || text == *got.PolicyDocument {
		t.Errorf("got %q", *got.PolicyDocument)
	}
	names := must[*iam.ListUserPoliciesOutput](t)(client.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: aws.String("bob")}))
	if strings.Join(names.PolicyNames, " ") != "deny s3" {
		t.Errorf("listed %v", names.PolicyNames)
	}
	if err := drop("deny"); err != nil {
		t.Fatal(err)
	}
	reads(t, srv, "bob", true)
	isA[*types.NoSuchEntityException](t, drop("deny"))
	isA[*types.NoSuchEntityException](t, put("nobody", "p", allowS3))
	malformed := isA[*types.MalformedPolicyDocumentException](t, put("bob", "p", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}`))
	if malformed.ErrorMessage() != "Policy statement must contain resources." {
		t.Errorf("got %q", malformed.ErrorMessage())
	}
	long := strings.Replace(allowS3, `"*"`, `"arn:aws:s3:::`+strings.Repeat("x", 2000)+`"`, 1)
	exceeded := isA[*types.LimitExceededException](t, put("bob", "p", long))
	if exceeded.ErrorMessage() != "Maximum policy size of 2048 bytes exceeded for user bob" {
		t.Errorf("got %q", exceeded.ErrorMessage())
	}
}

func TestIAMAccessKeys(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	create := func(user string) (*types.AccessKey, error) {
		made, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &user})
		if err != nil {
			return nil, err
		}
		return made.AccessKey, nil
	}
	key := must[*types.AccessKey](t)(create("carol"))
	minted := s3.New(s3.Options{
		BaseEndpoint: &srv.Endpoint, Region: srv.Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(*key.AccessKeyId, *key.SecretAccessKey, ""),
	})
	refusedWith(t, get(minted, "file.txt"), "AccessDenied")
	must[*iam.PutUserPolicyOutput](t)(client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("carol"), PolicyName: aws.String("p"), PolicyDocument: aws.String(allowS3)}))
	if err := get(minted, "file.txt"); err != nil {
		t.Errorf("with a new key: %v", err)
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	if err := get(minted, "file.txt"); err != nil {
		t.Errorf("the key did not outlive a patch: %v", err)
	}
	_, err := create("carol")
	isA[*types.LimitExceededException](t, err)
	_, err = create("nobody")
	isA[*types.NoSuchEntityException](t, err)
	_, err = client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("bob"), AccessKeyId: key.AccessKeyId})
	isA[*types.NoSuchEntityException](t, err)
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("carol")})
	isA[*types.DeleteConflictException](t, err)
	must[*iam.DeleteAccessKeyOutput](t)(client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("carol"), AccessKeyId: key.AccessKeyId}))
	refusedWith(t, get(minted, "file.txt"), "InvalidAccessKeyId")
}

// A key of the scenario's own is one of the user's: it can be switched on.
func TestIAMUpdateAccessKey(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	listed := must[*iam.ListAccessKeysOutput](t)(client.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: aws.String("bob")}))
	off := ""
	for _, key := range listed.AccessKeyMetadata {
		if key.Status == types.StatusTypeInactive {
			off = *key.AccessKeyId
		}
	}
	if len(listed.AccessKeyMetadata) != 2 || off == "" {
		t.Fatalf("listed %+v", listed.AccessKeyMetadata)
	}
	reads(t, srv, "off", false)
	set := func(status types.StatusType) error {
		_, err := client.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: aws.String("bob"), AccessKeyId: &off, Status: status})
		return err
	}
	if err := set(types.StatusTypeActive); err != nil {
		t.Fatal(err)
	}
	reads(t, srv, "off", true)
	if err := set(types.StatusTypeInactive); err != nil {
		t.Fatal(err)
	}
	reads(t, srv, "off", false)
	refusedWith(t, set("Sleeping"), "ValidationError")
}

func TestIAMPages(t *testing.T) {
	t.Parallel()
	srv := start(t, iamWorld)
	client := as(t, srv, "alice").iam
	var names []string
	pages := iam.NewListUsersPaginator(client, &iam.ListUsersInput{MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		p := must[*iam.ListUsersOutput](t)(pages.NextPage(ctx))
		for _, u := range p.Users {
			names = append(names, *u.UserName)
		}
	}
	if strings.Join(names, " ") != "alice bob carol dora eve" {
		t.Errorf("listed %v", names)
	}
	below := must[*iam.ListUsersOutput](t)(client.ListUsers(ctx, &iam.ListUsersInput{PathPrefix: aws.String("/team/")}))
	if len(below.Users) != 1 || *below.Users[0].UserName != "eve" {
		t.Errorf("below /team/: %+v", below.Users)
	}
	_, err := client.ListUsers(ctx, &iam.ListUsersInput{Marker: aws.String("%")})
	refusedWith(t, err, "ValidationError")
	_, err = client.ListUsers(ctx, &iam.ListUsersInput{MaxItems: aws.Int32(0)})
	refusedWith(t, err, "ValidationError")
}
