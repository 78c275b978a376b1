package iam

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// boundaryAt is the managed policy that is to bound a user or role; an empty ARN is
// none.
func boundaryAt(c *awsapi.Call, arn string) (*authz.Named, error) {
	if arn == "" {
		return nil, nil
	}
	if p := account(c).ManagedPolicyAt(arn); p != nil {
		return p, nil
	}
	return nil, noSuchPolicy(c, arn, "Scope ARN: %s does not exist or is not attachable.", arn)
}

type boundaryARN struct {
	PermissionsBoundary string `aws:",required"`
}

func (b boundaryARN) bound() string { return b.PermissionsBoundary }

type (
	userBoundary struct {
		userName
		boundaryARN
	}
	roleBoundary struct {
		roleName
		boundaryARN
	}
)

type bounding interface {
	named
	bound() string
}

// checkBoundary asks for the call's permission on who is to be bound, with the
// boundary that it is to have.
func checkBoundary[In bounding](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	if err := parses(c, (*in).bound()); err != nil {
		return nil, err
	}
	k, name := (*in).identity()
	return askAbout(c, k, name, awsapi.Key{Name: "iam:PermissionsBoundary", Values: []string{(*in).bound()}})
}

func putBoundary[In bounding](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	p, err := boundaryAt(c, (*in).bound())
	if err != nil {
		return nil, err
	}
	err = bind(c, in, func(_ *world.Account, i *identity) error {
		*i.boundary = p
		return nil
	})
	return &awsapi.Nothing{}, err
}

// deleteBoundary frees who has a boundary. [unsure: that it refuses who has none, and
// the words]
func deleteBoundary[In named](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	err := bind(c, in, func(_ *world.Account, i *identity) error {
		if *i.boundary == nil {
			return noSuchEntity("The %s with name %s does not have a permissions boundary.", i.word, i.name)
		}
		*i.boundary = nil
		return nil
	})
	return &awsapi.Nothing{}, err
}
