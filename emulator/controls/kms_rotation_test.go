package controls

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

const rotationWorld = `
    clock: {now: 2026-11-20T00:00:00Z}
    accounts: {123456789012: {}}
    callers: {root: {root: true}}
    kms_keys:
      1234abcd-12ab-34cd-56ef-1234567890ab: {created: 2026-01-01}
      off: {state: Disabled}
      going: {state: PendingDeletion, rotation: {days: 90}}
      mac: {spec: HMAC_256}
      rsa: {spec: RSA_2048, usage: SIGN_VERIFY}
      imported: {origin: EXTERNAL}
      twin: {multi_region: replica}
`

func status(t *testing.T, c *kms.Client, key string) *kms.GetKeyRotationStatusOutput {
	t.Helper()
	out, err := c.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &key})
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return out
}

func rotations(t *testing.T, c *kms.Client, key string) (kinds string) {
	t.Helper()
	out, err := c.ListKeyRotations(ctx, &kms.ListKeyRotationsInput{KeyId: &key})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Rotations {
		kinds += string(r.RotationType[:1])
	}
	return kinds
}

// The clock rotates a key when its period is over; on demand it is rotated beside that.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	srv := start(t, rotationWorld)
	c := as(t, srv, "root").kms
	if s := status(t, c, kmsKeyID); s.KeyRotationEnabled || *s.KeyId != kmsKeyID || s.NextRotationDate != nil || s.RotationPeriodInDays != nil {
		t.Errorf("a new key: %+v", s)
	}
	if _, err := c.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: keyID, RotationPeriodInDays: aws.Int32(100)}); err != nil {
		t.Fatal(err)
	}
	s := status(t, c, kmsKeyID)
	if !s.KeyRotationEnabled || *s.RotationPeriodInDays != 100 || s.NextRotationDate == nil {
		t.Fatalf("enabled: %+v", s)
	}
	due := *s.NextRotationDate
	first := material(t, c, kmsKeyID)
	if _, err := c.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	if s := status(t, c, kmsKeyID); !s.NextRotationDate.Equal(due) {
		t.Errorf("a rotation on demand moved the next from %v to %v", due, s.NextRotationDate)
	}
	srv.Advance(201 * 24 * time.Hour)
	if s := status(t, c, kmsKeyID); !s.NextRotationDate.Equal(due.AddDate(0, 0, 200)) {
		t.Errorf("after two rotations the next is due on %v, want %v", s.NextRotationDate, due.AddDate(0, 0, 200))
	}
	if kinds := rotations(t, c, kmsKeyID); kinds != "OAA" {
		t.Errorf("the rotations are %s", kinds)
	}
	all, err := c.ListKeyRotations(ctx, &kms.ListKeyRotationsInput{KeyId: keyID, IncludeKeyMaterial: types.IncludeKeyMaterialAllKeyMaterial})
	if err != nil || len(all.Rotations) != 4 || *all.Rotations[0].KeyMaterialId != first || all.Rotations[0].RotationDate != nil ||
		all.Rotations[3].KeyMaterialState != types.KeyMaterialStateCurrent || *all.Rotations[3].KeyMaterialId != material(t, c, kmsKeyID) {
		t.Errorf("all material: %v, %+v", err, all)
	}
	// What is missed while a key is disabled is made up for when it is enabled.
	if _, err := c.DisableKey(ctx, &kms.DisableKeyInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	srv.Advance(301 * 24 * time.Hour)
	if kinds := rotations(t, c, kmsKeyID); kinds != "OAA" {
		t.Errorf("a disabled key's rotations are %s", kinds)
	}
	if _, err := c.EnableKey(ctx, &kms.EnableKeyInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	if kinds := rotations(t, c, kmsKeyID); kinds != "OAAA" {
		t.Errorf("enabled again, its rotations are %s", kinds)
	}
	if _, err := c.DisableKeyRotation(ctx, &kms.DisableKeyRotationInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	if s := status(t, c, kmsKeyID); s.KeyRotationEnabled || rotations(t, c, kmsKeyID) != "OAAA" {
		t.Errorf("disabled: %+v", s)
	}
	if got := status(t, c, managedKey(t, c)); !got.KeyRotationEnabled || *got.RotationPeriodInDays != 365 {
		t.Errorf("aws/s3: %+v", got)
	}
}

// A patch of the world keeps what was rotated.
func TestRotationsArePatched(t *testing.T) {
	t.Parallel()
	srv := start(t, rotationWorld)
	c := as(t, srv, "root").kms
	if _, err := c.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	before := material(t, c, kmsKeyID)
	if err := srv.Patch(`{"kms_keys":{"` + kmsKeyID + `":{"rotation":{"days":90}}}}`); err != nil {
		t.Fatal(err)
	}
	// A key of January with 90 days has been rotated three times by November.
	if kinds := rotations(t, c, kmsKeyID); kinds != "OAAA" && kinds != "AAAO" || material(t, c, kmsKeyID) == before {
		t.Errorf("the rotations are %s", kinds)
	}
}

func TestKeyRotationRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, rotationWorld)
	c := as(t, srv, "root").kms
	arn := func(id string) string { return "arn:aws:kms:us-east-1:123456789012:key/" + id }
	for key, want := range map[string][2]string{
		"off":                                  {"DisabledException", arn("off") + " is disabled."},
		"going":                                {"KMSInvalidStateException", arn("going") + " is pending deletion."},
		"mac":                                  {"UnsupportedOperationException", ""},
		"rsa":                                  {"UnsupportedOperationException", ""},
		"imported":                             {"UnsupportedOperationException", arn("imported") + " origin is EXTERNAL which is not valid for this operation."},
		"twin":                                 {"UnsupportedOperationException", ""},
		"1234abcd-12ab-34cd-56ef-0000000000ab": {"NotFoundException", "Key '" + arn("1234abcd-12ab-34cd-56ef-0000000000ab") + "' does not exist"},
	} {
		_, err := c.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: &key})
		saying(t, err, want[0], want[1])
		_, err = c.DisableKeyRotation(ctx, &kms.DisableKeyRotationInput{KeyId: &key})
		saying(t, err, want[0], want[1])
		_, err = c.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: &key})
		saying(t, err, want[0], want[1])
	}
	for _, key := range []string{"off", "going", "imported", "mac", "rsa"} {
		if s := status(t, c, key); s.KeyRotationEnabled {
			t.Errorf("%s: %+v", key, s)
		}
	}
	for days, text := range map[int32]string{89: "greater than or equal to 90", 2561: "less than or equal to 2560"} {
		_, err := c.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: keyID, RotationPeriodInDays: &days})
		saying(t, err, "ValidationException", "at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value "+text)
	}
	for range 25 {
		if _, err := c.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: keyID}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: keyID})
	saying(t, err, "LimitExceededException", "The on-demand rotations limit has been reached for the given keyId.")
	_, err = c.TagResource(ctx, &kms.TagResourceInput{KeyId: keyID, Tags: []types.Tag{{TagKey: aws.String(strings.Repeat("k", 129)), TagValue: aws.String("")}}})
	saying(t, err, "ValidationException", "at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128")
	_, err = c.TagResource(ctx, &kms.TagResourceInput{KeyId: keyID, Tags: []types.Tag{{TagKey: aws.String("aws:x"), TagValue: aws.String("")}}})
	saying(t, err, "TagException", "Tags beginning with aws: are reserved")
	_, err = c.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("mine"), TargetKeyId: keyID})
	saying(t, err, "ValidationException", `Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/`)
}

// Before April 2024 a key was rotated every year, or not at all; before June 2025 its
// materials had no ids.
func TestKeyRotationByDate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		day             string
		flexible, named bool
	}{
		{"as_of: 2024-04-11", false, false}, {"as_of: 2024-04-12", true, false}, {"as_of: 2025-06-05", true, false}, {"as_of: 2025-06-06", true, true},
	} {
		c := as(t, start(t, "    "+row.day+"\n"+rotationWorld), "root").kms
		if _, err := c.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: keyID, RotationPeriodInDays: aws.Int32(100)}); err != nil {
			t.Fatal(err)
		}
		if s := status(t, c, kmsKeyID); !s.KeyRotationEnabled || (s.KeyId != nil) != row.flexible || (aws.ToInt32(s.RotationPeriodInDays) == 100) != row.flexible {
			t.Errorf("%s: %+v", row.day, s)
		}
		if _, err := c.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: keyID}); !row.flexible {
			refusedWith(t, err, "UnknownOperationException")
		} else if err != nil {
			t.Error(err)
		}
		if (material(t, c, kmsKeyID) != "") != row.named {
			t.Errorf("%s: key material has an id, or none", row.day)
		}
	}
}
