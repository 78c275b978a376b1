package iam

import (
	"github.com/s3fault/s3fault/internal/awsapi"
)

type accountSummary struct {
	SummaryMap table[int]
}

// getAccountSummary counts what is in the account and tells its quotas. There are
// neither MFA devices nor certificates here, and the root user has a password.
func getAccountSummary(c *awsapi.Call, _ *awsapi.Nothing) (*accountSummary, error) {
	a := account(c)
	versions := 0
	for _, d := range a.PolicyDetails {
		versions += len(d.Versions)
	}
	return &accountSummary{table[int]{
		"Users": len(a.Users), "UsersQuota": 5000, "Groups": len(a.Groups), "GroupsQuota": 300,
		"Roles": len(a.Roles), "RolesQuota": 1000, "Policies": len(a.ManagedPolicies), "PoliciesQuota": 1500,
		"PolicySizeQuota": maxManaged, "PolicyVersionsInUse": versions, "PolicyVersionsInUseQuota": 10000,
		"VersionsPerPolicyQuota": mostVersions, "AccessKeysPerUserQuota": mostKeys, "GroupsPerUserQuota": mostGroups,
		"UserPolicySizeQuota": users.room, "RolePolicySizeQuota": roles.room, "GroupPolicySizeQuota": groups.room,
		"AssumeRolePolicySizeQuota":    maxTrust,
		"AttachedPoliciesPerUserQuota": mostAttached, "AttachedPoliciesPerRoleQuota": mostAttached, "AttachedPoliciesPerGroupQuota": mostAttached,
		"AccountAccessKeysPresent": min(1, len(c.State().AccessKeys(a.ID, ""))), "AccountSigningCertificatesPresent": 0,
		"MFADevices": 0, "MFADevicesInUse": 0, "ServerCertificates": 0, "ServerCertificatesQuota": 20,
		"Providers": len(a.OIDCProviders), "InstanceProfiles": len(a.InstanceProfiles), "InstanceProfilesQuota": mostProfiles,
		"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, "GlobalEndpointTokenVersion": 1,
		"SigningCertificatesPerUserQuota": 2,
	}}, nil
}

type aliasesInput struct{ paging }

type aliasesOutput struct {
	AccountAliases awsapi.List[string]
	cut
}

// listAccountAliases lists none: an account here has no alias, and no call makes one.
func listAccountAliases(c *awsapi.Call, in *aliasesInput) (*aliasesOutput, error) {
	list, rest, err := page(c, in.paging, nil, func(name string) string { return name })
	return &aliasesOutput{list, rest}, err
}
