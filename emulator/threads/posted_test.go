package threads

import (
	"fmt"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// denied is what S3 answers to whom it tells no reason.
var denied = answer{403, "AccessDenied", "Access Denied"}

// refusing is S3's refusal with a reason.
func refusing(who, action, resource, reason string) answer {
	text := fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", who, action, resource, reason)
	return answer{403, "AccessDenied", text}
}

// unallowed is the refusal of what no policy of the caller allows.
func unallowed(who, action, resource string) answer {
	return refusing(who, action, resource, "because no identity-based policy allows the "+action+" action")
}

// What the refusals of a Deny end with.
const (
	byResource = "with an explicit deny in a resource-based policy"
	byIdentity = "with an explicit deny in an identity-based policy"
)

// Who asks, and for what.
const (
	theUser   = "arn:aws:iam::210987654321:user/u"
	syncing   = "arn:aws:sts::210987654321:assumed-role/sync/app"
	theBucket = `"arn:aws:s3:::acme-data"`
	theObject = `"arn:aws:s3:::acme-data/a"`
	theKey    = "arn:aws:kms:us-east-1:210987654321:key/key-1"
)

// posted are the threads of the list, by their ids.
var posted = []thread{
	{name: "case-24-01", ask: put("a"), want: denied, cause: cause{layer: authz.KMS},
		cure: cure{class: journal.OfGrant, text: "the policy of the KMS key audit",
			patch: `"Principal":{"Service":"delivery.logs.amazonaws.com"}`}},
	{name: "case-24-02", ask: uploadInParts, want: unallowed(theUser, "kms:Decrypt", theKey),
		cause: cause{layer: authz.KMS},
		cure:  cure{class: journal.OfGrant, text: "kms:Decrypt", patch: `"kms:Decrypt"`}},
	{name: "case-24-03", ask: assumeRole,
		want: answer{403, "AccessDenied",
			"User: " + theUser + " is not authorized to perform: sts:AssumeRole on resource: " + target},
		cause: cause{layer: authz.TrustPolicy},
		cure:  cure{class: journal.OfGrant, text: "trust policy of the role target", patch: theUser}},
	{name: "case-24-04", ask: getThrough(acceptEncoding("gzip")), want: signatureDiffers,
		cause: cause{layer: authz.Authentication},
		cure:  cure{class: journal.OfRequest, text: "ccept-encoding", again: get("a")}},
	{name: "case-24-05", ask: presignedPut(http.Header{"X-Amz-Meta-A": {"b"}}),
		want:  answer{403, "AccessDenied", "There were headers present in the request which were not signed"},
		cause: cause{layer: authz.Authentication},
		cure:  cure{class: journal.OfRequest, text: "x-amz-meta-a", again: presignedPut(nil)}},
	{name: "case-24-06", ask: put("a"), want: refusing(theUser, "s3:PutObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "MustEncrypt"},
		cure:  cure{class: journal.OfRequest, text: "x-amz-server-side-encryption", again: put("a", encrypted)}},
	{name: "case-24-07", ask: get("a"), want: refusing(theUser, "s3:GetObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "TLSOnly"},
		cure:  cure{class: journal.OfRequest, text: "TLS", patch: `{"network":{"secure_transport":true}}`}},
	{name: "case-24-08", ask: put("a"), want: unallowed(theUser, "s3:PutObject", theObject),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfRequest, text: "If-None-Match", again: put("a", ifNoneThere)}},
	{name: "case-24-09", ask: get("a"), want: unallowed(syncing, "kms:Decrypt", theKey), cause: cause{layer: authz.KMS},
		cure: cure{class: journal.OfValue, text: "arn:aws:s3:::acme-data",
			patch: `"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::acme-data"`}},
	{name: "case-24-10", ask: get("a"), want: unallowed(theUser, "s3:GetObject", theObject),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfValue, text: "aws:VpcSourceIp", patch: `"aws:VpcSourceIp":"10.0.0.0/8"`}},
	{name: "case-24-11", ask: createBucket("acme-data"), want: unallowed(theUser, "s3:CreateBucket", theBucket),
		cause: cause{layer: authz.Identity}, cure: cure{class: journal.OfRequest, text: "is there", again: put("a")}},
	{name: "case-24-12", ask: presignedGet, want: refusing(signing, "s3:GetObject", theObject, byIdentity),
		cause: cause{authz.Identity, "OnlyInside"},
		cure: cure{class: journal.OfRequest, text: "198.51.100.10",
			patch: `{"network":{"source_ip":"198.51.100.10"}}`}},
	{name: "case-24-13", ask: putWithOwnKey, want: answer{403, "AccessDenied", ownKeysBlocked},
		cure: cure{class: journal.OfRequest, text: "BlockedEncryptionTypes"}},
	{name: "case-24-14", ask: lets(roleWithoutRegion), want: invalidPrincipal,
		cure: cure{class: journal.OfValue, text: roleInLondon, again: lets(roleInLondon)}},
	{name: "case-24-15", ask: trusts(roleWithoutRegion),
		want: answer{400, "MalformedPolicyDocument", `Invalid principal in policy: "AWS":"` + roleWithoutRegion + `"`},
		cure: cure{class: journal.OfValue, text: roleInLondon, again: trusts(roleInLondon)}},
	{name: "case-24-16", ask: tagsByControl, want: unallowed(theUser, "s3:ListTagsForResource", theBucket),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfGrant, text: "s3:ListTagsForResource", patch: `"s3:ListTagsForResource"`}},
	{name: "case-24-17", ask: assumeWithWebIdentity,
		want:  answer{403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
		cause: cause{layer: authz.TrustPolicy},
		cure: cure{class: journal.OfGrant, text: "in the trust policy of the role target",
			patch: `"system:serviceaccount:training:default"`}},
	{name: "case-24-18", ask: preflighted,
		want:  answer{403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket."},
		cause: cause{layer: authz.CORS},
		cure: cure{class: journal.OfGrant, text: "let pages of https://app.example make PUT requests",
			patch: `"allowed_origins":["https://app.example"]`}},
	{name: "case-24-20", ask: get("a"), want: denied, cause: cause{layer: authz.BucketPolicy},
		cure: cure{class: journal.OfGrant, text: "the bucket policy of acme-data", patch: originIdentity + "E2EXAMPLE1OAID"}},
	{name: "case-24-21", ask: createTagged, want: unallowed(theUser, "s3:TagResource", `"arn:aws:s3:::acme-tagged"`),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfGrant, text: "s3:TagResource", patch: `"s3:TagResource"`}},
	{name: "case-24-22", ask: lets(originIdentity + "REPLACE_ME"), want: invalidPrincipal,
		cure: cure{class: journal.OfValue, text: "REPLACE_ME", again: lets(originIdentity + "E2EXAMPLE1OAID")}},
}

const (
	signing           = "arn:aws:sts::210987654321:assumed-role/signer/app"
	target            = "arn:aws:iam::210987654321:role/target"
	reserved          = "arn:aws:iam::210987654321:role/aws-reserved/sso.amazonaws.com/"
	roleWithoutRegion = reserved + "AWSReservedSSO_Admin_0123456789abcdef"
	roleInLondon      = reserved + "eu-west-2/AWSReservedSSO_Admin_0123456789abcdef"
	originIdentity    = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity "
	ownKeysBlocked    = "User: " + theUser + " is not authorized to perform: s3:PutObject on resource: " + theObject +
		" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys" +
		" (SSE-C). Please specify a different server-side encryption type"
)

var (
	invalidPrincipal = answer{400, "MalformedPolicy", "Invalid principal in policy"}
	signatureDiffers = answer{403, "SignatureDoesNotMatch", "The request signature we calculated does not match " +
		"the signature you provided. Check your key and signing method."}
)
