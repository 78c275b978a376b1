package emulator_test

import "strings"

// matrixWorld is a world in which everything that can say yes does: the bucket's
// owner has a role with a boundary, whose session has a policy, and the bucket
// policy lets another account's user do everything. A row adds its own facts to it.
const matrixWorld = `
version: 1
defaults:
  region: us-east-1
  accounts:
    123456789012:
      roles:
        app:
          policies: {everything: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
          permissions_boundary: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
    444455556666:
      users:
        guest:
          policies: {everything: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    111111111111: {}
    777788889999: {}
  callers:
    app:
      account: 123456789012
      role: app
      session_policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
    keeper: {account: 123456789012, root: true}
    guest: {account: 444455556666, user: guest}
    logger: {service: logging.s3.amazonaws.com}
  buckets:
    my-bucket:
      owner: 123456789012
      object_ownership: BucketOwnerPreferred
      public_access_block: none
      policy:
        Version: 2012-10-17
        Statement:
          - Sid: Guest
            Effect: Allow
            Principal: {AWS: "arn:aws:iam::444455556666:user/guest"}
            Action: "s3:*"
            Resource: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"]
      cors: [{allowed_origins: ["https://app.example"], allowed_methods: [PUT]}]
      website: {index_document: index.html}
      objects:
        file.txt: {body: "hello\n", tags: {kind: greeting}}
scenarios:
  matrix:
    title: One layer refuses, or none
`

// What a policy says where it is to refuse S3: nothing of it, or no. Facts are in
// JSON, which is good for a scenario file and for a patch.
const (
	onlySQS = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}`
	onlyS3  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	// s3AndRoles lets a replication have its role, and nobody use a key.
	s3AndRoles = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "iam:PassRole"], "Resource": "*"}]}`
	notS3      = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Sid": "NotS3", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}`
	notKMS     = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Sid": "NotKMS", "Effect": "Deny", "Action": "kms:*", "Resource": "*"}]}`
	noList     = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": ["s3:ListBucket", "s3:ListBucketVersions"], "Resource": "*"}]}`
	noBypass   = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": "s3:BypassGovernanceRetention", "Resource": "*"}]}`
	// The same for policies that name a principal.
	allForAll    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}`
	sqsForAll    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}`
	notS3ForAll  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}, {"Sid": "NotS3", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}`
	kmsForNobody = `{"Version": "2012-10-17", "Statement": [{"Sid": "NotKMS", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`
	s3ForNobody  = `{"Version": "2012-10-17", "Statement": [{"Sid": "NotS3", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}`
)

// The principals that the policies name.
const (
	everybody = `"*"`
	theApp    = `{"AWS": "arn:aws:iam::123456789012:role/app"}`
	guestToo  = `{"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::444455556666:user/guest"]}`
	theLogger = `{"Service": "logging.s3.amazonaws.com"}`
	others    = `{"AWS": "arn:aws:iam::777788889999:root"}`
)

// ofApp is facts of the role app, ofSession of its session, ofGuest of the guest,
// ofBucket of my-bucket, ofFile of the object in it, ofKey of the bucket's key.
func ofApp(facts string) string {
	return `"accounts": {"123456789012": {"roles": {"app": {` + facts + `}}}}`
}

func ofSession(facts string) string { return `"callers": {"app": {` + facts + `}}` }

func ofGuest(facts string) string {
	return `"accounts": {"444455556666": {"users": {"guest": {` + facts + `}}}}`
}

func ofBucket(facts ...string) string {
	return `"buckets": {"my-bucket": {` + strings.Join(facts, ", ") + `}}`
}

func ofFile(facts ...string) string {
	return `"objects": {"file.txt": {` + strings.Join(facts, ", ") + `}}`
}

func ofKey(facts string) string { return `"kms_keys": {"key-1": {` + facts + `}}` }

// bucketPolicy is a policy of one statement about the bucket and all that is in it.
func bucketPolicy(effect, principal string) string {
	return `"policy": {"Version": "2012-10-17", "Statement": [{"Sid": "Only", "Effect": "` + effect + `", "Principal": ` + principal +
		`, "Action": "s3:*", "Resource": ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"]}]}`
}

// pointARN is the ARN of the access point of the rows that have one.
const pointARN = "arn:aws:s3:us-east-1:123456789012:accesspoint/reports"

// ofPoint is that access point, with a policy of one statement about it and all behind it.
func ofPoint(effect, principal string) string {
	return `"access_points": {"reports": {"bucket": "my-bucket", "policy": {"Version": "2012-10-17", "Statement": [{"Sid": "Only", "Effect": "` + effect +
		`", "Principal": ` + principal + `, "Action": "s3:*", "Resource": ["` + pointARN + `", "` + pointARN + `/object/*"]}]}}}`
}

// keyPolicy is a key's policy of one statement.
func keyPolicy(effect, principal string) string {
	return `"policy": {"Version": "2012-10-17", "Statement": [{"Sid": "Only", "Effect": "` + effect + `", "Principal": ` + principal +
		`, "Action": "kms:*", "Resource": "*"}]}`
}

// keyGrant is a grant to the app.
const keyGrant = `"grants": [{"grantee": "arn:aws:iam::123456789012:role/app", "operations": ["Decrypt", "GenerateDataKey"]}]`

// organization is one in which the policy is attached to the owner's account; kind
// is scps or rcps.
func organization(kind, policy string) string {
	return `"organization": {"id": "o-a1b2c3d4e5", "management_account": "111111111111", "` + kind + `": {"guard": {"id": "p-guard12345", "policy": ` + policy +
		`}}, "root": {"accounts": {"123456789012": {"` + kind + `": ["guard"]}}}}`
}

// guardARN is the ARN of the organization's policy.
func guardARN(kind string) string {
	return "arn:aws:organizations::111111111111:policy/o-a1b2c3d4e5/" + kind + "/p-guard12345"
}

// endpoint is a VPC endpoint that has the policy.
func endpoint(policy string) string {
	return `"vpc_endpoints": {"vpce-1a2b3c4d": {"vpc": "vpc-1a2b3c4d", "policy": ` + policy + `}}`
}

// granted is an ACL by which the grantee has all permissions, as the owner has.
func granted(grantee string) string {
	return `"acl": {"grants": [{"grantee": "123456789012", "permission": "FULL_CONTROL"}, {"grantee": "` + grantee + `", "permission": "FULL_CONTROL"}]}`
}

// underKey has everything encrypted with a KMS key of the bucket's owner.
func underKey(facts ...string) string {
	return ofKey(strings.Join(append(facts, `"account": "123456789012"`), ", ")) + "\n" +
		ofBucket(`"encryption": {"algorithm": "aws:kms", "kms_key": "arn:aws:kms:us-east-1:123456789012:key/key-1"}`)
}

// What several rows add to the world.
var (
	// throughEndpoint has everybody come through a VPC endpoint that lets all pass.
	throughEndpoint = endpoint(allForAll) + "\n" + `"network": {"vpc_endpoint": "vpce-1a2b3c4d"}`
	// byGrants has no bucket policy, and ACLs that give the guest everything.
	byGrants = ofBucket(`"policy": null`, granted("444455556666"), ofFile(granted("444455556666")))
	// publicly has them give it to everybody.
	publicly = ofBucket(`"policy": null`, granted("AllUsers"), ofFile(granted("AllUsers")))
)
