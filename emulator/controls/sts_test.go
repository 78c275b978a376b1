package controls

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

const stsWorld = `
    accounts:
      123456789012:
        users:
          alice: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          bob: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
        roles:
          Reader:
            max_session: 2h
            policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: ["sts:AssumeRole", "sts:TagSession"]}]}
          Outside:
            policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
            trust:
              Version: 2012-10-17
              Statement:
                - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111111111111:user/carol"}, Action: "sts:AssumeRole", Condition: {StringEquals: {"sts:ExternalId": "42"}}}
      111111111111:
        users:
          carol: {policies: {sts: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "sts:*", Resource: "*"}]}}}
    callers:
      alice: {account: 123456789012, user: alice}
      bob: {account: 123456789012, user: bob}
      carol: {account: 111111111111, user: carol}
      root: {account: 123456789012, root: true}
    buckets:
      my-bucket: {owner: 123456789012, objects: {file.txt: {body: "hello\n"}, mine.txt: {body: "mine\n"}}}
`

const readerARN = "arn:aws:iam::123456789012:role/Reader"

// asSession is an S3 client with a session's credentials.
func asSession(srv *emulatortest.Server, c *types.Credentials) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(srv.Endpoint), Region: srv.Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken),
	})
}

func get(c *s3.Client, key string) error {
	_, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key)})
	return err
}

func TestGetCallerIdentity(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	who, err := as(t, srv, "bob").sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *who.Arn != "arn:aws:iam::123456789012:user/bob" || *who.Account != "123456789012" || !strings.HasPrefix(*who.UserId, "AIDA") {
		t.Errorf("got %s %s %s", *who.Arn, *who.Account, *who.UserId)
	}
}

func TestAssumeRole(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	made, err := as(t, srv, "alice").sts.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String(readerARN), RoleSessionName: aws.String("today"),
		Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/${aws:PrincipalTag/own}.txt"}]}`),
		Tags:   []types.Tag{{Key: aws.String("own"), Value: aws.String("mine")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := *made.AssumedRoleUser.Arn; got != "arn:aws:sts::123456789012:assumed-role/Reader/today" {
		t.Errorf("the session is %s", got)
	}
	client := asSession(srv, made.Credentials)
	if err := get(client, "mine.txt"); err != nil {
		t.Errorf("what the session policy allows: %v", err)
	}
	refused := refusedWith(t, get(client, "file.txt"), "AccessDenied")
	if !strings.Contains(refused.ErrorMessage(), "because no session policy allows the s3:GetObject action") {
		t.Errorf("got %q", refused.ErrorMessage())
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	if err := get(client, "mine.txt"); err != nil {
		t.Errorf("the session did not outlive a patch: %v", err)
	}
	if err := srv.Reset(); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, get(client, "mine.txt"), "InvalidAccessKeyId")
}

func TestAssumeRoleRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	outside := aws.String("arn:aws:iam::123456789012:role/Outside")
	for _, test := range []struct {
		name, caller string
		in           sts.AssumeRoleInput
		code, text   string
	}{
		{"without permission", "bob", sts.AssumeRoleInput{RoleArn: aws.String(readerARN)}, "AccessDenied", "because no identity-based policy allows the sts:AssumeRole action"},
		{"without the external id", "carol", sts.AssumeRoleInput{RoleArn: outside}, "AccessDenied", "is not authorized to perform: sts:AssumeRole"},
		{"not trusted", "alice", sts.AssumeRoleInput{RoleArn: outside}, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: " + *outside},
		{"no such role", "alice", sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::123456789012:role/Nobody")}, "AccessDenied", "sts:AssumeRole on resource"},
		{"as root", "root", sts.AssumeRoleInput{RoleArn: outside}, "AccessDenied", "sts:AssumeRole"},
		{"too long", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), DurationSeconds: aws.Int32(3 * 3600)}, "ValidationError", "MaxSessionDuration"},
		{"much too long", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), DurationSeconds: aws.Int32(99999)}, "ValidationError", "less than or equal to 43200"},
		{"a bad policy", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), Policy: aws.String(`{"Statement":`)}, "MalformedPolicyDocument", ""},
		{"a bad name", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), RoleSessionName: aws.String("a b")}, "ValidationError", "roleSessionName"},
	} {
		if test.in.RoleSessionName == nil {
			test.in.RoleSessionName = aws.String("today")
		}
		t.Run(test.name, func(t *testing.T) {
			_, err := as(t, srv, test.caller).sts.AssumeRole(ctx, &test.in)
			if refused := refusedWith(t, err, test.code); !strings.Contains(refused.ErrorMessage(), test.text) {
				t.Errorf("got %q, want %q in it", refused.ErrorMessage(), test.text)
			}
		})
	}
	if _, err := as(t, srv, "carol").sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: outside, RoleSessionName: aws.String("today"), ExternalId: aws.String("42")}); err != nil {
		t.Errorf("with the external id: %v", err)
	}
}

func TestSessionsOfUsers(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	client := as(t, srv, "alice").sts
	token, err := client.GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(900)})
	if err != nil {
		t.Fatal(err)
	}
	if err := get(asSession(srv, token.Credentials), "file.txt"); err != nil {
		t.Errorf("a user's session has the user's permissions: %v", err)
	}
	bare, err := client.GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("dora")})
	if err != nil {
		t.Fatal(err)
	}
	refusedWith(t, get(asSession(srv, bare.Credentials), "file.txt"), "AccessDenied")
	limited, err := client.GetFederationToken(ctx, &sts.GetFederationTokenInput{
		Name: aws.String("dora"), PolicyArns: []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := get(asSession(srv, limited.Credentials), "file.txt"); err != nil {
		t.Errorf("what the managed policy allows: %v", err)
	}
	own := sts.New(sts.Options{
		BaseEndpoint: aws.String(srv.Endpoint), Region: srv.Region,
		Credentials: credentials.NewStaticCredentialsProvider(*token.Credentials.AccessKeyId, *token.Credentials.SecretAccessKey, *token.Credentials.SessionToken),
	})
	_, err = own.GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	refusedWith(t, err, "AccessDenied")
}
