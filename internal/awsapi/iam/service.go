// Package iam is AWS Identity and Access Management: users, roles, groups, their
// policies and access keys, and the policy simulator.
package iam

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Service is IAM.
var Service = &awsapi.Service{
	Name: "iam", Version: "2010-05-08", Namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
	Protocol: awsapi.Query,
	Actions: []*awsapi.Action{
		row("CreateUser", checkCreateUser, createUser),
		row("GetUser", checkOwnUser[getUserInput], getUser).Reads(),
		row("ListUsers", checkList("user"), listUsers).Reads(),
		row("UpdateUser", checkUpdateUser, updateUser),
		row("DeleteUser", checkIdentity[userName], deleteUser),

		row("PutUserPolicy", checkPolicies[userPolicy], putInline[userPolicy]),
		row("GetUserPolicy", checkIdentity[userPolicyRef], getUserPolicy).Reads(),
		row("DeleteUserPolicy", checkPolicies[userPolicyRef], deleteInline[userPolicyRef]),
		row("ListUserPolicies", checkIdentity[listUserInput], listInline[listUserInput]).Reads(),

		row("CreateAccessKey", checkOwnUser[createAccessKeyInput], createAccessKey),
		row("ListAccessKeys", checkOwnUser[listAccessKeysInput], listAccessKeys).Reads(),
		row("UpdateAccessKey", checkOwnUser[updateAccessKeyInput], updateAccessKey),
		row("DeleteAccessKey", checkOwnUser[deleteAccessKeyInput], deleteAccessKey),
	},
}

// row is an action that only callers with a user or role behind them, or the root
// user, can call.
func row[In, Out any](name string, checks func(*awsapi.Call, *In) ([]*authz.Request, *awsapi.Error), serve func(*awsapi.Call, *In) (*Out, *awsapi.Error)) *awsapi.Action {
	return awsapi.NewAction(name, func(c *awsapi.Call, in *In) ([]*authz.Request, *awsapi.Error) {
		if err := mayCall(c); err != nil {
			return nil, err
		}
		return checks(c, in)
	}, serve)
}

// mayCall refuses sessions of federated users, and those of users that were made
// without multi-factor authentication: neither can call IAM (STS API Reference,
// "GetFederationToken" and "GetSessionToken"). [unsure: the code]
func mayCall(c *awsapi.Call) *awsapi.Error {
	refused := awsapi.RefuseWith(403, "InvalidClientTokenId", "The security token included in the request is invalid")
	switch {
	case c.Caller == nil || c.Principal == nil || account(c) == nil:
		return refused
	case c.Principal.Kind == policy.FederatedUser:
		return refused
	case c.Principal.Kind == policy.User && c.Caller.Temporary() && !c.Caller.MFA:
		return refused
	}
	return nil
}

// account is the caller's: IAM never reaches into another.
func account(c *awsapi.Call) *world.Account { return c.State().Account(c.CallerAccount()) }

// checkList asks for a listing, which is about everything of a kind below a path.
func checkList(what string) func(*awsapi.Call, *listInput) ([]*authz.Request, *awsapi.Error) {
	return func(c *awsapi.Call, in *listInput) ([]*authz.Request, *awsapi.Error) {
		return c.Ask("arn:aws:iam::" + c.CallerAccount() + ":" + what + orRoot(in.PathPrefix))
	}
}

// listInput is what the listings of all users, roles and groups take.
type listInput struct {
	PathPrefix string
	paging
}
