// Package reason has the words in which AWS explains a refusal by a policy.
package reason

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

// sources are what messages call the policies of each layer (s3-errors.md 2.1). A
// layer without one is never explained.
var sources = map[authz.Layer]struct {
	name string // with its article
	arn  bool   // an explicit deny tells the policy's ARN
	// quiet: nothing is said of it where it does not allow (recorded answers to
	// sts:AssumeRole of 2020 to 2026, terraform-provider-aws#22773 among them).
	quiet bool
}{
	authz.Identity:            {name: "an identity-based policy", arn: true},
	authz.AccessPoints:        {name: "a resource-based policy"},
	authz.BucketPolicy:        {name: "a resource-based policy"},
	authz.TrustPolicy:         {name: "a resource-based policy", quiet: true},
	authz.ACLs:                {name: "a resource-based policy"},
	authz.BlockPublicAccess:   {name: "a resource-based policy"},
	authz.PermissionsBoundary: {name: "a permissions boundary", arn: true},
	authz.Session:             {name: "a session policy", arn: true},
	authz.SCP:                 {name: "a service control policy", arn: true},
	authz.RCP:                 {name: "a resource control policy", arn: true},
	authz.VPCEndpoint:         {name: "a VPC endpoint policy"},
	authz.KMS:                 {name: "an identity-based policy", arn: true},
}

// prevented are the sentences of Block Public Access's own refusals (s3-errors.md 2.3), of access points'
// policies too [unsure]; those of its other two settings are told as a resource-based policy's.
var prevented = map[string]string{
	authz.BlockPublicPolicy: "because public policies are prevented " +
		"by the BlockPublicPolicy setting in S3 Block Public Access.",
	authz.BlockPublicACLs: "because public ACLs are prevented " +
		"by the BlockPublicAcls setting in S3 Block Public Access.",
}

// Of is the end of the sentence about a refused action, from behind the resource
// on: "because no identity-based policy allows the s3:GetObject action". Empty:
// nothing is said.
func Of(action string, f *authz.Finding, a world.Answers) string {
	source, ok := sources[f.Layer]
	switch sentence := prevented[f.Setting]; {
	case sentence != "":
		return sentence
	case !ok, source.quiet && f.Effect == authz.ImplicitDeny,
		f.Layer == authz.BlockPublicAccess && f.Setting == "": // what AWS says of it is [unsure]
		return ""
	case f.Effect == authz.ImplicitDeny:
		_, name, _ := strings.Cut(source.name, " ")
		return "because no " + name + " allows the " + action + " action"
	case source.arn && f.PolicyARN != "" && a.Has(world.PolicyARNInMessage):
		return "with an explicit deny in " + source.name + ": " + f.PolicyARN
	}
	return "with an explicit deny in " + source.name
}
