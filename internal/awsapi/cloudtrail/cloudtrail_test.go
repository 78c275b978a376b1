package cloudtrail

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/s3fault/s3fault/internal/awsapi/wiretest"
)

func TestWireStructs(t *testing.T) { wiretest.Hold(t, Service, &cloudtrail.Client{}) }
