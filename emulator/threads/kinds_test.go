package threads

import (
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// kinds are more of what people ask about.
var kinds = slices.Concat(ofValues, ofRequests, ofCalls, ofGrants, ofKeys, ofGuards)

// Who asks, for what, and what else says no.
const (
	reading   = "arn:aws:sts::111111111111:assumed-role/reader/app"
	irishKey  = "arn:aws:kms:eu-west-1:210987654321:key/key-1"
	uploaded  = `"arn:aws:s3:::acme-data/n"`
	bySession = "because no session policy allows the s3:PutObject action"
	byBound   = "because no permissions boundary allows the s3:PutObject action"
)

// ofValues are policies that say nearly what they mean.
var ofValues = []thread{
	{name: "sync-cannot-list", ask: list(""), want: unallowed(theUser, "s3:ListBucket", theBucket),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfValue, text: "arn:aws:s3:::acme-data", patch: `"arn:aws:s3:::acme-data"`}},
	{name: "objects-forgotten", ask: get("a"), want: unallowed(theUser, "s3:GetObject", theObject),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfValue, text: "arn:aws:s3:::acme-data/*", patch: `"arn:aws:s3:::acme-data/*"`}},
	{name: "star-in-string-equals", ask: list("reports/2026/"), want: unallowed(theUser, "s3:ListBucket", theBucket),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfValue, text: "StringLike", patch: `"StringLike":{"s3:prefix":"reports/*"}`}},
	{name: "algorithm-in-small-letters", ask: put("a", encrypted),
		want:  unallowed(theUser, "s3:PutObject", theObject),
		cause: cause{layer: authz.Identity},
		cure: cure{class: journal.OfValue, text: "AES256",
			patch: `"s3:x-amz-server-side-encryption":"AES256"`}},
	{name: "user-id-without-colon", ask: get("a"), want: refusing(syncing, "s3:GetObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "OnlySync"},
		cure:  cure{class: journal.OfValue, text: "AROAEXAMPLEROLEID0001:", patch: `"aws:userId":"AROAEXAMPLEROLEID0001:`}},
	{name: "not-principal-without-session", ask: get("a"), want: refusing(syncing, "s3:GetObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "OnlySync"},
		cure:  cure{class: journal.OfValue, text: syncing, patch: syncing}},
	{name: "principal-arn-of-session", ask: get("a"), want: refusing(syncing, "s3:GetObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "OnlySync"},
		cure: cure{class: journal.OfValue, text: "arn:aws:iam::210987654321:role/sync",
			patch: `"aws:PrincipalArn":"arn:aws:iam::210987654321:role/sync"`}},
	{name: "source-arn-of-another", ask: put("logs/n"), want: denied, cause: cause{layer: authz.BucketPolicy},
		cure: cure{class: journal.OfValue, text: "arn:aws:s3:::acme-web", patch: `"aws:SourceArn":"arn:aws:s3:::acme-web"`}},
}

// ofRequests are requests that could satisfy the policies as they are.
var ofRequests = []thread{
	{name: "prefix-without-slash", ask: list("reports"), want: unallowed(theUser, "s3:ListBucket", theBucket),
		cause: cause{layer: authz.Identity}, cure: cure{class: journal.OfRequest, text: "reports/", again: list("reports/")}},
	{name: "mfa-missing", ask: get("a"), want: refusing(theUser, "s3:GetObject", theObject, byIdentity),
		cause: cause{authz.Identity, "NoMFA"},
		cure:  cure{class: journal.OfRequest, text: "MFA", again: as("with-mfa", get("a"))}},
	{name: "another-vpc", ask: get("a"), want: refusing(theUser, "s3:GetObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "OnlyProd"},
		cure:  cure{class: journal.OfRequest, text: "vpc-prod", patch: `{"network":{"vpc_endpoint":"vpce-prod"`}},
	{name: "unsigned-payload", ask: presignedPut(nil), want: refusing(theUser, "s3:PutObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "SignedBodies"},
		cure:  cure{class: journal.OfRequest, text: "x-amz-content-sha256", again: put("a")}},
	{name: "signature-too-old", ask: presignedGetAfter(11 * time.Minute),
		want:  refusing(theUser, "s3:GetObject", theObject, byResource),
		cause: cause{authz.BucketPolicy, "TenMinutes"},
		cure:  cure{class: journal.OfRequest, text: "anew", again: presignedGet}},
	{name: "acl-not-sent", ask: put("n"), want: refusing(theUser, "s3:PutObject", uploaded, byResource),
		cause: cause{authz.BucketPolicy, "FullControl"},
		cure: cure{class: journal.OfRequest, text: "x-amz-acl: bucket-owner-full-control",
			again: put("n", withACL(types.ObjectCannedACLBucketOwnerFullControl))}},
	{name: "acls-disabled", ask: put("n", withACL(types.ObjectCannedACLPublicRead)),
		want:  answer{400, "AccessControlListNotSupported", "The bucket does not allow ACLs"},
		cause: cause{layer: authz.ObjectOwnership}, cure: cure{class: journal.OfRequest, text: "no ACL", again: put("n")}},
	{name: "public-acl-blocked", ask: put("n", withACL(types.ObjectCannedACLPublicRead)),
		want: refusing(theUser, "s3:PutObject", uploaded,
			"because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access."),
		cause: cause{layer: authz.BlockPublicAccess}, cure: cure{class: journal.OfRequest, text: "no ACL", again: put("n")}},
	{name: "public-policy-blocked", ask: lets("*"),
		want: refusing(theUser, "s3:PutBucketPolicy", theBucket,
			"because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."),
		cause: cause{layer: authz.BlockPublicAccess},
		cure:  cure{class: journal.OfRequest, text: "rincipal", again: lets(theUser)}},
	{name: "nobody-pays", ask: get("a"), want: denied, cause: cause{layer: authz.RequesterPays},
		cure: cure{class: journal.OfRequest, text: "x-amz-request-payer", again: getPaying}},
	{name: "session-over", ask: presignedGetAfter(time.Hour),
		want:  answer{400, "ExpiredToken", "The provided token has expired."},
		cause: cause{layer: authz.Authentication},
		cure:  cure{class: journal.OfRequest, text: "session", again: as("renewed", presignedGet)}},
	{name: "wrong-region", ask: get("a"),
		want: answer{400, "AuthorizationHeaderMalformed",
			"The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'"},
		cause: cause{layer: authz.Region},
		cure:  cure{class: journal.OfRequest, text: "eu-west-1", again: getIn("eu-west-1")}},
	{name: "clock-behind", ask: get("a"),
		want: answer{403, "RequestTimeTooSkewed",
			"The difference between the request time and the current time is too large."},
		cause: cause{layer: authz.Authentication},
		cure:  cure{class: journal.OfRequest, text: "clock", again: getInTime}},
	{name: "proxy-host", ask: getThrough(func(r *http.Request) { r.Host = "s3.internal.example" }), want: signatureDiffers,
		cause: cause{layer: authz.Authentication}, cure: cure{class: journal.OfRequest, text: "ost", again: get("a")}},
	{name: "proxy-prefix", want: signatureDiffers,
		ask:   getThrough(func(r *http.Request) { r.URL.Path = "/store" + r.URL.Path }),
		cause: cause{layer: authz.Authentication}, cure: cure{class: journal.OfRequest, text: "/store", again: get("a")}},
}

// ofCalls are requests that have to be made in another way.
var ofCalls = []thread{
	{name: "external-id", ask: assumeRole,
		want: answer{403, "AccessDenied",
			"User: " + theUser + " is not authorized to perform: sts:AssumeRole on resource: " + target},
		cause: cause{layer: authz.TrustPolicy},
		cure:  cure{class: journal.OfRequest, text: "vendor-42", again: assumeRoleFor("vendor-42")}},
	{name: "content-type-of-url", ask: presignedPNG("application/octet-stream"), want: signatureDiffers,
		cause: cause{layer: authz.Authentication},
		cure:  cure{class: journal.OfRequest, text: "ontent-type", again: presignedPNG("image/png")}},
	{name: "token-left-out", ask: withoutToken,
		want:  answer{403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
		cause: cause{layer: authz.Authentication},
		cure:  cure{class: journal.OfRequest, text: "token", again: get("a")}},
	{name: "key-not-named", ask: put("n", withKMS),
		want:  refusing(theUser, "s3:PutObject", uploaded, byResource),
		cause: cause{authz.BucketPolicy, "OurKey"},
		cure:  cure{class: journal.OfRequest, text: theKey, again: put("n", withKey(theKey))}},
	{name: "bucket-with-acl", ask: createPublic,
		want: answer{400, "InvalidBucketAclWithObjectOwnership",
			"Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"},
		cure: cure{class: journal.OfRequest, text: "no ACL", again: createBucket("acme-public")}},
	{name: "policy-of-objects", ask: letsOn("arn:aws:s3:::acme-data"),
		want: answer{400, "MalformedPolicy", "Action does not apply to any resource(s) in statement"},
		cure: cure{class: journal.OfValue, text: "arn:aws:s3:::acme-data/*", again: letsOn("arn:aws:s3:::acme-data/*")}},
}

// ofGrants are grants that nobody gave.
var ofGrants = []thread{
	{name: "acl-permission", ask: put("n", withACL(types.ObjectCannedACLBucketOwnerFullControl)),
		want:  unallowed(theUser, "s3:PutObjectAcl", uploaded),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfGrant, text: "s3:PutObjectAcl", patch: `"s3:PutObjectAcl"`}},
	{name: "missing-or-forbidden", ask: get("missing"), want: unallowed(theUser, "s3:ListBucket", theBucket),
		cause: cause{layer: authz.Masking},
		cure:  cure{class: journal.OfGrant, text: "s3:ListBucket", patch: `"s3:ListBucket"`}},
	{name: "foreign-organization", ask: get("a"), want: denied, cause: cause{layer: authz.BucketPolicy},
		cure: cure{class: journal.OfGrant, text: "bucket policy of acme-data",
			patch: `"arn:aws:iam::111111111111:role/reader"`}},
	{name: "other-half-missing", ask: get("a"), want: denied, cause: cause{layer: authz.Identity},
		cure: cure{class: journal.OfGrant, text: "role reader", patch: `"s3:GetObject"`}},
	{name: "narrow-session", ask: put("n"), want: refusing(syncing, "s3:PutObject", uploaded, bySession),
		cause: cause{layer: authz.Session},
		cure:  cure{class: journal.OfGrant, text: "session policy", patch: `"s3:PutObject"`}},
	{name: "narrow-boundary", ask: put("n"), want: refusing(theUser, "s3:PutObject", uploaded, byBound),
		cause: cause{layer: authz.PermissionsBoundary},
		cure:  cure{class: journal.OfGrant, text: "permissions boundary", patch: `"s3:PutObject"`}},
	{name: "upload-of-another", ask: get("theirs"),
		want: refusing(theUser, "s3:GetObject", `"arn:aws:s3:::acme-data/theirs"`,
			"because no resource-based policy allows the s3:GetObject action"),
		cause: cause{layer: authz.ACLs},
		cure:  cure{class: journal.OfGrant, text: "ACL of the object theirs", patch: `"READ"`}},
	{name: "another-version", ask: getVersion,
		want:  unallowed(theUser, "s3:GetObjectVersion", `"arn:aws:s3:::acme-data/v"`),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfGrant, text: "s3:GetObjectVersion", patch: `"s3:GetObjectVersion"`}},
	{name: "upload-with-tags", ask: put("n", tagged), want: unallowed(theUser, "s3:PutObjectTagging", uploaded),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfGrant, text: "s3:PutObjectTagging", patch: `"s3:PutObjectTagging"`}},
	{name: "copy-with-tags", ask: copyTagged,
		want:  unallowed(theUser, "s3:GetObjectTagging", `"arn:aws:s3:::acme-data/tagged"`),
		cause: cause{layer: authz.Identity},
		cure:  cure{class: journal.OfGrant, text: "s3:GetObjectTagging", patch: `"s3:GetObjectTagging"`}},
}

// ofKeys are keys of KMS that are not let do their work.
var ofKeys = []thread{
	{name: "key-in-another-region", ask: get("a"), want: unallowed(theUser, "kms:Decrypt", irishKey),
		cause: cause{layer: authz.KMS}, cure: cure{class: journal.OfValue, text: irishKey, patch: irishKey}},
	{name: "via-another-region", ask: get("a"), want: unallowed(theUser, "kms:Decrypt", irishKey),
		cause: cause{layer: authz.KMS},
		cure: cure{class: journal.OfValue, text: "s3.eu-west-1.amazonaws.com",
			patch: `"kms:ViaService":"s3.eu-west-1.amazonaws.com"`}},
	{name: "cloudfront-and-kms", ask: get("a"), want: denied, cause: cause{layer: authz.KMS},
		cure: cure{class: journal.OfGrant, text: "the policy of the KMS key key-1",
			patch: `"aws:SourceArn":"arn:aws:cloudfront::210987654321:distribution/EDFDVBD6EXAMPLE"`}},
	{name: "key-of-another-account", ask: get("a"),
		want: answer{403, "AccessDenied", "User: " + reading + " is not authorized to perform: kms:Decrypt on the resource " +
			"associated with this ciphertext because the resource does not exist in this Region, no resource-based policies " +
			"allow access, or a resource-based policy explicitly denies access"},
		cause: cause{layer: authz.KMS},
		cure: cure{class: journal.OfGrant, text: "the policy of the KMS key key-1",
			patch: `"arn:aws:iam::111111111111:role/reader"`}},
}

// ofGuards are guards that have to give way.
var ofGuards = []thread{
	{name: "region-denied", ask: get("a"),
		want: refusing(theUser, "s3:GetObject", theObject, "with an explicit deny in a service control policy: "+
			"arn:aws:organizations::999999999999:policy/o-a1b2c3d4e5/service_control_policy/p-1234567890"),
		cause: cause{authz.SCP, "OneRegion"}, cure: cure{class: journal.OfGuard, text: "OneRegion", patch: theUser}},
	{name: "beanstalk-bucket", ask: deleteBucket, want: refusing(theUser, "s3:DeleteBucket", theBucket, byResource),
		cause: cause{authz.BucketPolicy, "eb-58950a8c-feb6-11e2-89e0-0800277d041b"},
		cure:  cure{class: journal.OfGuard, text: "eb-58950a8c", patch: theUser}},
	{name: "locked-out", ask: lets(theUser), want: refusing(theUser, "s3:PutBucketPolicy", theBucket, byResource),
		cause: cause{authz.BucketPolicy, "NobodyChangesThis"},
		cure:  cure{class: journal.OfRequest, text: "root", again: as("admin", lets(theUser))}},
}
