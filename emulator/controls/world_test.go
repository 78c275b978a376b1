// Package controls tests the control APIs over HTTP, with AWS's own clients.
package controls

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// ctx is never cancelled: the server ends with the test.
var ctx = context.Background()

// start serves a world of the test's own, at the bare address and at /~world, given as the
// facts of a scenario; its callers are among them.
func start(t *testing.T, facts string) *emulatortest.Server {
	t.Helper()
	text := "version: 1\nresponses: aws\nscenarios:\n  world:\n    title: A world of a test\n" + facts
	return emulatortest.Start(t, "world", emulatortest.YAML(text), emulatortest.Alone())
}

// refusedWith holds an error against the code that the SDK reads of it.
func refusedWith(t *testing.T, err error, code string) smithy.APIError {
	t.Helper()
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want the error %s", err, code)
	}
	if refused.ErrorCode() != code {
		t.Fatalf("got %s (%s), want %s", refused.ErrorCode(), refused.ErrorMessage(), code)
	}
	return refused
}

// clients are AWS's own clients of the control APIs, with one caller's credentials.
// EC2's is in a package of its own, because it takes a minute to compile.
type clients struct {
	accessanalyzer *accessanalyzer.Client
	cloudtrail     *cloudtrail.Client
	iam            *iam.Client
	kms            *kms.Client
	organizations  *organizations.Client
	s3control      *s3control.Client
	sts            *sts.Client
}

func as(t *testing.T, srv *emulatortest.Server, caller string) *clients {
	t.Helper()
	c := sdkv2.Config(t, srv, caller)
	return &clients{
		accessanalyzer.NewFromConfig(c), cloudtrail.NewFromConfig(c), iam.NewFromConfig(c),
		kms.NewFromConfig(c), organizations.NewFromConfig(c), s3control.NewFromConfig(c), sts.NewFromConfig(c),
	}
}
