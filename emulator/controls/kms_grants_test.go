package controls

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// A grant is enough for a caller of the key's account whose own policies do not know
// of KMS, and for another account.
func TestGrants(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	refusedWith(t, read(t, srv, "s3only"), "AccessDenied")
	in := &kms.CreateGrantInput{
		KeyId: keyID, GranteePrincipal: aws.String("arn:aws:iam::123456789012:user/s3only"), Name: aws.String("reads"),
		Operations: []types.GrantOperation{types.GrantOperationDecrypt},
	}
	made, err := c.CreateGrant(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if err := read(t, srv, "s3only"); err != nil {
		t.Errorf("with the grant: %v", err)
	}
	again, err := c.CreateGrant(ctx, in)
	if err != nil || *again.GrantId != *made.GrantId || *again.GrantToken == *made.GrantToken {
		t.Errorf("the same call again: %v, %+v", err, again)
	}
	in.Name = nil
	other, err := c.CreateGrant(ctx, in)
	if err != nil || *other.GrantId == *made.GrantId {
		t.Errorf("a grant without a name: %v, %+v", err, other)
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	list, err := c.ListGrants(ctx, &kms.ListGrantsInput{KeyId: keyID, GrantId: made.GrantId})
	if err != nil || len(list.Grants) != 1 {
		t.Fatalf("%v, %+v", err, list)
	}
	if g := list.Grants[0]; *g.Name != "reads" || *g.KeyId != kmsKeyARN || *g.IssuingAccount != "arn:aws:iam::123456789012:root" || g.CreationDate == nil {
		t.Errorf("listed %+v", g)
	}
	if _, err := c.RevokeGrant(ctx, &kms.RevokeGrantInput{KeyId: keyID, GrantId: made.GrantId}); err != nil {
		t.Fatal(err)
	}
	_, err = c.RevokeGrant(ctx, &kms.RevokeGrantInput{KeyId: keyID, GrantId: made.GrantId})
	refusedWith(t, err, "NotFoundException")
	if err := read(t, srv, "s3only"); err != nil {
		t.Errorf("the other grant is left: %v", err)
	}
	if _, err := c.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: other.GrantToken}); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, read(t, srv, "s3only"), "AccessDenied")
}

func TestGrantConstraints(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	for object, want := range map[string]bool{"file.txt": true, "other.txt": false} {
		made, err := c.CreateGrant(ctx, &kms.CreateGrantInput{
			KeyId: keyID, GranteePrincipal: aws.String("arn:aws:iam::123456789012:user/s3only"), Operations: []types.GrantOperation{types.GrantOperationDecrypt},
			Constraints: &types.GrantConstraints{EncryptionContextSubset: map[string]string{"aws:s3:arn": "arn:aws:s3:::my-bucket/" + object}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := read(t, srv, "s3only"); (err == nil) != want {
			t.Errorf("a grant for %s: %v", object, err)
		}
		list, err := c.ListGrants(ctx, &kms.ListGrantsInput{KeyId: keyID})
		if err != nil || len(list.Grants) != 1 || len(list.Grants[0].Constraints.EncryptionContextSubset) != 1 {
			t.Errorf("%v, %+v", err, list)
		}
		if _, err := c.RevokeGrant(ctx, &kms.RevokeGrantInput{KeyId: keyID, GrantId: made.GrantId}); err != nil {
			t.Fatal(err)
		}
	}
}

// Whom a grant names for it may retire it, and nobody else without a policy.
func TestRetireGrant(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	grant := func(retiring *string) *kms.CreateGrantOutput {
		made, err := c.CreateGrant(ctx, &kms.CreateGrantInput{
			KeyId: keyID, GranteePrincipal: aws.String("arn:aws:iam::111111111111:user/partner"), RetiringPrincipal: retiring,
			Operations: []types.GrantOperation{types.GrantOperationDecrypt},
		})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	byNobody := grant(nil)
	for _, caller := range []string{"s3only", "partner"} {
		_, err := as(t, srv, caller).kms.RetireGrant(ctx, &kms.RetireGrantInput{KeyId: aws.String(kmsKeyARN), GrantId: byNobody.GrantId})
		refusedWith(t, err, "AccessDeniedException")
	}
	if err := read(t, srv, "partner"); err != nil {
		t.Errorf("another account with a grant: %v", err)
	}
	byUser := grant(aws.String("arn:aws:iam::123456789012:user/s3only"))
	if _, err := as(t, srv, "s3only").kms.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: byUser.GrantToken}); err != nil {
		t.Errorf("the retiring principal: %v", err)
	}
	_, err := c.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: byUser.GrantToken})
	refusedWith(t, err, "NotFoundException")
	_, err = c.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: aws.String("x")})
	var invalid *types.InvalidGrantTokenException
	if !errors.As(err, &invalid) {
		t.Errorf("got %v", err)
	}
	_, err = c.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: byNobody.GrantToken, DryRun: aws.Bool(true)})
	var dry *types.DryRunOperationException
	if !errors.As(err, &dry) {
		t.Errorf("a dry run: %v", err)
	}
	if _, err := as(t, srv, "root").kms.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: byNobody.GrantToken}); err != nil {
		t.Errorf("the account's root user: %v", err)
	}
}

// Who has a grant to make grants gives away no more than the grant gives.
func TestGrantsBeget(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	grantee := aws.String("arn:aws:iam::123456789012:user/s3only")
	_, err := as(t, srv, "all").kms.CreateGrant(ctx, &kms.CreateGrantInput{
		KeyId: keyID, GranteePrincipal: grantee, Operations: []types.GrantOperation{types.GrantOperationDecrypt, types.GrantOperationCreateGrant},
	})
	if err != nil {
		t.Fatal(err)
	}
	child := func(o types.GrantOperation) error {
		_, err := as(t, srv, "s3only").kms.CreateGrant(ctx, &kms.CreateGrantInput{
			KeyId: keyID, GranteePrincipal: aws.String("arn:aws:iam::111111111111:user/partner"), Operations: []types.GrantOperation{o},
		})
		return err
	}
	refusedWith(t, child(types.GrantOperationEncrypt), "AccessDeniedException")
	refusedWith(t, read(t, srv, "partner"), "AccessDenied")
	if err := child(types.GrantOperationDecrypt); err != nil {
		t.Fatal(err)
	}
	if err := read(t, srv, "partner"); err != nil {
		t.Errorf("with the grant: %v", err)
	}
}

func TestGrantsRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	c := as(t, srv, "all").kms
	decrypt := []types.GrantOperation{types.GrantOperationDecrypt}
	grant := func(grantee string, operations []types.GrantOperation) error {
		_, err := c.CreateGrant(ctx, &kms.CreateGrantInput{KeyId: keyID, GranteePrincipal: aws.String(grantee), Operations: operations})
		return err
	}
	refusedWith(t, grant("arn:aws:iam::123456789012:user/nobody", decrypt), "InvalidArnException")
	refusedWith(t, grant("nobody", decrypt), "InvalidArnException")
	refusedWith(t, grant("arn:aws:iam::123456789012:user/all", []types.GrantOperation{types.GrantOperationSign}), "ValidationException")
	_, err := as(t, srv, "s3only").kms.CreateGrant(ctx, &kms.CreateGrantInput{KeyId: keyID, GranteePrincipal: aws.String("arn:aws:iam::123456789012:user/s3only"), Operations: decrypt})
	refusedWith(t, err, "AccessDeniedException")
	if _, err := c.DisableKey(ctx, &kms.DisableKeyInput{KeyId: keyID}); err != nil {
		t.Fatal(err)
	}
	var disabled *types.DisabledException
	if err := grant("arn:aws:iam::123456789012:user/all", decrypt); !errors.As(err, &disabled) {
		t.Errorf("of a disabled key: %v", err)
	}
}
