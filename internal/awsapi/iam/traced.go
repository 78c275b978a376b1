package iam

// traced says of every call that changes nothing whether AWS gives its refusals an
// authorization ID. It does for the first five, GetInstanceProfile and ListMFADevices, which
// are recorded, and for ListAccessKeys, which one account's tests had with the first two; recorded without are
// ListInstanceProfiles and CreateRole, and in those tests all calls that change something
// (new-since-2025.md 1.1). AWS's guide says "most APIs in IAM"; the others are put with
// what they are like: about one thing or the account, or about all below a path.
// [unsure]
var traced = map[string]bool{
	"GetRole":                  true,
	"GetUser":                  true,
	"ListAttachedRolePolicies": true,
	"ListAttachedUserPolicies": true,
	"GetAccountSummary":        true,
	"ListAccessKeys":           true,

	"GetGroup":                       true,
	"ListUserTags":                   true,
	"ListRoleTags":                   true,
	"ListGroupsForUser":              true,
	"GetUserPolicy":                  true,
	"GetRolePolicy":                  true,
	"GetGroupPolicy":                 true,
	"ListUserPolicies":               true,
	"ListRolePolicies":               true,
	"ListGroupPolicies":              true,
	"ListAttachedGroupPolicies":      true,
	"GetPolicy":                      true,
	"GetPolicyVersion":               true,
	"ListPolicyVersions":             true,
	"ListEntitiesForPolicy":          true,
	"GetAccessKeyLastUsed":           true,
	"ListAccountAliases":             true,
	"GetAccountAuthorizationDetails": true,

	"GetOpenIDConnectProvider":      true,
	"ListOpenIDConnectProviderTags": true,

	"GetInstanceProfile":                 true,
	"ListInstanceProfilesForRole":        true,
	"ListInstanceProfileTags":            true,
	"ListPolicyTags":                     true,
	"GetServiceLinkedRoleDeletionStatus": true,
	"ListSSHPublicKeys":                  true,
	"ListSigningCertificates":            true,
	"ListServiceSpecificCredentials":     true,
	"ListMFADevices":                     true,
	"GetLoginProfile":                    true,
	"GetAccountPasswordPolicy":           true,
	"GenerateCredentialReport":           true,
	"GetCredentialReport":                true,

	"ListInstanceProfiles":   false,
	"ListVirtualMFADevices":  false,
	"ListServerCertificates": false,
	"ListSAMLProviders":      false,

	"ListUsers":    false,
	"ListRoles":    false,
	"ListGroups":   false,
	"ListPolicies": false,

	"ListOpenIDConnectProviders": false,

	"SimulatePrincipalPolicy":          false,
	"SimulateCustomPolicy":             false,
	"GetContextKeysForPrincipalPolicy": false,
	"GetContextKeysForCustomPolicy":    false,
}
