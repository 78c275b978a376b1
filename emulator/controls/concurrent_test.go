package controls

import (
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Calls that change one world at a time are each decided on what the others have
// made of it: none is lost, and every session can be used.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	api := as(t, srv, "alice")
	const callers = 24
	failed := make(chan error, 2*callers)
	var wait sync.WaitGroup
	for n := range callers {
		wait.Go(func() {
			_, err := api.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String(fmt.Sprintf("user-%02d", n))})
			failed <- err
		})
		wait.Go(func() {
			made, err := api.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String(readerARN), RoleSessionName: aws.String(fmt.Sprintf("session-%02d", n))})
			if err == nil {
				err = get(asSession(srv, made.Credentials), "file.txt")
			}
			failed <- err
		})
	}
	wait.Wait()
	for range 2 * callers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	made, err := api.iam.ListUsers(ctx, &iam.ListUsersInput{})
	if err != nil || len(made.Users) != callers+2 {
		t.Errorf("%d users, want %d: %v", len(made.Users), callers+2, err)
	}
}
