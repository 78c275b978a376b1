package controls

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// A grant names who has been deleted by the unique id, and the world can still be patched.
func TestGrantOfTheDeparted(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all")
	name := aws.String("leaver")
	user, err := c.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: name})
	if err != nil {
		t.Fatal(err)
	}
	in := &kms.CreateGrantInput{KeyId: keyID, GranteePrincipal: user.User.Arn}
	in.Operations = []types.GrantOperation{}
	_, err = c.kms.CreateGrant(ctx, in)
	refusedWith(t, err, "ValidationException")
	in.Operations = []types.GrantOperation{types.GrantOperationDecrypt}
	if _, err = c.kms.CreateGrant(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err = c.iam.DeleteUser(ctx, &iam.DeleteUserInput{UserName: name}); err != nil {
		t.Fatal(err)
	}
	list, err := c.kms.ListGrants(ctx, &kms.ListGrantsInput{KeyId: keyID})
	if err != nil || len(list.Grants) != 1 || *list.Grants[0].GranteePrincipal != *user.User.UserId {
		t.Errorf("listed: %v, %+v", err, list)
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Error(err)
	}
}

// schedule has the key of kmsWorld wait for seven days, of which all but a minute go by.
func schedule(t *testing.T, srv *emulatortest.Server, c *kms.Client) {
	t.Helper()
	seven := &kms.ScheduleKeyDeletionInput{KeyId: keyID, PendingWindowInDays: aws.Int32(7)}
	if _, err := c.ScheduleKeyDeletion(ctx, seven); err != nil {
		t.Fatal(err)
	}
	srv.Advance(7*24*time.Hour - time.Minute)
}

// A key that is scheduled for deletion goes at its time, whatever the time of day, and its
// aliases go with it.
func TestScheduledKeyGoes(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	schedule(t, srv, c)
	if there, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: keyID}); err != nil ||
		there.KeyMetadata.KeyState != types.KeyStatePendingDeletion {
		t.Fatalf("before its time: %v, %+v", err, there)
	}
	srv.Advance(time.Minute)
	for _, name := range []string{kmsKeyID, kmsKeyARN, "alias/mine"} {
		_, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &name})
		refusedWith(t, err, "NotFoundException")
	}
	_, err := c.CancelKeyDeletion(ctx, &kms.CancelKeyDeletionInput{KeyId: keyID})
	refusedWith(t, err, "NotFoundException")
	keys, err := c.ListKeys(ctx, &kms.ListKeysInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys.Keys {
		if *k.KeyId == kmsKeyID {
			t.Error("the key is listed")
		}
	}
	aliases, err := c.ListAliases(ctx, &kms.ListAliasesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range aliases.Aliases {
		if *a.TargetKeyId == kmsKeyID {
			t.Errorf("%s is listed", *a.AliasName)
		}
	}
	reuse := &kms.CreateAliasInput{AliasName: aws.String("alias/mine"), TargetKeyId: aws.String("key-2")}
	if _, err := c.CreateAlias(ctx, reuse); err != nil {
		t.Errorf("the alias is not free: %v", err)
	}
}

// A deletion that is called off does not come, and what is said of it in a patch does.
func TestDeletionIsCalledOff(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	schedule(t, srv, c)
	if _, err := c.CancelKeyDeletion(ctx, &kms.CancelKeyDeletionInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	srv.Advance(time.Hour)
	if _, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: keyID}); err != nil {
		t.Error(err)
	}
	if err := srv.Patch(`{"kms_keys":{"key-2":{"state":"PendingDeletion","deletion_date":"2020-01-01"}}}`); err != nil {
		t.Fatal(err)
	}
	_, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("key-2")})
	refusedWith(t, err, "NotFoundException")
}

// What the key of a bucket's default encryption, or of an object, is called that is not there
// any more, by each way in which it goes: S3 answers in KMS's words, and the world lives on.
func TestWorldWithoutItsKey(t *testing.T) {
	t.Parallel()
	noAlias := "Alias arn:aws:kms:us-east-1:123456789012:alias/mine is not found."
	rows := map[string]struct {
		goes     func(*testing.T, *emulatortest.Server, *clients)
		put, get string // S3's words; empty: it succeeds
	}{
		"the key is deleted": {func(t *testing.T, srv *emulatortest.Server, c *clients) {
			schedule(t, srv, c.kms)
			srv.Advance(time.Hour)
		}, noAlias, "Key '" + kmsKeyARN + "' does not exist"},
		"the alias is deleted": {func(t *testing.T, srv *emulatortest.Server, c *clients) {
			if _, err := c.kms.DeleteAlias(ctx, &kms.DeleteAliasInput{AliasName: aws.String("alias/mine")}); err != nil {
				t.Fatal(err)
			}
		}, noAlias, ""},
		"the bucket names another": {func(t *testing.T, srv *emulatortest.Server, _ *clients) {
			if err := encryptUnder(t, sdkv2.S3(t, srv, "all"), "my-bucket", "nobody's"); err != nil {
				t.Fatal(err)
			}
		}, "Invalid keyId 'nobody's'", ""},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, kmsWorld)
			row.goes(t, srv, as(t, srv, "all"))
			for _, patch := range []string{
				`{"buckets":{"my-bucket":{"tags":{"a":"b"},"objects":{"file.txt":{"tags":{"c":"d"}}}}}}`,
				`{"kms_keys":{"key-3":{"account":"123456789012"}}}`,
			} {
				if err := srv.Patch(patch); err != nil {
					t.Errorf("%s: %v", patch, err)
				}
				meets(t, srv, row.put, row.get)
			}
			if err := srv.Patch(`{"buckets":{"my-bucket":{"encryption":{"kms_key":"key-4"}}}}`); err == nil ||
				!strings.Contains(err.Error(), `did you mean "key-`) {
				t.Errorf("another key that is not there: %v", err)
			}
			if err := srv.Patch(`{"buckets":{"my-bucket":{"encryption":{"kms_key":"key-3"}}}}`); err != nil {
				t.Error(err)
			}
			meets(t, srv, "", row.get)
			if err := srv.Reset(); err != nil {
				t.Fatal(err)
			}
			meets(t, srv, "", "")
		})
	}
}

// encryptUnder gives a bucket another key for its default encryption.
func encryptUnder(t *testing.T, c *s3.Client, bucket, key string) error {
	t.Helper()
	_, err := c.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: &bucket,
		ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{
			Rules: []s3types.ServerSideEncryptionRule{{
				ApplyServerSideEncryptionByDefault: &s3types.ServerSideEncryptionByDefault{
					SSEAlgorithm: s3types.ServerSideEncryptionAwsKms, KMSMasterKeyID: &key,
				},
			}},
		},
	})
	return err
}

// meets holds what S3 says of a new object, and of the one that there was, against its words.
func meets(t *testing.T, srv *emulatortest.Server, put, get string) {
	t.Helper()
	c := sdkv2.S3(t, srv, "all")
	_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("new")})
	says(t, "PutObject", err, put)
	_, err = c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")})
	says(t, "GetObject", err, get)
}

func says(t *testing.T, call string, err error, words string) {
	t.Helper()
	if words == "" {
		if err != nil {
			t.Errorf("%s: %v", call, err)
		}
		return
	}
	if got := refusedWith(t, err, "KMS.NotFoundException").ErrorMessage(); got != words {
		t.Errorf("%s says %q, want %q", call, got, words)
	}
}

// A trail delivers nothing into a bucket of which the default key is not there.
func TestNoDeliveryWithoutAKey(t *testing.T) {
	t.Parallel()
	srv := start(t, trailWorld)
	if err := encryptUnder(t, sdkv2.S3(t, srv, "admin"), "logs", "alias/nobody's"); err != nil {
		t.Fatal(err)
	}
	status, err := as(t, srv, "admin").cloudtrail.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: aws.String("my-trail")})
	if err != nil || aws.ToString(status.LatestDeliveryError) != "KMS.NotFoundException" {
		t.Errorf("%v, %+v", err, status)
	}
}
