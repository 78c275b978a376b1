package controls

import (
	"strings"
	"testing"
	"time"

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
		{"as root", "root", sts.AssumeRoleInput{RoleArn: aws.String(readerARN)}, "AccessDenied", "Roles may not be assumed by root accounts."},
		{"too long", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), DurationSeconds: aws.Int32(3 * 3600)}, "ValidationError", "MaxSessionDuration"},
		{"much too long", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), DurationSeconds: aws.Int32(99999)}, "ValidationError", "less than or equal to 43200"},
		{"a bad policy", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), Policy: aws.String(`{"Statement":`)}, "MalformedPolicyDocument", ""},
		{"a bad name", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), RoleSessionName: aws.String("a b")}, "ValidationError", "Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern"},
		{"a name of one character", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), RoleSessionName: aws.String("a")}, "ValidationError", "Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2"},
		{"a long name", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), RoleSessionName: aws.String(strings.Repeat("a", 65))}, "ValidationError", "Member must have length less than or equal to 64"},
		{"a source identity of one character", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), SourceIdentity: aws.String("b")}, "ValidationError", "Value 'b' at 'sourceIdentity' failed to satisfy constraint: Member must have length greater than or equal to 2"},
		{"a wrong code", "alice", sts.AssumeRoleInput{RoleArn: aws.String(readerARN), SerialNumber: aws.String("arn:aws:iam::123456789012:mfa/alice"), TokenCode: aws.String("12345")}, "ValidationError", "tokenCode"},
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

// The root user's sessions last an hour, whatever is asked for; a federated user's that
// it asks for may do what the session's policy allows.
func TestSessionsOfTheRootUser(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	root := as(t, srv, "root").sts
	long := aws.Int32(36 * 3600)
	token, err := root.GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: long})
	if err != nil {
		t.Fatal(err)
	}
	all := aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::my-bucket/mine.txt"}]}`)
	rita, err := root.GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("rita"), DurationSeconds: long, Policy: all})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*types.Credentials{token.Credentials, rita.Credentials} {
		if left := time.Until(*c.Expiration); left > time.Hour || left < 50*time.Minute {
			t.Errorf("it lasts %s", left)
		}
		if err := get(asSession(srv, c), "mine.txt"); err != nil {
			t.Error(err)
		}
	}
	if *rita.FederatedUser.Arn != "arn:aws:sts::123456789012:federated-user/rita" {
		t.Errorf("she is %s", *rita.FederatedUser.Arn)
	}
	refusedWith(t, get(asSession(srv, rita.Credentials), "file.txt"), "AccessDenied")
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	if err := get(asSession(srv, rita.Credentials), "mine.txt"); err != nil {
		t.Errorf("the session did not outlive a patch: %v", err)
	}
	if _, err := root.GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("r")}); !strings.Contains(err.Error(), "Member must have length greater than or equal to 2") {
		t.Errorf("got %v", err)
	}
}

// taggedWorld has roles that are given away by their tags, in every kind of policy.
const taggedWorld = `
    accounts:
      111111111111:
        users:
          iam: {policies: {p: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], Resource: "*", Condition: {StringEquals: {"iam:ResourceTag/team": red}}}]}}}
          aws: {policies: {p: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "sts:*", Resource: "*", Condition: {StringEquals: {"aws:ResourceTag/team": red}}}]}}}
          own: {tags: {team: blue}, policies: {p: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "sts:*", Resource: "*", Condition: {StringEquals: {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}}]}}}
          all: {policies: {p: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "sts:*", Resource: "*"}]}}}
        roles:
          red: {tags: {team: red}, trust: &trusting {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "111111111111"}, Action: "sts:*"}]}}
          blue: {tags: {team: blue}, trust: *trusting}
          frozen: {tags: {state: frozen}, trust: *trusting}
          bare: {trust: *trusting}
          known: {tags: {team: red}, trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "111111111111"}, Action: "sts:*", Condition: {StringEquals: {"aws:ResourceTag/team": red}}}]}}
          unknown: {tags: {team: blue}, trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "111111111111"}, Action: "sts:*", Condition: {StringEquals: {"aws:ResourceTag/team": red}}}]}}
          mfa: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "111111111111"}, Action: "sts:*", Condition: {Bool: {"aws:MultiFactorAuthPresent": "true"}}}]}}
          transitive: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "111111111111"}, Action: "sts:*", Condition: {"ForAllValues:StringEquals": {"sts:TransitiveTagKeys": [project]}, "Null": {"sts:TransitiveTagKeys": "false"}}}]}}
      999999999999: {}
    organization:
      id: o-exampleorgid
      management_account: 999999999999
      scps: {thaw: {policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "sts:AssumeRole", Resource: "*", Condition: {StringEquals: {"aws:ResourceTag/state": frozen}}}]}}}
      root: {accounts: {111111111111: {scps: [FullAWSAccess, thaw]}}}
    callers:
      iam: {account: 111111111111, user: iam}
      aws: {account: 111111111111, user: aws}
      own: {account: 111111111111, user: own}
      all: {account: 111111111111, user: all}
`

// sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity have the role's tags, under
// both names (IAM User Guide, "ABAC" tutorial), and what the call was made with.
func TestAssumeRoleByTags(t *testing.T) {
	t.Parallel()
	srv := start(t, taggedWorld)
	tag := func(in *sts.AssumeRoleInput) {
		in.Tags = []types.Tag{{Key: aws.String("project"), Value: aws.String("x")}}
		in.SourceIdentity = aws.String("somebody")
	}
	mfa := func(in *sts.AssumeRoleInput) {
		in.SerialNumber, in.TokenCode = aws.String("arn:aws:iam::111111111111:mfa/all"), aws.String("123456")
	}
	transitive := func(in *sts.AssumeRoleInput) {
		tag(in)
		in.TransitiveTagKeys = []string{"project"}
	}
	for _, c := range []struct {
		caller, role string
		change       func(*sts.AssumeRoleInput)
		want         bool
	}{
		{"iam", "red", nil, true}, {"iam", "red", tag, true}, {"iam", "blue", nil, false}, {"iam", "bare", nil, false},
		{"aws", "red", nil, true}, {"aws", "red", tag, true}, {"aws", "blue", nil, false},
		{"own", "blue", nil, true}, {"own", "red", nil, false},
		{"all", "bare", nil, true}, {"all", "frozen", nil, false}, {"all", "known", nil, true}, {"all", "unknown", nil, false},
		{"all", "mfa", nil, false}, {"all", "mfa", mfa, true}, {"all", "transitive", tag, false}, {"all", "transitive", transitive, true},
	} {
		in := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::111111111111:role/" + c.role), RoleSessionName: aws.String("me")}
		if c.change != nil {
			c.change(in)
		}
		if _, err := as(t, srv, c.caller).sts.AssumeRole(ctx, in); (err == nil) != c.want {
			t.Errorf("%s assumes %s: %v", c.caller, c.role, err)
		}
	}
}

// Transitive tags go along to the next role, which must let the session be tagged; the
// others stay behind.
func TestTransitiveTagsAreChained(t *testing.T) {
	t.Parallel()
	const trusts = `trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "111111111111"}, Action: ["sts:AssumeRole", "sts:TagSession"]}]}`
	srv := start(t, `
    accounts:
      111111111111:
        roles:
          one: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          two: {policies: {own: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/${aws:PrincipalTag/own}.txt"}, {Effect: Allow, Action: "sts:*", Resource: "*"}]}}, `+trusts+`}
          untagged: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "111111111111"}, Action: "sts:AssumeRole"}]}}
    callers:
      first: {role: one, session_tags: {own: mine, team: red}, transitive_tags: [own]}
      plain: {role: one, session_tags: {own: mine}}
    buckets:
      my-bucket: {owner: 111111111111, objects: {mine.txt: {body: m}}}
`)
	assume := func(c *sts.Client, role string, tags ...types.Tag) (*types.Credentials, error) {
		out, err := c.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::111111111111:role/" + role), RoleSessionName: aws.String("me"), Tags: tags})
		if err != nil {
			return nil, err
		}
		return out.Credentials, nil
	}
	first := as(t, srv, "first").sts
	got, err := assume(first, "two")
	if err != nil {
		t.Fatal(err)
	}
	if err := get(asSession(srv, got), "mine.txt"); err != nil {
		t.Errorf("the tag did not go along: %v", err)
	}
	_, err = assume(first, "untagged")
	if refused := refusedWith(t, err, "AccessDenied"); !strings.Contains(refused.ErrorMessage(), "sts:TagSession") {
		t.Errorf("got %q", refused.ErrorMessage())
	}
	for _, key := range []string{"own", "OWN"} {
		_, err = assume(first, "two", types.Tag{Key: &key, Value: aws.String("other")})
		const wanted = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."
		if refused := refusedWith(t, err, "InvalidParameterValue"); refused.ErrorMessage() != wanted {
			t.Errorf("%s: got %q", key, refused.ErrorMessage())
		}
	}
	if got, err = assume(as(t, srv, "plain").sts, "two"); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, get(asSession(srv, got), "mine.txt"), "AccessDenied")
	_, err = as(t, srv, "plain").sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::111111111111:role/two"), RoleSessionName: aws.String("me"), TransitiveTagKeys: []string{"own"}})
	refusedWith(t, err, "InvalidParameterValue")
}

// A source identity goes along to the next role, which must take it.
func TestSourceIdentityIsChained(t *testing.T) {
	t.Parallel()
	srv := start(t, strings.Replace(taggedWorld, "    callers:\n", `    callers:
      chained: {account: 111111111111, role: bare, source_identity: somebody}
`, 1))
	if err := srv.Patch(`{"accounts":{"111111111111":{"roles":{"bare":{"policies":{"sts":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}}},
		"mfa":{"trust":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}]}}}}}}`); err != nil {
		t.Fatal(err)
	}
	client := as(t, srv, "chained").sts
	assume := func(role string, identity *string) (*sts.AssumeRoleOutput, error) {
		return client.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::111111111111:role/" + role), RoleSessionName: aws.String("me"), SourceIdentity: identity})
	}
	out, err := assume("red", nil)
	if err != nil || *out.SourceIdentity != "somebody" {
		t.Errorf("it goes along: %+v %v", out, err)
	}
	_, err = assume("red", aws.String("another"))
	refusedWith(t, err, "AccessDenied")
	_, err = client.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::111111111111:role/red"), RoleSessionName: aws.String("me"), SourceIdentity: aws.String("another"),
		SerialNumber: aws.String("arn:aws:iam::111111111111:mfa/all"), TokenCode: aws.String("123456"),
	})
	refusedWith(t, err, "AccessDenied")
	_, err = assume("mfa", nil)
	if refused := refusedWith(t, err, "AccessDenied"); !strings.Contains(refused.ErrorMessage(), "sts:SetSourceIdentity") {
		t.Errorf("got %q", refused.ErrorMessage())
	}
}
