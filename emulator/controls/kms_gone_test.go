package controls

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
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
