package advice_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/world"
)

// The bucket's policy names who asked: the user, the role of a session, a service, and
// nobody where nobody signed.
func TestBucketPolicies(t *testing.T) {
	const (
		head    = `{"Action":"s3:GetObject","Effect":"Allow","Principal":`
		tail    = `,"Resource":"arn:aws:s3:::my-bucket/k"}`
		my      = `buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: `
		listing = `{Effect: Allow, Principal: {AWS: "222222222222"}, Action: "s3:ListBucket", ` +
			`Resource: "arn:aws:s3:::my-bucket"}`
		never = `{Sid: Never, Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}`
	)
	for name, c := range map[string]struct {
		facts, caller string
		texts         []string
	}{
		"another account's user": {bucket, "bob", []string{`write the bucket policy of my-bucket: ` + head +
			`{"AWS":"arn:aws:iam::222222222222:user/bob"}` + tail}},
		"beside what is there": {my + with(listing) + `}}`, "bob", []string{`add to the bucket policy of my-bucket: ` +
			head + `{"AWS":"arn:aws:iam::222222222222:user/bob"}` + tail}},
		"nobody": {strings.Replace(bucket, "owner", "public_access_block: none, owner", 1), "",
			[]string{`sign it, as ann (` + annARN + `), whom every layer allows this`}},
		"a service": {bucket, "logs", []string{`write the bucket policy of my-bucket: ` + head +
			`{"Service":"logging.s3.amazonaws.com"}` + tail}},
		"a Deny": {my + with(listing, never) + `}}`, "ann", []string{`let ` + annARN +
			` do s3:GetObject on arn:aws:s3:::my-bucket/k in spite of the statement "Never" of the bucket policy of my-bucket, which goes on denying all else: it is split in 2`}},
		"a Deny for the other account": {my + with(never) + `}}`, "bob",
			[]string{`except arn:aws:iam::222222222222:user/bob from the statement "Never" of the bucket policy of my-bucket: ArnNotEquals aws:PrincipalArn`,
				`add to the bucket policy of my-bucket: ` + head + `{"AWS":"arn:aws:iam::222222222222:user/bob"}` + tail}},
	} {
		t.Run(name, func(t *testing.T) { says(t, try(t, ann(annAll, c.facts), get(c.caller)).on(), c.texts...) })
	}
	says(t, try(t, `
accounts: {123456789012: {}, 222222222222: {roles: {app: {path: /svc/, `+annAll+`}}}}
callers: {app: {account: 222222222222, role: app}}
`+bucket, get("app")).on(), `write the bucket policy of my-bucket: `+head+`{"AWS":"arn:aws:iam::222222222222:role/svc/app"}`+tail)
}

// A gateway endpoint's policy names everybody, and by a condition the requester; without a statement it is AWS's.
func TestEndpointPolicies(t *testing.T) {
	way := func(policy string) string {
		return ann(annAll, bucket, `vpc_endpoints: {vpce-1: {vpc: vpc-1, policy: `+policy+`}}`,
			`network: {vpc_endpoint: vpce-1}`)
	}
	says(t, try(t, way(with(`{Effect: Allow, Principal: "*", Action: "s3:ListBucket", Resource: "*"}`)), get("ann")).on(),
		`add to the policy of the VPC endpoint vpce-1: {"Action":"s3:GetObject",`+onlyAnn+`,"Effect":"Allow","Principal":"*","Resource":"arn:aws:s3:::my-bucket/k"}`)
	a := try(t, way(with(`{Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "*"}`)), get("ann")).on()
	says(t, last(t, a), `removes a guardrail: drop the statement 0 from the policy of the VPC endpoint vpce-1`)
	patches(t, last(t, a), `{"vpc_endpoints":{"vpce-1":{"policy":null}}}`)
}

// The endpoint is the one in the bucket's region.
func TestEndpointInAnotherRegion(t *testing.T) {
	lists := with(`{Effect: Allow, Principal: "*", Action: "s3:ListBucket", Resource: "*"}`)
	says(t, try(t, ann(annAll, `buckets: {my-bucket: {owner: 123456789012, region: eu-west-1, objects: {k: {body: x}}}}`,
		`route_tables: {rtb-1: {vpc: vpc-1, region: eu-west-1}}`, `network: {route_table: rtb-1}`,
		`vpc_endpoints: {vpce-1: {vpc: vpc-1, region: eu-west-1, route_tables: [rtb-1], policy: `+lists+`}}`),
		get("ann")).on(),
		`sign for eu-west-1, where the bucket my-bucket is, and send it there (--region eu-west-1)`,
		`add to the policy of the VPC endpoint vpce-1: {"Action":"s3:GetObject",`+onlyAnn+`,"Effect":"Allow","Principal":"*","Resource":"arn:aws:s3:::my-bucket/k"}`)
}

// KMS is let in by the requester's policies, by the key's, or by the key's state.
func TestKeys(t *testing.T) {
	const (
		key     = `1234abcd-12ab-34cd-56ef-1234567890ab`
		arn     = `arn:aws:kms:us-east-1:123456789012:key/` + key
		allS3   = `policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}`
		viaS3   = `"Condition":{"StringEquals":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::my-bucket/k","kms:ViaService":"s3.us-east-1.amazonaws.com"}}`
		foreign = `{Effect: Allow, Principal: {AWS: "222222222222"}, Action: "kms:*", Resource: "*"}`
	)
	for name, c := range map[string]struct {
		user, key string
		texts     []string
	}{
		"the user's policies": {allS3, ``,
			[]string{`write the inline policy allow-kms-Decrypt of the user ann: {"Action":"kms:Decrypt",` + viaS3 +
				`,"Effect":"Allow","Resource":"` + arn + `"}`}},
		"the key's policy": {annAll, `policy: ` + with(foreign), []string{`add to the policy of the KMS key ` + key +
			`: {"Action":"kms:Decrypt",` + viaS3 +
			`,"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/ann"},"Resource":"*"}`}},
		"a Deny of the key's policy": {annAll, `policy: ` + with(`{Effect: Allow, Principal: {AWS: "123456789012"}, `+
			`Action: "kms:*", Resource: "*"}`, `{Sid: Never, Effect: Deny, Principal: "*", Action: "kms:Decrypt", `+
			`Resource: "*"}`),
			[]string{`let ` + annARN + ` do kms:Decrypt on ` + arn +
				` in spite of the statement "Never" of the policy of the KMS key ` + key +
				`, which goes on denying all else: it is split in 2`}},
		"the state": {annAll, `state: PendingDeletion`,
			[]string{`enable again, once its deletion is called off (CancelKeyDeletion), the KMS key ` + key}},
		"both the user's policies and the state": {allS3, `state: Disabled`, []string{
			`write the inline policy allow-kms-Decrypt of the user ann: {"Action":"kms:Decrypt",` + viaS3 +
				`,"Effect":"Allow","Resource":"` + arn + `"}`, `enable the KMS key ` + key}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, try(t, ann(c.user, `kms_keys: {`+key+`: {account: 123456789012, `+c.key+`}}`,
				`buckets: {my-bucket: {owner: 123456789012, encryption: {algorithm: "aws:kms", kms_key: `+key+`}, `+
					`objects: {k: {body: x}}}}`), get("ann")).on(), c.texts...)
		})
	}
}

// Where ACLs are in force the bucket's policy is the first cure; what is not the bucket
// owner's is let in by its own ACL.
func TestACLs(t *testing.T) {
	const acls = `buckets: {my-bucket: {owner: 123456789012, object_ownership: ObjectWriter, public_access_block: none, `
	a := try(t, ann(annAll, acls+`objects: {k: {body: x, owner: 333333333333}}}}`), get("bob")).on()
	says(t, a, `grant 222222222222 READ in the ACL of the object k`)
	const granted = `{"buckets":{"my-bucket":{"objects":{"k":{"acl":{"grants":[{"grantee":"%s","permission":"%s"},{"grantee":"222222222222","permission":"READ"}]}}}}}}`
	patches(t, a, fmt.Sprintf(granted, world.CanonicalID("333333333333"), "FULL_CONTROL"))
	a = try(t, ann(annAll, acls+`objects: {k: {body: x, owner: 333333333333, acl: {grants: [{grantee: AllUsers, `+
		`permission: READ_ACP}]}}}}}`), get("bob")).on()
	patches(t, a, fmt.Sprintf(granted, "AllUsers", "READ_ACP"))
	a = try(t, ann(annAll, acls+`objects: {k: {body: x, owner: 333333333333}}}}`), get("")).on()
	if a.Proved || len(a.Patch) > 0 {
		t.Errorf("to nobody who signed is granted %+v", a.Proposal)
	}
	a = try(t, ann(annAll, acls+`objects: {k: {body: x}}}}`), s3("bob", "GET", "/my-bucket")).on()
	says(t, a,
		`write the bucket policy of my-bucket: {"Action":"s3:ListBucket","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:user/bob"},"Resource":"arn:aws:s3:::my-bucket"}`)
}
