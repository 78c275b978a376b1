package policy

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/nearest"
)

// globalKeys are AWS's global condition keys (IAM User Guide, "AWS global condition context keys"; authorization.md
// 3.1). A name that ends in / is a family. The keys about AWS's own tags are global in name only: an action
// has them if the Service Authorization Reference lists them.
var globalKeys = []string{
	"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:CurrentTime", "aws:Ec2InstanceSourcePrivateIPv4",
	"aws:Ec2InstanceSourceVpc", "aws:EpochTime", "aws:FederatedProvider", "aws:MultiFactorAuthAge",
	"aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService",
	"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
	"aws:PrincipalTag/", "aws:PrincipalType", "aws:Referer", "aws:RequestedRegion", "aws:RequestTag/",
	"aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:ResourceTag/", "aws:SecureTransport",
	"aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp", "aws:SourceOrgID",
	"aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce", "aws:TagKeys",
	"aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username", "aws:ViaAWSService", "aws:VpceAccount",
	"aws:VpceOrgID", "aws:VpceOrgPaths", "aws:VpcSourceIp",
}

var tagKeys = []string{"aws:requesttag/", "aws:resourcetag/", "aws:tagkeys"}

// keyFamily returns the part of a folded key that the tables know it by, "" for a family without a member.
func keyFamily(folded string) string {
	end := strings.IndexByte(folded, '/') + 1
	if strings.HasPrefix(folded, kmsContext) {
		end = len(kmsContext)
	}
	switch end {
	case 0:
		return folded
	case len(folded):
		return ""
	}
	return folded[:end]
}

const kmsContext = "kms:encryptioncontext:"

// foldedGlobalKeys is globalKeys as a set of folded names.
var foldedGlobalKeys = func() map[string]bool {
	m := make(map[string]bool, len(globalKeys))
	for _, k := range globalKeys {
		m[strings.ToLower(k)] = true
	}
	return m
}()

// IsGlobalKey reports whether a condition key is one of AWS's global keys.
func IsGlobalKey(key string) bool { return foldedGlobalKeys[keyFamily(foldKey(key))] }

// NearestKey returns the known condition key whose name is closest, or "" when none is close. Of a family it
// returns the part before the tag key.
func NearestKey(key string) string {
	if i := strings.IndexByte(key, '/'); i >= 0 {
		if near := nearest.Name(key[:i+1], knownKeys()); near != "" {
			return near
		}
	}
	return nearest.Name(key, knownKeys())
}

func knownKeys() []string { return slices.Concat(globalKeys, known().keyNames) }

// Visibility says what becomes of a condition key in a policy for an action (authorization.md 3.1b).
type Visibility int

const (
	// Refused: a bucket policy with this combination is refused.
	Refused Visibility = iota
	// NeverPresent: it is accepted, but no request of the action has the key.
	NeverPresent
	// Evaluable: requests of the action may have the key.
	Evaluable
)

var visibilities = map[string]Visibility{"refused": Refused, "never-present": NeverPresent, "evaluable": Evaluable}

// KeyApplies says what becomes of a condition key in a policy for an action. Names are case-insensitive. Keys that
// begin with aws: are always accepted; unknown ones, and those about tags where the action has none, are never
// present. Where recordings of S3 differ from the Service Authorization Reference, the recordings count.
func KeyApplies(action, key string) Visibility {
	folded, c := foldKey(key), known()
	name := strings.ToLower(action)
	family := keyFamily(folded)
	if v, ok := c.visibility[[2]string{family, name}]; ok {
		return v
	}
	if foldedGlobalKeys[family] && !slices.Contains(tagKeys, family) {
		return Evaluable
	}
	a, ok := c.actions[name]
	switch {
	case ok && (a.folded[family] || a.worksOn(family, keysOfResources)):
		return Evaluable
	case strings.HasPrefix(folded, "aws:"):
		return NeverPresent
	}
	return Refused
}

// keysOfResources are the condition keys that come with a resource of a type, whatever the action (Service
// Authorization Reference, "Resource types"). Those of a bucket's tags are there while it has attribute-based access
// control.
var keysOfResources = map[string][]string{
	"bucket":      {"aws:ResourceTag/", "s3:BucketTag/"},
	"object":      {"aws:ResourceTag/", "s3:BucketTag/"},
	"accesspoint": keysOfPoints, "accesspointobject": keysOfPoints,
	"key": {"aws:ResourceTag/", "kms:CustomerMasterKeySpec", "kms:CustomerMasterKeyUsage", "kms:KeyOrigin", "kms:KeySpec",
		"kms:KeyUsage", "kms:MultiRegion", "kms:MultiRegionKeyType", "kms:ResourceAliases"},
}

// formerNames are the folded names that keys had before they had those of the Reference, and that are supported all the
// same (KMS Developer Guide, "kms:CustomerMasterKeySpec (deprecated)").
var formerNames = map[string]string{
	"kms:keyspec": "kms:customermasterkeyspec", "kms:keyusage": "kms:customermasterkeyusage",
}

// keysOfPoints are those that requests through an access point have, with which a bucket's policy delegates to it
// (authorization.md 13.4).
var keysOfPoints = []string{"s3:AccessPointNetworkOrigin", "s3:DataAccessPointAccount", "s3:DataAccessPointArn"}

// worksOn reports whether the key is one of those that come with a resource that the action works on.
func (a *Action) worksOn(family string, keys map[string][]string) bool {
	return slices.ContainsFunc(a.Resources, func(resource string) bool {
		return slices.ContainsFunc(keys[resource], func(key string) bool { return strings.EqualFold(key, family) })
	})
}

// isKnownKey reports whether any action of a service has the key.
func isKnownKey(folded string) bool { return known().keys[keyFamily(folded)] }
