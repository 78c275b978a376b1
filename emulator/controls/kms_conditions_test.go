package controls

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// limit gives the user s3only everything of S3 and, under a condition, of KMS.
func limit(t *testing.T, srv *emulatortest.Server, condition string) {
	t.Helper()
	err := srv.Patch(fmt.Sprintf(`{"accounts":{"123456789012":{"users":{"s3only":{"policies":{"kms":{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["kms:*"],"Resource":"*","Condition":%s}]}}}}}}}`, condition))
	if err != nil {
		t.Fatal(err)
	}
}

// Calls of KMS itself know the key's own condition keys too, each for the actions that
// have it (KMS Developer Guide, "AWS KMS permissions").
func TestKeyConditions(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "s3only").kms
	describe := func() error {
		_, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: keyID})
		return err
	}
	byAlias := func() error {
		_, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/mine")})
		return err
	}
	list := func() error {
		_, err := c.ListKeys(ctx, &kms.ListKeysInput{})
		return err
	}
	grants := func() error {
		_, err := c.ListGrants(ctx, &kms.ListGrantsInput{KeyId: keyID})
		return err
	}
	drop := func(days *int32) func() error {
		return func() error {
			_, err := c.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: aws.String("key-2"), PendingWindowInDays: days})
			return err
		}
	}
	dropAlias := func() error {
		_, err := c.DeleteAlias(ctx, &kms.DeleteAliasInput{AliasName: aws.String("alias/old")})
		return err
	}
	for _, row := range []struct {
		condition string
		call      func() error
		allowed   bool
	}{
		{`{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/old"}}`, describe, true},
		{`{"ForAllValues:StringLike":{"kms:ResourceAliases":"alias/m*"}}`, describe, false},
		{`{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/none"}}`, describe, false},
		{`{"StringEquals":{"kms:RequestAlias":"alias/mine"}}`, byAlias, true},
		{`{"StringEquals":{"kms:RequestAlias":"alias/mine"}}`, describe, false},
		{`{"StringEquals":{"aws:ResourceTag/team":"storage"}}`, describe, true},
		{`{"StringEquals":{"aws:ResourceTag/team":"other"}}`, describe, false},
		{`{"StringEquals":{"kms:KeySpec":"SYMMETRIC_DEFAULT","kms:KeyUsage":"ENCRYPT_DECRYPT","kms:KeyOrigin":"AWS_KMS"},"Bool":{"kms:MultiRegion":"false"},"Null":{"kms:MultiRegionKeyType":"true"}}`, describe, true},
		{`{"Null":{"kms:EncryptionAlgorithm":"false"}}`, describe, false},
		{`{"Null":{"kms:KeySpec":"false"}}`, list, false},
		{`{"Null":{"kms:CallerAccount":"false"}}`, list, false},
		{`{"Null":{"kms:ViaService":"true"},"Bool":{"aws:ViaAWSService":"false"}}`, describe, true},
		{`{"StringEquals":{"kms:CallerAccount":"123456789012"}}`, grants, true},
		{`{"Bool":{"kms:GrantIsForAWSResource":"true"}}`, grants, false},
		{`{"Bool":{"kms:GrantIsForAWSResource":"false"}}`, grants, true},
		{`{"Null":{"kms:GrantIsForAWSResource":"false"}}`, describe, false},
		// The alias is a resource of its own, which has no aliases
		// (awslabs/landing-zone-accelerator-on-aws#686).
		{`{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/old"}}`, dropAlias, false},
		{`{"ForAllValues:StringLike":{"kms:ResourceAliases":"alias/*"}}`, dropAlias, true},
		{`{"NumericGreaterThan":{"kms:ScheduleKeyDeletionPendingWindowInDays":"21"}}`, drop(aws.Int32(7)), false},
		{`{"NumericGreaterThan":{"kms:ScheduleKeyDeletionPendingWindowInDays":"21"}}`, drop(nil), true},
	} {
		limit(t, srv, row.condition)
		switch err := row.call(); {
		case row.allowed && err != nil:
			t.Errorf("%s: %v", row.condition, err)
		case !row.allowed:
			refusedWith(t, err, "AccessDeniedException")
		}
	}
}

// Tags and aliases of a key change at once who may use it, as a policy does.
func TestTagsAndAliasesDecideAtOnce(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	admin := as(t, srv, "all").kms
	may := func(want bool) {
		t.Helper()
		if err := read(t, srv, "s3only"); (err == nil) != want {
			t.Errorf("reads: %v, want %v", err, want)
		}
	}
	limit(t, srv, `{"StringEquals":{"aws:ResourceTag/team":"storage"}}`)
	may(true)
	if _, err := admin.TagResource(ctx, &kms.TagResourceInput{KeyId: keyID, Tags: []types.Tag{{TagKey: aws.String("team"), TagValue: aws.String("other")}}}); err != nil {
		t.Fatal(err)
	}
	may(false)
	limit(t, srv, `{"Null":{"aws:ResourceTag/team":"true"}}`)
	may(false)
	if _, err := admin.UntagResource(ctx, &kms.UntagResourceInput{KeyId: keyID, TagKeys: []string{"team"}}); err != nil {
		t.Fatal(err)
	}
	may(true)
	limit(t, srv, `{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/new"}}`)
	may(false)
	if _, err := admin.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/new"), TargetKeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	may(true)
	if _, err := admin.UpdateAlias(ctx, &kms.UpdateAliasInput{AliasName: aws.String("alias/new"), TargetKeyId: aws.String("key-2")}); err != nil {
		t.Fatal(err)
	}
	may(false)
}

// A key can be of any kind, and its kind is a condition of its making; S3 uses those for
// symmetric encryption alone.
func TestKeyKinds(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "s3only").kms
	limit(t, srv, `{"StringEquals":{"kms:KeySpec":"RSA_2048","kms:KeyUsage":"SIGN_VERIFY"}}`)
	made, err := c.CreateKey(ctx, &kms.CreateKeyInput{KeySpec: types.KeySpecRsa2048, KeyUsage: types.KeyUsageTypeSignVerify})
	if err != nil {
		t.Fatal(err)
	}
	//lint:ignore SA1019 older programs read the field, so it has to be right
	if m := made.KeyMetadata; m.KeySpec != types.KeySpecRsa2048 || m.CustomerMasterKeySpec != types.CustomerMasterKeySpecRsa2048 ||
		len(m.SigningAlgorithms) != 6 || len(m.EncryptionAlgorithms) != 0 || *m.MultiRegion {
		t.Errorf("%+v", m)
	}
	_, err = c.CreateKey(ctx, &kms.CreateKeyInput{})
	refusedWith(t, err, "AccessDeniedException")
	limit(t, srv, `{"StringEquals":{"kms:MultiRegionKeyType":"PRIMARY","kms:KeyOrigin":"EXTERNAL"},"Bool":{"kms:MultiRegion":"true"}}`)
	made, err = c.CreateKey(ctx, &kms.CreateKeyInput{MultiRegion: aws.Bool(true), Origin: types.OriginTypeExternal})
	if err != nil {
		t.Fatal(err)
	}
	described, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: made.KeyMetadata.KeyId})
	if err != nil {
		t.Fatal(err)
	}
	m := described.KeyMetadata
	if m.Origin != types.OriginTypeExternal || m.KeyState != types.KeyStatePendingImport || m.Enabled || (*m.KeyId)[:4] != "mrk-" {
		t.Errorf("%+v", m)
	}
	if m.MultiRegionConfiguration.MultiRegionKeyType != types.MultiRegionKeyTypePrimary || *m.MultiRegionConfiguration.PrimaryKey.Arn != *m.Arn {
		t.Errorf("%+v", m.MultiRegionConfiguration)
	}
}

func TestKeyKindsRefused(t *testing.T) {
	t.Parallel()
	c := as(t, start(t, kmsWorld), "all").kms
	for _, row := range []struct {
		in   kms.CreateKeyInput
		code string
	}{
		{kms.CreateKeyInput{KeySpec: types.KeySpecHmac256}, "ValidationException"},
		{kms.CreateKeyInput{KeySpec: types.KeySpecHmac256, KeyUsage: types.KeyUsageTypeSignVerify}, "ValidationException"},
		{kms.CreateKeyInput{KeySpec: "RSA_1024", KeyUsage: types.KeyUsageTypeSignVerify}, "ValidationException"},
		{kms.CreateKeyInput{KeyUsage: types.KeyUsageTypeSignVerify}, "ValidationException"},
		//lint:ignore SA1019 older programs send the parameter
		{kms.CreateKeyInput{KeySpec: types.KeySpecSymmetricDefault, CustomerMasterKeySpec: types.CustomerMasterKeySpecSymmetricDefault}, "ValidationException"},
		{kms.CreateKeyInput{Origin: types.OriginTypeAwsCloudhsm}, "UnsupportedOperationException"},
		{kms.CreateKeyInput{Policy: keyPolicy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}`)}, "MalformedPolicyDocumentException"},
	} {
		_, err := c.CreateKey(ctx, &row.in)
		refusedWith(t, err, row.code)
	}
}
