// Package services is what is served: the control APIs beside S3, and the catalogue of
// all their operations and errors, which fault rules are held against.
package services

import (
	"slices"

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
	"github.com/s3fault/s3fault/internal/doors"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/s3api"
)

// Known is what fault rules are held against: all operations and errors, and the built-in
// sets of rules, which are read when they are first asked for. Error: those sets are not good.
var Known = fault.Lazily(func() (fault.Known, error) { return fault.NewKnown(Catalogue()) })

// Catalogue is all operations and errors that fault rules can name.
func Catalogue() *fault.Catalogue {
	c := &fault.Catalogue{Errors: map[string][]fault.Told{}}
	for _, o := range s3api.Operations() {
		if told := o.ForRules(); !slices.Contains(c.Operations, told) {
			c.Operations = append(c.Operations, told)
		}
	}
	for _, s := range All {
		c.Operations = append(c.Operations, s.ForRules()...)
		c.Errors[s.Name] = s.Errors()
	}
	c.Operations = append(c.Operations, doors.Operations()...)
	c.Errors[doors.Service] = doors.Errors()
	return c
}

// All are the control APIs that are served beside S3.
var All = []*awsapi.Service{
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
