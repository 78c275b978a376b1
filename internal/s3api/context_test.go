package s3api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// value is the context as text: "key=a,b" for a key that is there.
func value(ctx *policy.Context, key string) string {
	v, ok := ctx.Get(key)
	if !ok {
		return "(absent)"
	}
	return strings.Join(v, ",")
}

// Presence is authorization.md 3.1.
func TestConditionKeys(t *testing.T) {
	x := trial{answers: awsAnswers(), sending: sending{method: "GET", target: "/my-bucket?prefix=a%2F&delimiter=",
		headers: []string{
			"User-Agent", "curl/8", "x-amz-content-sha256", "UNSIGNED-PAYLOAD", "x-amz-acl", "private"}}}
	c := x.court(t)
	ctx := c.question("s3:ListBucket", c.bucketARN()).Context
	for key, want := range map[string]string{
		"aws:SourceIp": "198.51.100.7", "aws:SecureTransport": "false", "aws:UserAgent": "curl/8", "aws:Referer": "(absent)",
		"aws:CurrentTime": "2026-11-01T00:00:00Z", "aws:EpochTime": "1793491200", "aws:RequestedRegion": "us-east-1",
		"aws:PrincipalArn": userARN, "aws:PrincipalAccount": ownAccount, "aws:PrincipalType": "User",
		"aws:userid":   "AIDAEXAMPLE",
		"aws:username": "my-user", "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false",
		"aws:ResourceAccount": ownAccount,
		"s3:ResourceAccount":  ownAccount, "aws:MultiFactorAuthPresent": "(absent)", "aws:TokenIssueTime": "(absent)",
		"s3:authType": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256", "s3:signatureAge": "(absent)",
		"s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD", "s3:prefix": "a/", "s3:delimiter": "", "s3:max-keys": "1000",
		"s3:x-amz-acl": "(absent)", "s3:TlsVersion": "(absent)",
	} {
		if got := value(ctx, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

// A missing object is looked for as a listing would be that has its key for a prefix,
// whatever the request's own parameters are.
func TestConditionKeysOfAMissingObject(t *testing.T) {
	for target, action := range map[string]string{
		"/my-bucket/public/x?prefix=other&delimiter=%2F&max-keys=1": listObjects,
		"/my-bucket/public/x?versionId=null&prefix=other":           listVersions,
	} {
		x := trial{answers: awsAnswers(), sending: sending{method: "GET", target: target}}
		q := x.court(t).maskedQuestion()
		if q.Action != action || q.Resource != "arn:aws:s3:::my-bucket" {
			t.Errorf("%s asks for %s on %s", target, q.Action, q.Resource)
		}
		for key, want := range map[string]string{"s3:prefix": "public/x", "s3:delimiter": "(absent)",
			"s3:max-keys": "(absent)", "s3:VersionId": "(absent)"} {
			if got := value(q.Context, key); got != want {
				t.Errorf("%s: the question has %s %q, want %q", target, key, got, want)
			}
		}
	}
}

func TestConditionKeysOfAWrite(t *testing.T) {
	x := trial{answers: awsAnswers(), sending: sending{method: "PUT", target: "/my-bucket/k", body: "x",
		headers: []string{
			"x-amz-acl", "private", "x-amz-tagging", "a=1&B=2", "x-amz-storage-class", "STANDARD_IA", "If-None-Match", "*",
			wire.SSEHeader, "aws:kms", wire.SSEKeyHeader, "1234abcd-12ab-34cd-56ef-1234567890ab"}}}
	c := x.court(t)
	ctx := c.question("s3:PutObject", c.objectARN()).Context
	for key, want := range map[string]string{
		"s3:x-amz-acl": "private", "s3:RequestObjectTag/a": "1", "s3:RequestObjectTag/B": "2",
		"s3:RequestObjectTagKeys": "a,B",
		"s3:x-amz-storage-class":  "STANDARD_IA", "s3:if-none-match": "*", "s3:x-amz-server-side-encryption": "aws:kms",
		"s3:x-amz-server-side-encryption-aws-kms-key-id": ownKey, "s3:ObjectCreationOperation": "true",
	} {
		if got := value(ctx, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	// The source of a copy is read without the keys of what is written.
	if got := value(c.question("s3:GetObject", world.BucketARN+"my-bucket/source").Context,
		"s3:x-amz-acl"); got != "(absent)" {
		t.Errorf("s3:GetObject sees s3:x-amz-acl %q", got)
	}
}

func TestConditionKeysOfThePrincipal(t *testing.T) {
	c := trial{answers: awsAnswers(), sending: sending{method: "GET", target: "/my-bucket"}}.court(t)
	role := policy.Principal{Kind: policy.RoleSession, Account: ownAccount,
		ARN: "arn:aws:sts::123456789012:assumed-role/R/s", RoleARN: "arn:aws:iam::123456789012:role/p/R"}
	for _, row := range []struct {
		name      string
		principal *policy.Principal
		caller    *world.Caller
		want      map[string]string
	}{
		{"role session", &role, &world.Caller{Account: ownAccount, UserID: "AROAEXAMPLE:s", SessionToken: "t",
			Issued: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, map[string]string{
			"aws:PrincipalArn": role.RoleARN, "aws:PrincipalType": "AssumedRole", "aws:username": "(absent)",
			"aws:userid":                 "AROAEXAMPLE:s",
			"aws:MultiFactorAuthPresent": "false", "aws:TokenIssueTime": "2026-01-02T03:04:05Z"}},
		{"anonymous", &policy.Principal{Kind: policy.Anonymous}, nil, map[string]string{
			"aws:PrincipalArn": "(absent)", "aws:PrincipalType": "Anonymous", "aws:userid": "anonymous",
			"aws:PrincipalAccount": "anonymous", "aws:PrincipalIsAWSService": "(absent)"}},
		{"service", &policy.Principal{Kind: policy.Service, Service: "logging.s3.amazonaws.com"}, nil, map[string]string{
			"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": "logging.s3.amazonaws.com",
			"aws:PrincipalArn": "(absent)"}},
		{"nobody", nil, nil, map[string]string{"aws:PrincipalType": "(absent)", "aws:PrincipalAccount": "(absent)"}},
	} {
		c.contexts, c.Principal, c.Caller = contexts{}, row.principal, row.caller
		ctx := c.question("s3:ListBucket", c.bucketARN()).Context
		for key, want := range row.want {
			if got := value(ctx, key); got != want {
				t.Errorf("%s: %s is %q, want %q", row.name, key, got, want)
			}
		}
	}
}

func TestSignatureAge(t *testing.T) {
	c := trial{answers: awsAnswers(), sending: sending{method: "GET", target: "/my-bucket/k"}}.court(t)
	now := c.Now
	for _, row := range []struct {
		p    sigv4.Presented
		want string
	}{
		{sigv4.Presented{Scheme: sigv4.V4, Time: now.Add(-1500 * time.Millisecond)}, "1500"},
		{sigv4.Presented{Scheme: sigv4.V4, Time: now.Add(time.Minute)}, "0"},
		{sigv4.Presented{Scheme: sigv4.V4}, "0"},
		{sigv4.Presented{Scheme: sigv4.V2, Time: now.Add(-time.Minute)}, "0"},
	} {
		c.Presented = &row.p
		if got := signatureAge(c); got != row.want {
			t.Errorf("%+v is %s old, want %s", row.p, got, row.want)
		}
	}
}

// S3 asks KMS on the caller's behalf (authorization.md 4; IAM User Guide, "Forward
// access sessions").
func TestQuestionToKMS(t *testing.T) {
	c := trial{answers: awsAnswers(), sending: sending{method: "PUT", target: "/my-bucket/k", body: "x"}}.court(t)
	enc := store.Encryption{Algorithm: "aws:kms", KeyARN: ownKey, Context: map[string]string{"team": "blue"}}
	key := c.State().Keys[ownKey].WithAlias(world.Alias{Name: "alias/b"}).WithAlias(world.Alias{Name: "alias/a"})
	key.Tags = map[string]string{"env": "prod"}
	q := kmsQuestion(c, "kms:GenerateDataKey", key, enc, c.Bucket, c.Key)
	for name, want := range map[string]string{
		"aws:SourceIp": c.SourceIP, "aws:SecureTransport": "true",
		"aws:ViaAWSService": "true", "aws:CalledVia": "s3.amazonaws.com", "aws:CalledViaFirst": "s3.amazonaws.com",
		"aws:CalledViaLast": "s3.amazonaws.com",
		"kms:ViaService":    "s3.us-east-1.amazonaws.com", "kms:CallerAccount": ownAccount,
		"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::my-bucket/k", "kms:EncryptionContext:team": "blue",
		"kms:EncryptionContextKeys": "aws:s3:arn,team",
		"s3:authType":               "(absent)", "s3:ResourceAccount": "(absent)", "aws:ResourceAccount": ownAccount,
		"aws:PrincipalArn":    userARN,
		"kms:ResourceAliases": "alias/a,alias/b", "kms:RequestAlias": "(absent)", "aws:ResourceTag/env": "prod",
		"kms:KeySpec": "SYMMETRIC_DEFAULT", "kms:KeyUsage": "ENCRYPT_DECRYPT", "kms:KeyOrigin": "AWS_KMS",
		"kms:CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "kms:CustomerMasterKeyUsage": "ENCRYPT_DECRYPT",
		"kms:MultiRegion": "false", "kms:MultiRegionKeyType": "(absent)", "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
	} {
		if got := value(q.Context, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if q.Resource != ownKey || q.Key == nil || q.Key.State != "Enabled" || q.Key.Unfit != "" || q.BucketPolicy != nil {
		t.Errorf("%+v", q)
	}
	enc.BucketKey = true
	q = kmsQuestion(c, "kms:Decrypt", key, enc, c.Bucket, c.Key)
	if got := value(q.Context, "kms:EncryptionContext:aws:s3:arn"); got != "arn:aws:s3:::my-bucket" {
		t.Errorf("with a Bucket Key the context is %q", got)
	}
	if got := value(c.question("s3:PutObject", c.objectARN()).Context, "aws:ViaAWSService"); got != "false" {
		t.Error("the question to KMS changed the shared context")
	}
}

// By an alias S3 asks KMS for the key that the request, or the bucket, names so, and
// for the one that AWS manages.
func TestAliasInTheQuestionToKMS(t *testing.T) {
	c := trial{answers: awsAnswers(), sending: sending{method: "PUT", target: "/my-bucket/k", body: "x"}}.court(t)
	for ref, want := range map[string]string{
		"": "alias/aws/s3", "alias/aws/s3": "alias/aws/s3", ownKey: "(absent)",
		"arn:aws:kms:us-east-1:" + ownAccount + ":alias/aws/s3": "alias/aws/s3",
	} {
		b := *c.State().Buckets["my-bucket"]
		b.Encryption = world.Encryption{Algorithm: "aws:kms", KMSKey: ref}
		q := sealingOf(c, &b).questions(c)
		if len(q) != 1 || value(q[0].Context, "kms:RequestAlias") != want {
			t.Errorf("%q: %s, want %s", ref, value(q[0].Context, "kms:RequestAlias"), want)
		}
	}
}

func TestKeysThatAreNotThere(t *testing.T) {
	c := trial{answers: awsAnswers(), sending: sending{method: "PUT", target: "/my-bucket/k", body: "x"}}.court(t)
	uuid := "aaaaaaaa-1111-2222-3333-bbbbbbbbbbbb"
	for ref, want := range map[string]string{
		"nonsense": "Invalid keyId 'nonsense'",
		uuid:       "Key 'arn:aws:kms:us-east-1:123456789012:key/" + uuid + "' does not exist",
		"arn:aws:kms:us-east-1:123456789012:key/x": "Key 'arn:aws:kms:us-east-1:123456789012:key/x' does not exist",
		"arn:aws:kms:eu-west-1:123456789012:key/x": "Invalid arn eu-west-1",
	} {
		if _, err := kmsKey(c.State(), ref, ownAccount, "us-east-1"); codeOf(s3err.Of(err)) != "KMS.NotFoundException" ||
			s3err.Of(err).Message != want {
			t.Errorf("%s: %v, want %s", ref, err, want)
		}
	}
}

func TestKeyStates(t *testing.T) {
	if len(world.KeyStates) == 0 {
		t.Fatal("no states")
	}
	for _, state := range world.KeyStates {
		if state == world.KeyEnabled {
			continue
		}
		if err := keyStateError(ownKey, state); err.Status != 400 || !strings.HasPrefix(err.Message, ownKey+" is ") {
			t.Errorf("%s: %v", state, err)
		}
	}
}

// Parameters of a presigned URL stand for headers; those of any other request do
// not.
func TestHoistedHeaders(t *testing.T) {
	presigned := trial{answers: awsAnswers(), location: sigv4.Query, sending: sending{method: "PUT",
		target: "/my-bucket/k?X-Amz-Signature=0&X-Amz-Acl=private", body: "x"}}
	if got := presigned.court(t).header("x-amz-acl"); got != "private" {
		t.Errorf("of a presigned URL: %q", got)
	}
	presigned.location = sigv4.Header
	if got := presigned.court(t).header("x-amz-acl"); got != "" {
		t.Errorf("of a signed header: %q", got)
	}
}

// Questions about one bucket share their context: DeleteObjects puts a thousand.
func TestContextsAreShared(t *testing.T) {
	c := trial{answers: awsAnswers(), sending: sending{method: "GET", target: "/my-bucket"}}.court(t)
	a, b := c.question("s3:DeleteObject", world.BucketARN+"my-bucket/a"), c.question("s3:DeleteObject",
		world.BucketARN+"my-bucket/b")
	if a.Context != b.Context {
		t.Error("each question has a context of its own")
	}
	var keys []string
	for k := range a.Context.All() {
		keys = append(keys, k)
	}
	if !slices.Contains(keys, "aws:CurrentTime") {
		t.Errorf("%q", keys)
	}
	c.Moment = &store.Moment{State: c.State(), Index: c.Moment.Index}
	if c.question("s3:DeleteObject", world.BucketARN+"my-bucket/a").Context == a.Context {
		t.Error("a context outlived its moment")
	}
}

func BenchmarkQuestion(b *testing.B) {
	c := trial{answers: awsAnswers(), sending: sending{method: "GET", target: "/my-bucket/k"}}.court(b)
	b.ReportAllocs()
	for b.Loop() {
		c.contexts = contexts{}
		c.question("s3:GetObject", c.objectARN())
	}
}
