// Package kms is AWS Key Management Service: keys and their states, aliases, key policies,
// grants and rotation; and their cryptography, which internal/keymaterial does.
package kms

import (
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/world"
)

// Service is KMS.
var Service = &awsapi.Service{
	Name: "kms", Version: "2014-11-01", Target: "TrentService.", Protocol: awsapi.JSON, TellsAll: true,
	// KMS API Reference, "Common errors".
	Faults: []fault.Told{
		{Code: "KMSInternalException", Status: 500,
			Message: "The request was rejected because an internal exception occurred. The request can be retried."},
		{Code: "DependencyTimeoutException", Status: 503,
			Message: "The system timed out while trying to fulfill the request. You can retry the request."},
	},
	Actions: []*awsapi.Action{
		awsapi.NewAction("CreateKey", checkCreateKey, createKey),
		awsapi.NewAction("DescribeKey", checkKey(withAlias, anyAccount, (*describeKeyInput).asked), describeKey).Reads(),
		awsapi.NewAction("GetKeyLastUsage", checkKey(byKey, ownAccount, (*keyInput).asked), getKeyLastUsage).Reads().Since(world.KeyUsageTracked),
		awsapi.NewAction("ListKeys", awsapi.AskAll[listKeysInput], listKeys).Reads(),
		awsapi.NewAction("UpdateKeyDescription", checkKey(byKey, ownAccount, (*updateDescriptionInput).asked), updateKeyDescription),

		awsapi.NewAction("EnableKey", checkKey(byKey, ownAccount, (*keyInput).asked), enableKey),
		awsapi.NewAction("DisableKey", checkKey(byKey, ownAccount, (*keyInput).asked), disableKey),
		awsapi.NewAction("ScheduleKeyDeletion", checkScheduleKeyDeletion, scheduleKeyDeletion),
		awsapi.NewAction("CancelKeyDeletion", checkKey(byKey, ownAccount, (*keyInput).asked), cancelKeyDeletion),

		awsapi.NewAction("CreateAlias", checkCreateAlias, createAlias),
		awsapi.NewAction("UpdateAlias", checkUpdateAlias, updateAlias),
		awsapi.NewAction("DeleteAlias", checkDeleteAlias, deleteAlias),
		awsapi.NewAction("ListAliases", awsapi.AskAll[listAliasesInput], listAliases).Reads(),

		awsapi.NewAction("GetKeyPolicy", checkKey(byKey, ownAccount, (*getPolicyInput).asked), getKeyPolicy).Reads(),
		awsapi.NewAction("PutKeyPolicy", checkPutKeyPolicy, putKeyPolicy),
		awsapi.NewAction("ListKeyPolicies", checkKey(byKey, ownAccount, (*listPoliciesInput).asked), listKeyPolicies).Reads(),

		awsapi.NewAction("CreateGrant", checkCreateGrant, createGrant),
		awsapi.NewAction("ListGrants", checkKey(byKey, anyAccount, (*listGrantsInput).asked), listGrants).Reads(),
		awsapi.NewAction("RevokeGrant", checkKey(byKey, anyAccount, (*revokeGrantInput).asked), revokeGrant),
		awsapi.NewAction("RetireGrant", checkRetireGrant, retireGrant),

		awsapi.NewAction("GetKeyRotationStatus", checkKey(byKey, ownAccount, (*keyInput).asked),
			getKeyRotationStatus).Reads(),
		awsapi.NewAction("EnableKeyRotation", checkEnableKeyRotation, enableKeyRotation),
		awsapi.NewAction("DisableKeyRotation", checkKey(byKey, ownAccount, (*keyInput).asked), disableKeyRotation),
		awsapi.NewAction("RotateKeyOnDemand", checkKey(byKey, ownAccount, (*keyInput).asked),
			rotateKeyOnDemand).Since(world.KeyRotationFlexible),
		awsapi.NewAction("ListKeyRotations", checkListKeyRotations, listKeyRotations).Reads().
			Since(world.KeyRotationFlexible),
		awsapi.NewAction("Encrypt", checkEncrypt, encrypt).Reads(),
		awsapi.NewAction("Decrypt", checkDecrypt, decrypt).Reads(),
		awsapi.NewAction("ReEncrypt", checkReEncrypt, reEncrypt).Reads(),
		awsapi.NewAction("GenerateDataKey", asked[generateDataKeyInput], generateDataKey).Reads(),
		awsapi.NewAction("GenerateDataKeyWithoutPlaintext", asked[generateDataKeyHiddenInput],
			generateDataKeyHidden).Reads(),
		awsapi.NewAction("GenerateDataKeyPair", asked[generateDataKeyPairInput], generateDataKeyPair).Reads(),
		awsapi.NewAction("GenerateDataKeyPairWithoutPlaintext", asked[generateDataKeyPairHiddenInput],
			generateDataKeyPairHidden).Reads(),
		awsapi.NewAction("GenerateRandom", checkGenerateRandom, generateRandom).Reads(),
		awsapi.NewAction("GenerateMac", asked[generateMacInput], generateMac).Reads(),
		awsapi.NewAction("VerifyMac", asked[verifyMacInput], verifyMac).Reads(),
		awsapi.NewAction("Sign", asked[signInput], sign).Reads(),
		awsapi.NewAction("Verify", asked[verifyInput], verify).Reads(),
		awsapi.NewAction("GetPublicKey", checkGetPublicKey, getPublicKey).Reads(),
		awsapi.NewAction("TagResource", checkTagResource, tagResource),
		awsapi.NewAction("UntagResource", checkUntagResource, untagResource),
		awsapi.NewAction("ListResourceTags", checkKey(byKey, ownAccount, (*listTagsInput).asked), listResourceTags).Reads(),
	},
}

func callerAccount(c *awsapi.Call) awsapi.Key {
	return awsapi.Key{Name: "kms:CallerAccount", Values: []string{c.CallerAccount()}}
}
