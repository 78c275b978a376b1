// Package sts is AWS Security Token Service: who one is, and temporary credentials.
package sts

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// Service is STS.
var Service = &awsapi.Service{
	Name: "sts", Version: "2011-06-15", Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
	Protocol: awsapi.Query,
	Actions: []*awsapi.Action{
		awsapi.NewAction("GetCallerIdentity", free[awsapi.Nothing], getCallerIdentity).Reads(),
		awsapi.NewAction("GetAccessKeyInfo", awsapi.AskAll[getAccessKeyInfoInput], getAccessKeyInfo).Reads(),
		awsapi.NewAction("AssumeRole", checkAssumeRole, assumeRole).Reads(),
		awsapi.NewAction("GetSessionToken", checkSessionToken, getSessionToken).Reads(),
		awsapi.NewAction("GetFederationToken", checkFederationToken, getFederationToken).Reads(),
	},
}

// free needs no permission: not even a Deny keeps anybody from it (STS API
// Reference, "GetCallerIdentity").
func free[In any](*awsapi.Call, *In) ([]*authz.Request, *awsapi.Error) { return nil, nil }
