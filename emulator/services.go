package emulator

import (
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/accessanalyzer"
	"github.com/s3fault/s3fault/internal/awsapi/cloudtrail"
	"github.com/s3fault/s3fault/internal/awsapi/ec2"
	"github.com/s3fault/s3fault/internal/awsapi/iam"
	"github.com/s3fault/s3fault/internal/awsapi/iamtoolbox"
	"github.com/s3fault/s3fault/internal/awsapi/kms"
	"github.com/s3fault/s3fault/internal/awsapi/organizations"
	"github.com/s3fault/s3fault/internal/awsapi/s3control"
	"github.com/s3fault/s3fault/internal/awsapi/sts"
)

// services are the control APIs that are served beside S3.
var services = []*awsapi.Service{
	accessanalyzer.Service,
	cloudtrail.Service,
	ec2.Service,
	iam.Service,
	iamtoolbox.Service,
	kms.Service,
	organizations.Service,
	s3control.Service,
	sts.Service,
}
