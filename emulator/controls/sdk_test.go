package controls

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/iamtoolbox"
)

// clientOf is the SDK's client of a service, for admin. S3 Control's puts the account
// in front of the host.
func clientOf(t *testing.T, srv *emulatortest.Server, s *awsapi.Service) any {
	t.Helper()
	c := as(t, srv, "admin")
	return map[string]any{
		"accessanalyzer": c.accessanalyzer, "cloudtrail": c.cloudtrail, "iam": c.iam, "kms": c.kms, "organizations": c.organizations, "sts": c.sts,
		"s3control": s3control.NewFromConfig(sdkv2.Config(t, srv, "admin"),
			func(o *s3control.Options) { o.HTTPClient = throughTo(srv) }),
	}[plan.Client(s)]
}

// AWS's SDK for Go reads the answer of every action, and knows the errors by type.
func TestGoSDKReadsEveryAnswer(t *testing.T) {
	for _, s := range plan.Services {
		if s.Protocol == awsapi.EC2Query || s == iamtoolbox.Service {
			continue // in the package vpc; no registry has the SDK's client
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			srv := emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())
			plan.PlaySDK(t, s, srv, clientOf(t, srv, s))
		})
	}
}
