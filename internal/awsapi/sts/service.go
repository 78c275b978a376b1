// Package sts is AWS Security Token Service: who one is, and temporary credentials.
package sts

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

// Service is STS.
var Service = &awsapi.Service{
	Name: "sts", Version: "2011-06-15", Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
	Protocol: awsapi.Query, Unsigned: []string{"AssumeRoleWithSAML"},
	Faults: []fault.Told{
		{Code: "IDPCommunicationError", Status: 400,
			Message: "The identity provider could not be reached to verify the incoming identity token."},
		{Code: invalidToken, Status: 400, Message: noKeyFound},
		{Code: "ExpiredTokenException", Status: 400,
			Message: "The web identity token that was passed is expired or is not valid."},
	},
	Actions: []*awsapi.Action{
		row("GetCallerIdentity", nil, free[awsapi.Nothing], getCallerIdentity).Reads(),
		row("GetAccessKeyInfo", ofAccessKeyInfo, awsapi.AskAll[getAccessKeyInfoInput], getAccessKeyInfo).Reads(),
		row("AssumeRole", ofAssumeRole, checkAssumeRole, assumeRole).Reads().Responds().Veiled().About(roleAsked),
		awsapi.NewAction("AssumeRoleWithWebIdentity", checkWebIdentity, assumeRoleWithWebIdentity).
			Reads().Responds().Unsigned(),
		row("GetSessionToken", ofSessionToken, checkSessionToken, getSessionToken).Reads().Responds(),
		row("GetFederationToken", ofFederationToken, checkFederationToken, getFederationToken).Reads().Responds(),
		row("GetScopedCredentials", ofScoped, checkScoped, getScopedCredentials).Reads().Responds().
			Since(world.ScopedCredentials),
	},
}

// roleAsked is the role that records of AssumeRole name.
func roleAsked(in any) []trail.Resource {
	return []trail.Resource{{Type: trail.RoleType, ARN: in.(*assumeRoleInput).RoleArn}}
}

// free needs no permission: not even a Deny keeps anybody from it (STS API
// Reference, "GetCallerIdentity").
func free[In any](*awsapi.Call, *In) ([]*authz.Request, error) { return nil, nil }
