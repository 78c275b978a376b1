package threads

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/journal"
)

func TestStillMore(t *testing.T) { play(t, "testdata/more.yaml", more) }

// ofIdentity and ofBucket are the causes of most.
var ofIdentity = cause{layer: authz.Identity}

func ofBucket(sid string) cause { return cause{authz.BucketPolicy, sid} }

// byBucket is a Deny of the bucket policy.
func byBucket(action, resource string) answer { return refusing(theUser, action, resource, byResource) }

var more = []thread{
	{"storage-class-wanted", put("n"), byBucket("s3:PutObject", uploaded), ofBucket("Tiering"),
		cure{journal.OfRequest, "x-amz-storage-class: INTELLIGENT_TIERING", "", put("n", tiering)}},
	{"tag-wanted", put("n"), byBucket("s3:PutObject", uploaded), ofBucket("Tagged"),
		cure{journal.OfRequest, "x-amz-tagging", "", put("n", tagged)}},
	{"referer-wanted", get("a"), byBucket("s3:GetObject", theObject), ofBucket("OurSite"),
		cure{journal.OfRequest, "eferer", "", getThrough(fromOurSite)}},
	{"no-urls", presignedGet, byBucket("s3:GetObject", theObject), ofBucket("NoURLs"),
		cure{journal.OfRequest, "Authorization", "", get("a")}},
	{"endpoint-wanted", get("a"), byBucket("s3:GetObject", theObject), ofBucket("Inside"),
		cure{journal.OfRequest, "vpce-1", `{"network":{`, nil}},
	{"fewer-keys", list(""), unallowed(theUser, "s3:ListBucket", theBucket), ofIdentity,
		cure{journal.OfRequest, "max-keys", "", listTen}},
	{"another-owner", getExpecting("999999999999"), denied, cause{layer: authz.ExpectedOwner},
		cure{journal.OfRequest, "210987654321", "", getExpecting("210987654321")}},
	{"session-name", assumeRole, noAssume, cause{layer: authz.TrustPolicy},
		cure{journal.OfRequest, "RoleSessionName", "", assumeAs("deploy")}},
	{"sse-kms-wanted", put("n", encrypted), refusing(theUser, "s3:PutObject", uploaded, byOrganization),
		cause{authz.SCP, "OnlyKMS"},
		cure{journal.OfRequest, "aws:kms", "", put("n", withKMS)}},

	{"slash-without-star", get("a"), unallowed(theUser, "s3:GetObject", theObject), ofIdentity,
		cure{journal.OfValue, "arn:aws:s3:::acme-data/*", `"arn:aws:s3:::acme-data/*"`, nil}},
	{"bucket-misspelt", get("a"), unallowed(theUser, "s3:GetObject", theObject), ofIdentity,
		cure{journal.OfValue, "arn:aws:s3:::acme-data/*", `"arn:aws:s3:::acme-data/*"`, nil}},
	{"list-objects", list(""), unallowed(theUser, "s3:ListBucket", theBucket), ofIdentity,
		cure{journal.OfValue, "s3:ListBucket", `"s3:ListBucket"`, nil}},
	{"head-object", get("a"), unallowed(theUser, "s3:GetObject", theObject), ofIdentity,
		cure{journal.OfValue, "s3:GetObject", `"s3:GetObject"`, nil}},
	{"key-as-alias", get("a"), unallowed(theUser, "kms:Decrypt", theKey), cause{layer: authz.KMS},
		cure{journal.OfValue, theKey, theKey, nil}},
	{"old-version", get("u/a"), unallowed(theUser, "s3:GetObject", `"arn:aws:s3:::acme-data/u/a"`), ofIdentity,
		cure{journal.OfValue, "2012-10-17", `"2012-10-17"`, nil}},
	{"prefix-with-slash", list("reports/"), unallowed(theUser, "s3:ListBucket", theBucket), ofIdentity,
		cure{journal.OfValue, "reports/*", `"s3:prefix":"reports/*"`, nil}},
	{"role-with-path", get("a"), refusing(syncing, "s3:GetObject", theObject, byResource), ofBucket("OnlySync"),
		cure{journal.OfValue, "role/service-role/sync", "arn:aws:iam::210987654321:role/service-role/sync", nil}},
	{"vpc-for-endpoint", get("a"), unallowed(theUser, "s3:GetObject", theObject), ofIdentity,
		cure{journal.OfValue, "aws:SourceVpc", `"aws:SourceVpc":"vpc-1"`, nil}},
	{"star-in-source-arn", put("n"), denied, cause{layer: authz.BucketPolicy},
		cure{journal.OfValue, "Like", `Like":{"aws:SourceArn":"arn:aws:logs:us-east-1:210987654321:*"}`, nil}},
	{"one-address", get("a"), unallowed(theUser, "s3:GetObject", theObject), ofIdentity,
		cure{journal.OfValue, "203.0.113.0/24", `"203.0.113.0/24"`, nil}},
	{"organization-misspelt", get("a"), unallowedInOrg, cause{layer: authz.BucketPolicy},
		cure{journal.OfValue, "o-a1b2c3d4e5", `"o-a1b2c3d4e5"`, nil}},
	{"policy-of-the-past", get("a"), unallowed(theUser, "s3:GetObject", theObject), ofIdentity,
		cure{journal.OfValue, "2020-01-01T00:00:00Z, which has passed", `"DateLessThan"`, nil}},

	{"tag-of-the-object", get("a"), unallowed(theUser, "s3:GetObject", theObject), ofIdentity,
		cure{journal.OfGrant, "public=yes", `"public":"yes"`, nil}},
	{"list-all-buckets", listBuckets, noBuckets, ofIdentity,
		cure{journal.OfGrant, "s3:ListAllMyBuckets", `"s3:ListAllMyBuckets"`, nil}},
	{"endpoint-policy", get("a"),
		refusing(theUser, "s3:GetObject", theObject, "because no VPC endpoint policy allows the s3:GetObject action"),
		cause{layer: authz.VPCEndpoint}, cure{journal.OfGrant, "VPC endpoint vpce-1", `"s3:GetObject"`, nil}},
	{"key-for-upload", put("n"), unallowed(theUser, "kms:GenerateDataKey", theKey), cause{layer: authz.KMS},
		cure{journal.OfGrant, "kms:GenerateDataKey", `"kms:GenerateDataKey"`, nil}},
	// It stays without a version: with one its statements might come to mean something else.
	{"policy-of-2008", put("n"), denied, cause{layer: authz.BucketPolicy},
		cure{journal.OfGrant, "s3:PutObject", `]}}}}`, nil}},
	{"tag-session", assumeTagged, noTagging, cause{layer: authz.TrustPolicy},
		cure{journal.OfGrant, "sts:TagSession", `"sts:TagSession"`, nil}},

	{"two-guards", put("n"), byBucket("s3:PutObject", uploaded), ofBucket("SSE"),
		cure{journal.OfRequest, "x-amz-server-side-encryption", `{"network":{"secure_transport":true}}`,
			safely(put("n", encrypted))}},
	{"two-halves", get("a"), denied, ofIdentity,
		cure{journal.OfGrant, "bucket policy of acme-data", `"arn:aws:iam::111111111111:role/reader"`, nil}},

	{"only-one-role", get("a"), byBucket("s3:GetObject", theObject), ofBucket("OnlySync"),
		cure{journal.OfGuard, "OnlySync", theUser, nil}},
	{"no-deletes", deleteObject, byBucket("s3:DeleteObject", theObject), ofBucket("KeepAll"),
		cure{journal.OfGuard, "KeepAll", "", nil}},
}

const byOrganization = "with an explicit deny in a service control policy: " +
	"arn:aws:organizations::999999999999:policy/o-a1b2c3d4e5/service_control_policy/p-1234567890"

var (
	noAssume = answer{403, "AccessDenied",
		"User: " + theUser + " is not authorized to perform: sts:AssumeRole on resource: " + target}
	noTagging = answer{403, "AccessDenied",
		"User: " + theUser + " is not authorized to perform: sts:TagSession on resource: " + target}
	noBuckets = answer{403, "AccessDenied", "User: " + theUser + " is not authorized to perform: s3:ListAllMyBuckets " +
		"because no identity-based policy allows the s3:ListAllMyBuckets action"}
	unallowedInOrg = refusing(reading, "s3:GetObject", theObject,
		"because no resource-based policy allows the s3:GetObject action")
)

// safely asks over TLS.
func safely(ask request) request {
	return func(p *program) error {
		if err := p.srv.Patch(`{"network":{"secure_transport":true}}`); err != nil {
			return err
		}
		return ask(p)
	}
}

func fromOurSite(r *http.Request) { r.Header.Set("Referer", "https://www.example.com/page") }

func tiering(in *s3.PutObjectInput) { in.StorageClass = types.StorageClassIntelligentTiering }

func listTen(p *program) error {
	_, err := p.s3().ListObjectsV2(background, &s3.ListObjectsV2Input{Bucket: bucket, MaxKeys: aws.Int32(10)})
	return err
}

func listBuckets(p *program) error {
	_, err := p.s3().ListBuckets(background, &s3.ListBucketsInput{})
	return err
}

func deleteObject(p *program) error {
	_, err := p.s3().DeleteObject(background, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String("a")})
	return err
}

func getExpecting(owner string) request {
	return func(p *program) error {
		in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String("a"), ExpectedBucketOwner: &owner}
		_, err := p.s3().GetObject(background, in)
		return err
	}
}

func assumeAs(session string) request {
	return func(p *program) error {
		in := &sts.AssumeRoleInput{RoleArn: aws.String(target), RoleSessionName: &session}
		_, err := sts.NewFromConfig(sdkv2.Config(p.t, p.srv, p.as)).AssumeRole(background, in)
		return err
	}
}

func assumeTagged(p *program) error {
	in := &sts.AssumeRoleInput{RoleArn: aws.String(target), RoleSessionName: aws.String("xx")}
	in.Tags = []ststypes.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}
	_, err := sts.NewFromConfig(sdkv2.Config(p.t, p.srv, p.as)).AssumeRole(background, in)
	return err
}
