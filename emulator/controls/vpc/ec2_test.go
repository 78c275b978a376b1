// Package vpc tests the EC2 API over HTTP, with AWS's own client.
package vpc

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

func client(t *testing.T, srv *emulatortest.Server, caller string) *ec2.Client {
	t.Helper()
	return ec2.NewFromConfig(srv.Config(t, caller))
}
