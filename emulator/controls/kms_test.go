package controls

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const kmsWorld = `
    accounts:
      123456789012:
        users:
          all: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          s3only: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
      111111111111:
        users:
          partner: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: ["s3:*", "kms:*"], Resource: "*"}]}}}
    callers:
      all: {account: 123456789012, user: all}
      s3only: {account: 123456789012, user: s3only}
      root: {account: 123456789012, root: true}
      partner: {account: 111111111111, user: partner}
    kms_keys:
      1234abcd-12ab-34cd-56ef-1234567890ab:
        account: 123456789012
        aliases: [alias/mine, {name: alias/old, created: 2020-01-01, updated: 2020-01-02}]
        created: 2020-01-01
        description: The bucket's key
        tags: {team: storage}
      key-2: {account: 123456789012}
    buckets:
      my-bucket:
        owner: 123456789012
        encryption: {algorithm: "aws:kms", kms_key: alias/mine}
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111111111111:user/partner"}, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}
        objects: {file.txt: {body: "hello\n"}}
`

const (
	kmsKeyID  = "1234abcd-12ab-34cd-56ef-1234567890ab"
	kmsKeyARN = "arn:aws:kms:us-east-1:123456789012:key/" + kmsKeyID
	kmsOwner  = `{"Sid":"Owner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"}`
)

var keyID = aws.String(kmsKeyID)

func keyPolicy(statements ...string) *string {
	return aws.String(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
}

func TestKeyLife(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	made, err := c.CreateKey(ctx, &kms.CreateKeyInput{
		Description: aws.String("mine"), Tags: []types.Tag{{TagKey: aws.String("a"), TagValue: aws.String("b")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := made.KeyMetadata
	if !m.Enabled || m.KeyState != types.KeyStateEnabled || *m.Description != "mine" || m.KeySpec != types.KeySpecSymmetricDefault ||
		*m.AWSAccountId != "123456789012" || m.KeyManager != types.KeyManagerTypeCustomer || m.CreationDate == nil || m.DeletionDate != nil {
		t.Errorf("made %+v", m)
	}
	if want := "arn:aws:kms:us-east-1:123456789012:key/" + *m.KeyId; *m.Arn != want {
		t.Errorf("the ARN is %s, want %s", *m.Arn, want)
	}
	if _, err := c.UpdateKeyDescription(ctx, &kms.UpdateKeyDescriptionInput{KeyId: m.KeyId, Description: aws.String("yours")}); err != nil {
		t.Error(err)
	}
	if _, err := c.TagResource(ctx, &kms.TagResourceInput{KeyId: m.KeyId, Tags: []types.Tag{{TagKey: aws.String("c"), TagValue: aws.String("d")}}}); err != nil {
		t.Error(err)
	}
	if _, err := c.UntagResource(ctx, &kms.UntagResourceInput{KeyId: m.KeyId, TagKeys: []string{"a"}}); err != nil {
		t.Error(err)
	}
	tags, err := c.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: m.KeyId})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].TagKey != "c" {
		t.Errorf("tags: %v, %+v", err, tags)
	}
	gone, err := c.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: m.KeyId, PendingWindowInDays: aws.Int32(7)})
	if err != nil {
		t.Fatal(err)
	}
	if *gone.KeyId != *m.Arn || gone.KeyState != types.KeyStatePendingDeletion || gone.DeletionDate.Sub(*m.CreationDate).Hours() < 6*24 {
		t.Errorf("scheduled %+v", gone)
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	after, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: m.Arn})
	if err != nil || *after.KeyMetadata.Description != "yours" || !after.KeyMetadata.DeletionDate.Equal(*gone.DeletionDate) || !after.KeyMetadata.CreationDate.Equal(*m.CreationDate) {
		t.Errorf("after a patch: %v, %+v", err, after)
	}
	if _, err := c.CancelKeyDeletion(ctx, &kms.CancelKeyDeletionInput{KeyId: m.KeyId}); err != nil {
		t.Fatal(err)
	}
	after, err = c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: m.KeyId})
	if err != nil || after.KeyMetadata.KeyState != types.KeyStateDisabled || after.KeyMetadata.DeletionDate != nil {
		t.Errorf("not to be deleted any more: %v, %+v", err, after)
	}
}

func TestListKeys(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	var ids []string
	pages := kms.NewListKeysPaginator(as(t, srv, "all").kms, &kms.ListKeysInput{Limit: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range page.Keys {
			ids = append(ids, *k.KeyId)
		}
	}
	if len(ids) != 3 || !slices.Contains(ids, kmsKeyID) || !slices.Contains(ids, "key-2") || !slices.IsSorted(ids) {
		t.Errorf("two keys and aws/s3: %q", ids)
	}
	_, err := as(t, srv, "all").kms.ListKeys(ctx, &kms.ListKeysInput{Marker: aws.String("?")})
	var invalid *types.InvalidMarkerException
	if !errors.As(err, &invalid) {
		t.Errorf("got %v", err)
	}
}

func TestDescribeKeyByEveryName(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	for _, name := range []string{kmsKeyID, kmsKeyARN, "alias/mine", "arn:aws:kms:us-east-1:123456789012:alias/old"} {
		out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(name)})
		if err != nil || *out.KeyMetadata.Arn != kmsKeyARN || *out.KeyMetadata.Description != "The bucket's key" {
			t.Errorf("%s: %v", name, err)
		}
	}
	managed, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/aws/s3")})
	if err != nil || managed.KeyMetadata.KeyManager != types.KeyManagerTypeAws {
		t.Errorf("alias/aws/s3: %v", err)
	}
	for name, want := range map[string]string{
		"1234abcd-12ab-34cd-56ef-000000000000":        "Key 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-000000000000' does not exist",
		"arn:aws:kms:us-east-1:123456789012:key/none": "Key 'arn:aws:kms:us-east-1:123456789012:key/none' does not exist",
		"alias/none": "Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found.",
		"none":       "Invalid keyId 'none'",
		"arn:aws:kms:eu-west-1:123456789012:key/" + kmsKeyID:     "Invalid arn eu-west-1",
		"arn:aws:kms:us-east-1:123456789012:alias/aws/something": "Alias arn:aws:kms:us-east-1:123456789012:alias/aws/something is not found.",
	} {
		_, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(name)})
		var missing *types.NotFoundException
		if !errors.As(err, &missing) || missing.ErrorMessage() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	_, err = c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("arn:aws:s3:::my-bucket")})
	var invalid *types.InvalidArnException
	if !errors.As(err, &invalid) {
		t.Errorf("the ARN of a bucket: %v", err)
	}
}

// A key is in the region that the call is signed for.
func TestKeysHaveARegion(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := kms.NewFromConfig(sdkv2.Config(t, srv, "all"), func(o *kms.Options) { o.Region = "eu-west-1" })
	_, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: keyID})
	refusedWith(t, err, "NotFoundException")
	made, err := c.CreateKey(ctx, &kms.CreateKeyInput{})
	if err != nil || !strings.HasPrefix(*made.KeyMetadata.Arn, "arn:aws:kms:eu-west-1:") {
		t.Errorf("%v, %+v", err, made)
	}
}

func read(t *testing.T, srv *emulatortest.Server, caller string) error {
	t.Helper()
	return get(sdkv2.S3(t, srv, caller), "file.txt")
}

// The key's policy is what lets another account in.
func TestPutKeyPolicyCuresCrossAccountRead(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	refusedWith(t, read(t, srv, "partner"), "AccessDenied")
	c := as(t, srv, "all").kms
	document := keyPolicy(kmsOwner, `{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/partner"},"Action":["kms:Decrypt","kms:DescribeKey"],"Resource":"*"}`)
	if _, err := c.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: keyID, PolicyName: aws.String("default"), Policy: document}); err != nil {
		t.Fatal(err)
	}
	if err := read(t, srv, "partner"); err != nil {
		t.Errorf("with the key's policy: %v", err)
	}
	got, err := c.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: keyID})
	if err != nil || *got.Policy != *document || *got.PolicyName != "default" {
		t.Errorf("%v, %+v", err, got)
	}
	names, err := c.ListKeyPolicies(ctx, &kms.ListKeyPoliciesInput{KeyId: keyID})
	if err != nil || len(names.PolicyNames) != 1 || names.PolicyNames[0] != "default" || names.Truncated {
		t.Errorf("%v, %+v", err, names)
	}
	partner := as(t, srv, "partner").kms
	if out, err := partner.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(kmsKeyARN)}); err != nil || *out.KeyMetadata.AWSAccountId != "123456789012" {
		t.Errorf("another account describes the key: %v", err)
	}
	_, err = partner.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: aws.String(kmsKeyARN)})
	refusedWith(t, err, "AccessDeniedException")
}

func TestPutKeyPolicyRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	lockedOut := keyPolicy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:Decrypt","Resource":"*"}`)
	for _, row := range []struct {
		name   string
		policy *string
		text   string
	}{
		{"no JSON", aws.String("{"), ""},
		{"nobody", keyPolicy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/nobody"},"Action":"kms:*","Resource":"*"}`), "invalid principals"},
		{"without a principal", keyPolicy(`{"Effect":"Allow","Action":"kms:*","Resource":"*"}`), ""},
		{"locks its author out", lockedOut, "The new key policy will not allow you to update the key policy in the future."},
		{"denies its author", keyPolicy(kmsOwner, `{"Effect":"Deny","Principal":"*","Action":"kms:PutKeyPolicy","Resource":"*"}`), "in the future"},
	} {
		_, err := c.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: keyID, Policy: row.policy})
		var malformed *types.MalformedPolicyDocumentException
		if !errors.As(err, &malformed) || !strings.Contains(malformed.ErrorMessage(), row.text) {
			t.Errorf("%s: %v", row.name, err)
		}
		_, err = c.CreateKey(ctx, &kms.CreateKeyInput{Policy: row.policy})
		if !errors.As(err, &malformed) {
			t.Errorf("%s, of a new key: %v", row.name, err)
		}
	}
	_, err := c.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: aws.String(managedKey(t, c)), Policy: keyPolicy(kmsOwner)})
	refusedWith(t, err, "AccessDeniedException")
	_, err = as(t, srv, "root").kms.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: aws.String(managedKey(t, c)), Policy: keyPolicy(kmsOwner)})
	refusedWith(t, err, "AccessDeniedException")
	_, err = as(t, srv, "s3only").kms.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: keyID, Policy: keyPolicy(kmsOwner)})
	if refused := refusedWith(t, err, "AccessDeniedException"); !strings.Contains(refused.ErrorMessage(), "on resource: "+kmsKeyARN+" because no identity-based policy allows the kms:PutKeyPolicy action") {
		t.Errorf("got %q", refused.ErrorMessage())
	}
	if _, err := c.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: keyID, Policy: lockedOut, BypassPolicyLockoutSafetyCheck: true}); err != nil {
		t.Fatalf("locked out on purpose: %v", err)
	}
	_, err = as(t, srv, "root").kms.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: keyID, Policy: keyPolicy(kmsOwner)})
	refusedWith(t, err, "AccessDeniedException")
}

func managedKey(t *testing.T, c *kms.Client) string {
	t.Helper()
	out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/aws/s3")})
	if err != nil {
		t.Fatal(err)
	}
	return *out.KeyMetadata.KeyId
}

// What a state hinders, it hinders; and EnableKey cures.
func TestKeyStates(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	in := &kms.EnableKeyInput{KeyId: keyID}
	if _, err := c.DisableKey(ctx, &kms.DisableKeyInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, read(t, srv, "all"), "KMS.DisabledException")
	if _, err := c.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: keyID}); err != nil {
		t.Errorf("a disabled key has its policy: %v", err)
	}
	_, err := as(t, srv, "s3only").kms.EnableKey(ctx, in)
	refusedWith(t, err, "AccessDeniedException")
	if _, err := c.EnableKey(ctx, in); err != nil {
		t.Fatal(err)
	}
	if err := read(t, srv, "all"); err != nil {
		t.Errorf("enabled again: %v", err)
	}
	_, err = c.CancelKeyDeletion(ctx, &kms.CancelKeyDeletionInput{KeyId: keyID})
	var state *types.KMSInvalidStateException
	if !errors.As(err, &state) {
		t.Errorf("nothing to cancel: %v", err)
	}
	for _, days := range []int32{6, 31} {
		_, err = c.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: keyID, PendingWindowInDays: aws.Int32(days)})
		refusedWith(t, err, "ValidationException")
	}
	if _, err := c.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, read(t, srv, "all"), "KMS.KMSInvalidStateException")
	if _, err := c.EnableKey(ctx, in); !errors.As(err, &state) || state.ErrorMessage() != kmsKeyARN+" is pending deletion." {
		t.Errorf("got %v", err)
	}
}

func TestKeysRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	_, err := as(t, srv, "s3only").kms.CreateKey(ctx, &kms.CreateKeyInput{})
	if refused := refusedWith(t, err, "AccessDeniedException"); !strings.Contains(refused.ErrorMessage(), "kms:CreateKey on resource: * because no identity-based policy allows") {
		t.Errorf("got %q", refused.ErrorMessage())
	}
	_, err = as(t, srv, "s3only").kms.ListKeys(ctx, &kms.ListKeysInput{})
	refusedWith(t, err, "AccessDeniedException")
	_, err = as(t, srv, "partner").kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(kmsKeyARN)})
	if refused := refusedWith(t, err, "AccessDeniedException"); !strings.Contains(refused.ErrorMessage(), "kms:DescribeKey on this resource because the resource does not exist in this Region") {
		t.Errorf("got %q", refused.ErrorMessage())
	}
	_, err = as(t, srv, "all").kms.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: aws.String("alias/mine")})
	refusedWith(t, err, "NotFoundException")
}
