package controls

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

func TestAliases(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	if _, err := c.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/new"), TargetKeyId: aws.String("key-2")}); err != nil {
		t.Fatal(err)
	}
	put := func() string {
		out, err := sdkv2.S3(t, srv, "all").PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String("my-bucket"), Key: aws.String("new.txt"), ServerSideEncryption: s3types.ServerSideEncryptionAwsKms, SSEKMSKeyId: aws.String("alias/new"),
		})
		if err != nil {
			return err.Error()
		}
		return *out.SSEKMSKeyId
	}
	if got := put(); got != "arn:aws:kms:us-east-1:123456789012:key/key-2" {
		t.Errorf("the alias leads S3 to %s", got)
	}
	if _, err := c.UpdateAlias(ctx, &kms.UpdateAliasInput{AliasName: aws.String("alias/new"), TargetKeyId: aws.String(kmsKeyARN)}); err != nil {
		t.Fatal(err)
	}
	if got := put(); got != kmsKeyARN {
		t.Errorf("the alias leads S3 to %s now", got)
	}
	if got := listedAliases(t, c, nil); got != "alias/aws/s3 alias/mine alias/new alias/old" {
		t.Errorf("all aliases: %s", got)
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	if got := listedAliases(t, c, keyID); got != "alias/mine alias/new alias/old" {
		t.Errorf("the key's aliases after a patch: %s", got)
	}
	if _, err := c.DeleteAlias(ctx, &kms.DeleteAliasInput{AliasName: aws.String("alias/new")}); err != nil {
		t.Fatal(err)
	}
	if got := put(); !strings.Contains(got, "KMS.NotFoundException") {
		t.Errorf("without the alias: %s", got)
	}
}

func listedAliases(t *testing.T, c *kms.Client, key *string) string {
	t.Helper()
	var names []string
	pages := kms.NewListAliasesPaginator(c, &kms.ListAliasesInput{KeyId: key, Limit: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Aliases {
			if *a.AliasArn != "arn:aws:kms:us-east-1:123456789012:"+*a.AliasName || a.LastUpdatedDate.Before(*a.CreationDate) {
				t.Errorf("listed %+v", a)
			}
			names = append(names, *a.AliasName)
		}
	}
	return strings.Join(names, " ")
}

func TestAliasesRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	for _, row := range []struct{ alias, key, code string }{
		{"alias/mine", "key-2", "AlreadyExistsException"},
		{"alias/new", "none", "NotFoundException"},
		{"alias/new", "alias/mine", "ValidationException"},
		{"new", "key-2", "ValidationException"},
		{"alias/a b", "key-2", "ValidationException"},
		{"alias/aws/new", "key-2", "NotAuthorizedException"},
		{"alias/new", "arn:aws:kms:us-east-1:111111111111:key/k", "AccessDeniedException"},
	} {
		_, err := c.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String(row.alias), TargetKeyId: aws.String(row.key)})
		refusedWith(t, err, row.code)
	}
	_, err := c.UpdateAlias(ctx, &kms.UpdateAliasInput{AliasName: aws.String("alias/none"), TargetKeyId: aws.String("key-2")})
	refusedWith(t, err, "NotFoundException")
	_, err = c.DeleteAlias(ctx, &kms.DeleteAliasInput{AliasName: aws.String("alias/none")})
	refusedWith(t, err, "NotFoundException")
	_, err = as(t, srv, "s3only").kms.DeleteAlias(ctx, &kms.DeleteAliasInput{AliasName: aws.String("alias/mine")})
	refusedWith(t, err, "AccessDeniedException")
	for i := range 48 {
		if _, err := c.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String(fmt.Sprintf("alias/n%d", i)), TargetKeyId: keyID}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/one-too-many"), TargetKeyId: keyID})
	refusedWith(t, err, "LimitExceededException")
}
