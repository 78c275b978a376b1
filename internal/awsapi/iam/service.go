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
	Protocol: awsapi.Query, TellsAll: true, Traced: traced, Malformed: misformed,
	Actions: []*awsapi.Action{
		row("CreateUser", checkCreateUser, createUser).Told(byARN),
		row("GetUser", checkOwnUser[getUserInput], getUser).Reads(),
		row("ListUsers", checkList("user"), listUsers).Reads().Told(byARN),
		row("UpdateUser", checkUpdateUser, updateUser),
		row("DeleteUser", checkIdentity[userName], deleteUser),
		row("TagUser", checkTagging[tagUserInput], addTags[tagUserInput]),
		row("UntagUser", checkUntagging[untagUserInput], removeTags[untagUserInput]),
		row("ListUserTags", checkIdentity[listUserInput], listTags[listUserInput]).Reads(),

		row("CreateRole", checkCreateRole, createRole).Told(byARN),
		row("GetRole", checkIdentity[roleName], getRole).Reads(),
		row("ListRoles", checkList("role"), listRoles).Reads().Told(byARN),
		row("UpdateRole", checkIdentity[updateRoleInput], updateRole),
		row("UpdateAssumeRolePolicy", checkIdentity[updateTrustInput], updateAssumeRolePolicy),
		row("DeleteRole", checkIdentity[roleName], deleteRole),
		row("TagRole", checkTagging[tagRoleInput], addTags[tagRoleInput]),
		row("UntagRole", checkUntagging[untagRoleInput], removeTags[untagRoleInput]),
		row("ListRoleTags", checkIdentity[listRoleInput], listTags[listRoleInput]).Reads(),

		row("CreateGroup", checkCreateGroup, createGroup).Told(byARN),
		row("GetGroup", checkIdentity[listGroupInput], getGroup).Reads(),
		row("ListGroups", checkList("group"), listGroups).Reads().Told(byARN),
		row("DeleteGroup", checkIdentity[groupName], deleteGroup),
		row("AddUserToGroup", checkIdentity[memberInput], addUserToGroup),
		row("RemoveUserFromGroup", checkIdentity[memberInput], removeUserFromGroup),
		row("ListGroupsForUser", checkIdentity[listUserInput], listGroupsForUser).Reads(),

		row("PutUserPolicy", checkPolicies[userPolicy], putInline[userPolicy]),
		row("GetUserPolicy", checkIdentity[userPolicyRef], getUserPolicy).Reads(),
		row("DeleteUserPolicy", checkPolicies[userPolicyRef], deleteInline[userPolicyRef]),
		row("ListUserPolicies", checkIdentity[listUserInput], listInline[listUserInput]).Reads(),

		row("PutRolePolicy", checkPolicies[rolePolicy], putInline[rolePolicy]),
		row("GetRolePolicy", checkIdentity[rolePolicyRef], getRolePolicy).Reads(),
		row("DeleteRolePolicy", checkPolicies[rolePolicyRef], deleteInline[rolePolicyRef]),
		row("ListRolePolicies", checkIdentity[listRoleInput], listInline[listRoleInput]).Reads(),
		row("PutGroupPolicy", checkPolicies[groupPolicy], putInline[groupPolicy]),
		row("GetGroupPolicy", checkIdentity[groupPolicyRef], getGroupPolicy).Reads(),
		row("DeleteGroupPolicy", checkPolicies[groupPolicyRef], deleteInline[groupPolicyRef]),
		row("ListGroupPolicies", checkIdentity[listGroupInput], listInline[listGroupInput]).Reads(),

		row("CreatePolicy", checkCreatePolicy, createPolicy).Told(byNewPolicy),
		row("GetPolicy", checkPolicy[policyARN], getPolicy).Reads(),
		row("ListPolicies", checkListPolicies, listPolicies).Reads().Told(byPolicyPath),
		row("DeletePolicy", checkPolicy[policyARN], deletePolicy),
		row("CreatePolicyVersion", checkPolicy[createVersionInput], createPolicyVersion),
		row("GetPolicyVersion", checkPolicy[versionInput], getPolicyVersion).Reads(),
		row("ListPolicyVersions", checkPolicy[listVersionsInput], listPolicyVersions).Reads(),
		row("SetDefaultPolicyVersion", checkPolicy[versionInput], setDefaultPolicyVersion),
		row("DeletePolicyVersion", checkPolicy[versionInput], deletePolicyVersion),
		row("ListEntitiesForPolicy", checkPolicy[entitiesInput], listEntitiesForPolicy).Reads(),

		row("AttachUserPolicy", checkAttachment[userAttachment], attach[userAttachment]),
		row("DetachUserPolicy", checkAttachment[userAttachment], detach[userAttachment]),
		row("ListAttachedUserPolicies", checkIdentity[attachedToUserInput], listAttached[attachedToUserInput]).Reads(),
		row("AttachRolePolicy", checkAttachment[roleAttachment], attach[roleAttachment]),
		row("DetachRolePolicy", checkAttachment[roleAttachment], detach[roleAttachment]),
		row("ListAttachedRolePolicies", checkIdentity[attachedToRoleInput], listAttached[attachedToRoleInput]).Reads(),
		row("AttachGroupPolicy", checkAttachment[groupAttachment], attach[groupAttachment]),
		row("DetachGroupPolicy", checkAttachment[groupAttachment], detach[groupAttachment]),
		row("ListAttachedGroupPolicies", checkIdentity[attachedToGroupInput], listAttached[attachedToGroupInput]).Reads(),

		row("PutUserPermissionsBoundary", checkBoundary[userBoundary], putBoundary[userBoundary]),
		row("DeleteUserPermissionsBoundary", checkPolicies[userName], deleteBoundary[userName]),
		row("PutRolePermissionsBoundary", checkBoundary[roleBoundary], putBoundary[roleBoundary]),
		row("DeleteRolePermissionsBoundary", checkPolicies[roleName], deleteBoundary[roleName]),

		row("CreateAccessKey", checkOwnUser[createAccessKeyInput], createAccessKey).Told(byOwnUser),
		row("ListAccessKeys", checkOwnUser[listAccessKeysInput], listAccessKeys).Reads().Told(byOwnUser),
		row("UpdateAccessKey", checkOwnUser[updateAccessKeyInput], updateAccessKey).Told(byOwnUser),
		row("DeleteAccessKey", checkOwnUser[deleteAccessKeyInput], deleteAccessKey).Told(byOwnUser),
		row("GetAccessKeyLastUsed", checkLastUsed, getAccessKeyLastUsed).Reads(),

		row("CreateOpenIDConnectProvider", checkCreateProvider, createProvider).Told(byARN),
		row("GetOpenIDConnectProvider", checkProvider[providerARN], getProvider).Reads(),
		row("ListOpenIDConnectProviders", checkAccount[awsapi.Nothing], listProviders).Reads(),
		row("DeleteOpenIDConnectProvider", checkProvider[providerARN], deleteProvider),
		row("AddClientIDToOpenIDConnectProvider", checkProvider[clientIDInput], addClientID),
		row("RemoveClientIDFromOpenIDConnectProvider", checkProvider[clientIDInput], removeClientID),
		row("UpdateOpenIDConnectProviderThumbprint", checkProvider[thumbprintInput], updateThumbprint),
		row("TagOpenIDConnectProvider", checkTagProvider, tagProvider),
		row("UntagOpenIDConnectProvider", checkUntagProvider, untagProvider),
		row("ListOpenIDConnectProviderTags", checkProvider[listProviderTagsInput], listProviderTags).Reads(),

		row("CreateInstanceProfile", checkCreateProfile, createProfile).Told(byARN),
		row("GetInstanceProfile", checkProfile[profileName], getProfile).Reads(),
		row("ListInstanceProfiles", checkList("instance-profile"), listProfiles).Reads().Told(byARN),
		row("ListInstanceProfilesForRole", checkIdentity[listRoleInput], listProfilesForRole).Reads(),
		row("DeleteInstanceProfile", checkProfile[profileName], deleteProfile),
		row("AddRoleToInstanceProfile", checkAddRole, addRole).Told(byPassing),
		row("RemoveRoleFromInstanceProfile", checkProfile[profileRoleInput], removeRole),
		row("TagInstanceProfile", checkTagProfile, tagProfile),
		row("UntagInstanceProfile", checkUntagProfile, untagProfile),
		row("ListInstanceProfileTags", checkProfile[listProfileTagsInput], listProfileTags).Reads(),

		row("TagPolicy", checkTagPolicy, tagPolicy),
		row("UntagPolicy", checkUntagPolicy, untagPolicy),
		row("ListPolicyTags", checkPolicy[listPolicyTagsInput], listPolicyTags).Reads(),

		row("CreateServiceLinkedRole", checkCreateLinked, createLinked).Told(byARN),
		row("DeleteServiceLinkedRole", checkDeleteLinked, deleteLinked).Told(byARN),
		row("GetServiceLinkedRoleDeletionStatus", checkDeletion, deletionStatus).Reads().Told(byARN),

		row("ListSSHPublicKeys", checkOwnUser[ofUserInput], listSSHKeys).Reads(),
		row("ListSigningCertificates", checkOwnUser[ofUserInput], listSigning).Reads(),
		row("ListServiceSpecificCredentials", checkOwnUser[specificInput], listSpecific).Reads(),
		row("ListMFADevices", checkOwnUser[ofUserInput], listMFA).Reads(),
		row("ListVirtualMFADevices", checkVirtualMFA, listVirtualMFA).Reads().Told(byARN),
		row("ListServerCertificates", checkList("server-certificate"), listServerCertificates).Reads().Told(byARN),
		row("ListSAMLProviders", checkAccount[awsapi.Nothing], listSAML).Reads(),

		row("CreateLoginProfile", checkOwnUser[createLoginInput], createLogin),
		row("GetLoginProfile", checkOwnUser[loginInput], getLogin).Reads(),
		row("UpdateLoginProfile", checkIdentity[updateLoginInput], updateLogin),
		row("DeleteLoginProfile", checkOwnUser[loginInput], deleteLogin),
		row("GetAccountPasswordPolicy", checkAccount[awsapi.Nothing], getPasswordPolicy).Reads(),
		row("UpdateAccountPasswordPolicy", checkAccount[updatePasswordPolicyInput], updatePasswordPolicy),
		row("DeleteAccountPasswordPolicy", checkAccount[awsapi.Nothing], deletePasswordPolicy),
		row("GenerateCredentialReport", checkAccount[awsapi.Nothing], generateReport).Reads(),
		row("GetCredentialReport", checkAccount[awsapi.Nothing], getReport).Reads(),

		row("GetAccountSummary", checkAccount[awsapi.Nothing], getAccountSummary).Reads(),
		row("ListAccountAliases", checkAccount[aliasesInput], listAccountAliases).Reads(),
		row("GetAccountAuthorizationDetails", checkAccount[detailsInput], getAuthorizationDetails).Reads(),

		row("SimulatePrincipalPolicy", checkSimulatePrincipal, simulatePrincipal).Reads().Told(byARN),
		row("SimulateCustomPolicy", checkAccount[simulateCustomInput], simulateCustom).Reads(),
		row("GetContextKeysForPrincipalPolicy", checkPrincipalKeys, principalKeys).Reads().Told(byARN), // [unsure]
		row("GetContextKeysForCustomPolicy", checkAccount[contextKeysInput], customKeys).Reads(),
	},
}

// row is an action that only callers with a user or role behind them, or the root
// user, can call. Its refusals tell the resource by its name, unless the row says
// otherwise.
func row[In, Out any](name string, checks func(*awsapi.Call, *In) ([]*authz.Request, error), serve func(*awsapi.Call, *In) (*Out, error)) *awsapi.Action {
	return awsapi.NewAction(name, func(c *awsapi.Call, in *In) ([]*authz.Request, error) {
		if c.Caller == nil || c.Principal == nil || account(c) == nil {
			return nil, tokenInvalid()
		}
		questions, err := checks(c, in)
		bar := barred(c)
		if bar == nil {
			return questions, err
		}
		if err != nil {
			questions = []*authz.Request{c.Question(c.Permission(), "*")}
		}
		return c.Bar(questions, bar, tokenInvalid()), nil
	}, serve).Told(byName)
}

func tokenInvalid() error {
	return awsapi.RefuseWith(403, "InvalidClientTokenId", "The security token included in the request is invalid")
}

// barred keeps sessions of federated users from IAM, and those of users that were
// made without multi-factor authentication (IAM User Guide, "Compare AWS STS
// credentials"). That they are told that their token is invalid is recorded.
func barred(c *awsapi.Call) *authz.Bar {
	bar := &authz.Bar{Layer: authz.Session, Part: authz.PartCredentials}
	switch {
	case c.Principal.Kind == policy.FederatedUser:
		bar.Detail = "a federated user's session cannot call IAM"
	case c.Principal.Kind != policy.RoleSession && c.Caller.Temporary() && !c.Caller.MFA:
		bar.Detail = "a session of GetSessionToken that was made without multi-factor authentication cannot call IAM"
	default:
		return nil
	}
	return bar
}

// account is the caller's: IAM never reaches into another.
func account(c *awsapi.Call) *world.Account { return c.State().Account(c.CallerAccount()) }

// checkList asks for a listing, which is about everything of a kind below a path.
func checkList(what string) func(*awsapi.Call, *listInput) ([]*authz.Request, error) {
	return func(c *awsapi.Call, in *listInput) ([]*authz.Request, error) {
		return c.Ask("arn:aws:iam::" + c.CallerAccount() + ":" + what + orRoot(in.PathPrefix))
	}
}

// listInput is what the listings of all users, roles and groups take.
type listInput struct {
	PathPrefix string
	paging
}
