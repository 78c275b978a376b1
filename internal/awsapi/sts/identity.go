package sts

import (
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/policy"
)

type callerIdentity struct {
	Arn     string
	UserId  string
	Account string
}

func getCallerIdentity(c *awsapi.Call, _ *awsapi.Nothing) (*callerIdentity, error) {
	p := c.Principal
	who := &callerIdentity{Arn: p.ARN, UserId: c.Caller.UserID, Account: p.Account}
	if p.Kind == policy.Service {
		who.Arn, who.UserId = p.Service, p.Service
	}
	return who, nil
}

type getAccessKeyInfoInput struct {
	AccessKeyId string `aws:",required"`
}

type accessKeyInfo struct {
	Account string
}

func getAccessKeyInfo(c *awsapi.Call, in *getAccessKeyInfoInput) (*accessKeyInfo, error) {
	owner := c.State().Credential(in.AccessKeyId)
	if owner == nil {
		return nil, c.Invalid("AccessKeyId", in.AccessKeyId, "Member must be the id of an access key that exists")
	}
	return &accessKeyInfo{owner.Account}, nil
}
