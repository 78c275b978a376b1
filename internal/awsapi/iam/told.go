package iam

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// How IAM's refusals name a resource, a form for each row of the table. Recorded, by
// many, from 2014 to 2026 (new-since-2025.md 1.3; public transcripts): as in the rows,
// but for these, which are taken to be like their neighbours [unsure]: UpdateUser,
// DeleteUser, the tags of users, UntagRole and ListRoleTags, the permissions
// boundaries, DeleteGroup and the policies of groups, DeleteAccessKey without a user's
// name, DeletePolicy, GetPolicyVersion, SetDefaultPolicyVersion, ListEntitiesForPolicy,
// GetAccessKeyLastUsed and GetContextKeysForPrincipalPolicy; of the later ones all but
// GetInstanceProfile, ListInstanceProfiles and ListMFADevices.

// byName is the form of what must be there: "role NAME", and "policy ARN".
func byName(_ any, arn string) string {
	kind, _, _ := strings.Cut(iamResource(arn), "/")
	switch {
	case slices.Contains([]string{users.word, roles.word, groups.word}, kind):
		return kind + " " + world.LastName(arn)
	case kind == "policy":
		return "policy " + arn
	case kind == "instance-profile":
		return "instance profile " + world.LastName(arn)
	}
	return arn
}

// byARN is the form of what is to be made, of the listings, and of who is simulated.
func byARN(_ any, arn string) string { return arn }

// byOwnUser is byName of a call that may leave out whose keys it is about: IAM then
// writes "user nullNAME".
func byOwnUser(in any, arn string) string {
	told := byName(in, arn)
	if name, is := strings.CutPrefix(told, "user "); is && in.(ofOwnUser).user() == "" {
		return "user null" + name
	}
	return told
}

// byNewPolicy is the form of a managed policy that is to be made: "policy NAME".
func byNewPolicy(_ any, arn string) string { return "policy " + world.LastName(arn) }

// byPolicyPath is the form of a listing of managed policies: "policy path /".
func byPolicyPath(_ any, arn string) string {
	return "policy path " + strings.TrimPrefix(iamResource(arn), "policy")
}

// iamResource is what an ARN of IAM's names behind the account; empty: it is none.
func iamResource(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "iam" {
		return ""
	}
	return parts[5]
}
