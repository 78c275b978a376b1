package emulator_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/journal"
)

// advised is a world in which app is refused, and what the advice must come to.
// The account 111111111111 has the user my-user, 222222222222 the role reader.
type advisedCase struct {
	name  string
	world string // top-level keys of the scenario, as flow YAML lines
	call  func(*s3.Client) error
	// denied are the layers in the way, the cause first; class is that of the first proposal,
	// a grant where it is empty; texts are parts of the changes, in their order, of the first
	// that changes the world alone.
	denied []authz.Layer
	class  journal.Class
	texts  []string
	// opens are the deeds of why_test.go that become possible, and no other may.
	opens []string
}

// spares begins the text of an exception from a statement for the request alone.
const spares = `let arn:aws:iam::111111111111:user/my-user do s3:GetObject on arn:aws:s3:::my-bucket/file.txt in spite of the statement `

const advisedWorld = `version: 1
defaults:
  accounts:
    111111111111: {users: {my-user: {}}}
    222222222222: {roles: {reader: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow,
	Action: ["s3:*", "kms:*"], Resource: "*"}]}}}}}
  callers: {app: {account: 111111111111, user: my-user}, reader: {account: 222222222222, role: reader},
	admin: {account: 111111111111, root: true}}
  buckets: {my-bucket: {owner: 111111111111, objects: {file.txt: {body: "hello\n"}, other.txt: {body: "other\n"}}}}
scenarios:
  case:
    title: Case
`

const (
	mayAll = `accounts: {111111111111: {users: {my-user: {policies: {s3: {Version: 2012-10-17, ` +
		`Statement: [{Effect: Allow, Action: ["s3:*", "kms:*"], Resource: "*"}]}}}}}}`
	denyGets = `{Version: 2012-10-17, Statement: [{Sid: Rest, Effect: Allow, Principal: "*", ` +
		`Action: "s3:ListBucket", Resource: "arn:aws:s3:::my-bucket", ` +
		`Condition: {StringEquals: {"aws:PrincipalAccount": "111111111111"}}}, {Sid: NoGets, Effect: Deny, ` +
		`Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}`
	onlyLists = `{Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:ListBucket", Resource: "*"}]}`
)

func get(c *s3.Client) error {
	_, err := c.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"),
		Key: aws.String("file.txt")})
	return err
}

func put(c *s3.Client) error {
	_, err := c.PutObject(context.Background(), &s3.PutObjectInput{Bucket: aws.String("my-bucket"),
		Key: aws.String("new.txt"), Body: strings.NewReader("new")})
	return err
}

var advisedCases = []advisedCase{
	{name: "identity", call: get, denied: []authz.Layer{authz.Identity},
		texts: []string{`write the inline policy allow-s3-GetObject of the user my-user: {"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::my-bucket/file.txt"}`},
		opens: []string{"app gets file.txt"}},
	{name: "identity, explicitly", call: get, denied: []authz.Layer{authz.Identity},
		world: `accounts: {111111111111: {users: {my-user: {managed_policies: [both]}}, ` +
			`managed_policies: {both: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}, ` +
			`{Sid: Never, Effect: Deny, Action: "s3:Get*", Resource: "*"}]}}}}`,
		class: journal.OfGuard, texts: []string{spares + `"Never" of the managed policy both`},
		opens: []string{"app gets file.txt"}},
	{name: "bucket policy", call: get, world: mayAll + "\n    buckets: {my-bucket: {policy: " + denyGets + "}}",
		denied: []authz.Layer{authz.BucketPolicy},
		class:  journal.OfGuard, texts: []string{spares + `"NoGets" of the bucket policy of my-bucket`},
		opens: []string{"app gets file.txt"}},
	{name: "permissions boundary", call: get, denied: []authz.Layer{authz.PermissionsBoundary},
		world: `accounts: {111111111111: {users: {my-user: {permissions_boundary: ` + onlyLists +
			`, policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}}}`,
		texts: []string{`add to the permissions boundary of the user my-user`},
		opens: []string{"app gets file.txt"}},
	{name: "session", call: get, denied: []authz.Layer{authz.Session},
		world: `accounts: {111111111111: {roles: {app: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, ` +
			`Action: "s3:*", Resource: "*"}]}}}}}}
    callers: {app: {user: null, role: app, session_policy: ` + onlyLists + `}}`,
		texts: []string{`add to the session policy of app`},
		opens: []string{"app gets file.txt"}},
	{name: "SCP", call: get, denied: []authz.Layer{authz.SCP}, world: mayAll + `
    organization: {management_account: 222222222222, scps: {no-gets: {policy: {Version: 2012-10-17,
	Statement: [{Effect: Deny, Action: "s3:GetObject", Resource: "*"}]}}},
	root: {units: {prod: {scps: [FullAWSAccess, no-gets], accounts: {111111111111: {}}}}}}`,
		class: journal.OfGuard, texts: []string{spares + `0 of the SCP no-gets`},
		opens: []string{"app gets file.txt"}},
	{name: "SCP that does not allow", call: get, denied: []authz.Layer{authz.SCP}, world: mayAll + `
    organization: {management_account: 222222222222, root: {accounts: {111111111111: {scps: []}}}}`,
		texts: []string{`write an SCP allow-s3-GetObject: {"Action":"s3:GetObject","Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:user/my-user"}},"Effect":"Allow","Resource":"arn:aws:s3:::my-bucket/file.txt"}, and attach it to 111111111111`},
		opens: []string{"app gets file.txt"}},
	{name: "RCP", call: get, denied: []authz.Layer{authz.RCP}, world: mayAll + `
    organization: {management_account: 222222222222, rcps: {no-gets: {policy: {Version: 2012-10-17,
	Statement: [{Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "*"}]}}}, root: {rcps: [no-gets],
	accounts: {111111111111: {}}}}`,
		class: journal.OfGuard, texts: []string{spares + `0 of the RCP no-gets`},
		opens: []string{"app gets file.txt"}},
	{name: "VPC endpoint", call: get, denied: []authz.Layer{authz.VPCEndpoint}, world: mayAll + `
    vpc_endpoints: {vpce-1: {vpc: vpc-1, policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*",
	Action: "s3:ListBucket", Resource: "*"}]}}}
    network: {vpc_endpoint: vpce-1}`,
		texts: []string{`add to the policy of the VPC endpoint vpce-1`},
		opens: []string{"app gets file.txt"}},
	{name: "KMS", call: get, denied: []authz.Layer{authz.KMS},
		world: `accounts: {111111111111: {users: {my-user: {policies: {s3: {Version: 2012-10-17, ` +
			`Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}}}
    kms_keys: {key-1: {account: 111111111111}}
    buckets: {my-bucket: {encryption: {algorithm: "aws:kms", kms_key: key-1}}}`,
		texts: []string{`write the inline policy allow-kms-Decrypt of the user my-user`},
		opens: []string{"app gets file.txt"}},
	{name: "a key that is off", call: put, denied: []authz.Layer{authz.KMS}, world: mayAll + `
    kms_keys: {key-1: {account: 111111111111, state: Disabled}}
    buckets: {my-bucket: {encryption: {algorithm: "aws:kms", kms_key: key-1}}}`,
		class: journal.OfGuard, texts: []string{`enable the KMS key key-1`},
		opens: []string{"admin gets file.txt", "admin gets other.txt", "admin puts", "app gets file.txt",
			"app gets other.txt", "app puts"}},
	{name: "Block Public Access", denied: []authz.Layer{authz.BlockPublicAccess}, world: mayAll + `
    buckets: {my-bucket: {public_access_block: {block_public_policy: true}}}`,
		call: func(c *s3.Client) error {
			_, err := c.PutBucketPolicy(context.Background(), &s3.PutBucketPolicyInput{Bucket: aws.String("my-bucket"),
				Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`)})
			return err
		},
		class: journal.OfRequest, texts: []string{`turn BlockPublicPolicy off for the bucket my-bucket`},
		opens: []string{"anyone gets file.txt", "anyone gets other.txt", "reader gets file.txt", "reader gets other.txt"}},
	{name: "Object Ownership", denied: []authz.Layer{authz.ObjectOwnership}, world: mayAll + `
    buckets: {my-bucket: {object_ownership: BucketOwnerEnforced}}`,
		call: func(c *s3.Client) error {
			_, err := c.PutObject(context.Background(), &s3.PutObjectInput{Bucket: aws.String("my-bucket"),
				Key: aws.String("new.txt"), ACL: types.ObjectCannedACLAuthenticatedRead, Body: strings.NewReader("new")})
			return err
		},
		class: journal.OfRequest, texts: []string{`choose BucketOwnerPreferred`,
			`turn BlockPublicAcls off for the bucket my-bucket`}},
	{name: "masking", denied: []authz.Layer{authz.Masking},
		world: `accounts: {111111111111: {users: {my-user: {policies: {s3: {Version: 2012-10-17, ` +
			`Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}}}}}}`,
		call: func(c *s3.Client) error {
			_, err := c.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"),
				Key: aws.String("missing")})
			return err
		},
		texts: []string{`write the inline policy allow-s3-ListBucket of the user my-user`},
		opens: []string{"app asks for the missing", "app lists"}},
	{name: "another account", denied: []authz.Layer{authz.BucketPolicy},
		world: `callers: {app: {account: 222222222222, user: null, role: reader}}
    buckets: {my-bucket: {policy: {Version: 2012-10-17, Statement: [{Effect: Allow,
	Principal: {AWS: "222222222222"}, Action: "s3:ListBucket", Resource: "arn:aws:s3:::my-bucket"}]}}}`,
		call:  get,
		texts: []string{`add to the bucket policy of my-bucket: {"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/reader"}`},
		opens: []string{"app gets file.txt", "reader gets file.txt"}},
	{name: "ACL", denied: []authz.Layer{authz.ACLs}, call: get,
		world: `callers: {app: {account: 222222222222, user: null, role: reader}}
    buckets: {my-bucket: {object_ownership: ObjectWriter, objects: {file.txt: {owner: 333333333333}}}}
    accounts: {333333333333: {}}`,
		texts: []string{`grant 222222222222 READ in the ACL of the object file.txt`},
		opens: []string{"app gets file.txt", "reader gets file.txt"}},

	{name: "a group's Deny", call: get, denied: []authz.Layer{authz.Identity},
		world: `accounts: {111111111111: {users: {my-user: {groups: [staff], policies: {s3: {Version: 2012-10-17, ` +
			`Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}, ` +
			`groups: {staff: {policies: {guard: {Version: 2012-10-17, Statement: [{Sid: Never, Effect: Deny, ` +
			`Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/file.txt"}]}}}}}}`,
		class: journal.OfGuard,
		texts: []string{`except arn:aws:iam::111111111111:user/my-user from the statement "Never" of the policy guard of the group staff`},
		opens: []string{"app gets file.txt"}},
	{name: "KMS, by the key's policy", call: get, denied: []authz.Layer{authz.KMS}, world: mayAll + `
    kms_keys: {key-1: {account: 111111111111, policy: {Version: 2012-10-17, Statement: [{Effect: Allow,
	Principal: {AWS: "222222222222"}, Action: "kms:*", Resource: "*"}]}}}
    buckets: {my-bucket: {encryption: {algorithm: "aws:kms", kms_key: key-1}}}`,
		texts: []string{`add to the policy of the KMS key key-1: {"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::my-bucket/file.txt","kms:ViaService":"s3.us-east-1.amazonaws.com"}},"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/my-user"},"Resource":"*"}`},
		opens: []string{"app gets file.txt"}},
	{name: "IgnorePublicAcls of bucket and account", call: get, denied: []authz.Layer{authz.BlockPublicAccess},
		world: `accounts: {111111111111: {public_access_block: {ignore_public_acls: true}}}
    callers: {app: {account: 222222222222, user: null, role: reader}}
    buckets: {my-bucket: {object_ownership: ObjectWriter, public_access_block: {ignore_public_acls: true},
	objects: {file.txt: {acl: public-read}}}}`,
		texts: []string{`write the bucket policy of my-bucket: {"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/reader"}`},
		opens: []string{"app gets file.txt", "reader gets file.txt"}},
	{name: "RestrictPublicBuckets", call: get, denied: []authz.Layer{authz.BlockPublicAccess},
		world: `callers: {app: {account: 222222222222, user: null, role: reader}}
    buckets: {my-bucket: {public_access_block: {restrict_public_buckets: true}, policy: {Version: 2012-10-17,
	Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/file.txt"}]}}}`,
		texts: []string{`name the readers in the place of everybody in the bucket policy of my-bucket, which is not public ` +
			`then: {"AWS":["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:role/reader"]}`},
		opens: []string{"app gets file.txt", "reader gets file.txt"}},

	{name: "a retention behind a legal hold", denied: []authz.Layer{authz.ObjectLock}, world: mayAll + `
    buckets: {my-bucket: {versioning: Enabled, object_lock: {},
	objects: {file.txt: {version_id: PHtexPGjH2y.zBgT8LmB7wwLI2mpbz.k, legal_hold: true,
	retention: {mode: COMPLIANCE, until: 720h}}}}}`,
		call: func(c *s3.Client) error {
			_, err := c.DeleteObject(context.Background(), &s3.DeleteObjectInput{Bucket: aws.String("my-bucket"),
				Key: aws.String("file.txt"), VersionId: aws.String("PHtexPGjH2y.zBgT8LmB7wwLI2mpbz.k")})
			return err
		},
		class: journal.OfRequest},
	{name: "a Deny behind a missing Allow", call: get, denied: []authz.Layer{authz.BucketPolicy, authz.Identity},
		world: `buckets: {my-bucket: {policy: ` + denyGets + `}}`,
		class: journal.OfGuard,
		texts: []string{`except arn:aws:iam::111111111111:user/my-user from the statement "NoGets" of the bucket policy of my-bucket`, `write the inline policy allow-s3-GetObject of the user my-user`},
		opens: []string{"app gets file.txt"}},
	{name: "an Allow beside the Deny", call: get, denied: []authz.Layer{authz.BucketPolicy},
		world: `buckets: {my-bucket: {policy: {Version: 2012-10-17, Statement: [{Effect: Allow, ` +
			`Principal: {AWS: "arn:aws:iam::111111111111:user/my-user"}, Action: "s3:GetObject", ` +
			`Resource: "arn:aws:s3:::my-bucket/*"}, {Sid: NoGets, Effect: Deny, Principal: "*", Action: "s3:GetObject", ` +
			`Resource: "arn:aws:s3:::my-bucket/*"}]}}}`,
		class: journal.OfGuard, texts: []string{spares + `"NoGets" of the bucket policy of my-bucket`},
		opens: []string{"app gets file.txt"}},
	{name: "an Allow beside the Deny of a key's policy", call: get, denied: []authz.Layer{authz.KMS},
		world: `accounts: {111111111111: {users: {my-user: {policies: {s3: {Version: 2012-10-17, ` +
			`Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}}}
    kms_keys: {key-1: {account: 111111111111, policy: {Version: 2012-10-17, Statement: [{Effect: Allow,
	Principal: {AWS: "arn:aws:iam::111111111111:user/my-user"}, Action: "kms:*", Resource: "*"}, {Sid: NoDecrypt,
	Effect: Deny, Principal: "*", Action: "kms:Decrypt", Resource: "*"}]}}}
    buckets: {my-bucket: {encryption: {algorithm: "aws:kms", kms_key: key-1}}}`,
		class: journal.OfGuard, texts: []string{`except arn:aws:s3:::my-bucket/file.txt from the statement "NoDecrypt" of`},
		opens: []string{"app gets file.txt"}},
	{name: "a boundary behind an SCP", call: get, denied: []authz.Layer{authz.SCP, authz.PermissionsBoundary},
		world: `accounts: {111111111111: {users: {my-user: {permissions_boundary: ` + onlyLists +
			`, policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}}}
    organization: {management_account: 222222222222, scps: {no-gets: {policy: {Version: 2012-10-17,
	Statement: [{Effect: Deny, Action: "s3:GetObject", Resource: "*"}]}}}, root: {scps: [FullAWSAccess, no-gets],
	accounts: {111111111111: {}}}}`,
		class: journal.OfGuard,
		texts: []string{`except arn:aws:iam::111111111111:user/my-user from the statement 0 of the SCP no-gets`,
			`add to the permissions boundary of the user my-user`},
		opens: []string{"app gets file.txt"}},
	{name: "a key behind a missing Allow", call: get, denied: []authz.Layer{authz.Identity},
		world: `kms_keys: {key-1: {account: 111111111111}}
    buckets: {my-bucket: {encryption: {algorithm: "aws:kms", kms_key: key-1}}}`,
		texts: []string{`write the inline policy allow-s3-GetObject of the user my-user`,
			`write the inline policy allow-kms-Decrypt of the user my-user`},
		opens: []string{"app gets file.txt"}},
	{name: "a session behind an endpoint", call: get, denied: []authz.Layer{authz.VPCEndpoint, authz.Session},
		world: `accounts: {111111111111: {roles: {app: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, ` +
			`Action: "s3:*", Resource: "*"}]}}}}}}
    callers: {app: {user: null, role: app, session_policy: ` + onlyLists + `}}
    vpc_endpoints: {vpce-1: {vpc: vpc-1, policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*",
	Action: "s3:ListBucket", Resource: "*"}]}}}
    network: {vpc_endpoint: vpce-1}`,
		texts: []string{`add to the policy of the VPC endpoint vpce-1`, `add to the session policy of app`},
		opens: []string{"app gets file.txt"}},
}

func TestAdvice(t *testing.T) {
	for _, c := range advisedCases {
		t.Run(c.name, func(t *testing.T) {
			srv := emulatortest.Start(t, "case", emulatortest.YAML(advisedWorld+"    "+c.world+"\n"))
			client := sdkv2.S3(t, srv, "app")
			id := refusedID(t, c.call(client))
			if d := srv.Why(id); !slices.Equal(d.DeniedBy, c.denied) {
				t.Fatalf("denied by %v, want %v", d.DeniedBy, c.denied)
			}
			a, err := srv.Advice(id)
			if err != nil {
				t.Fatal(err)
			}
			removesLast(t, a)
			if want := cmp.Or(c.class, journal.OfGrant); a.Class != want {
				t.Errorf("first is, as %s: %+v; want %s", a.Class, a.Changes, want)
			}
			if len(c.texts) == 0 {
				return // the cure is in the program
			}
			if a = ofFacts(a); a == nil {
				t.Fatal("no proposal changes the world alone")
			}
			if len(a.Changes) != len(c.texts) {
				t.Fatalf("changes %+v, want %d", a.Changes, len(c.texts))
			}
			for i, text := range c.texts {
				if !strings.Contains(a.Changes[i].Text, text) {
					t.Errorf("change %d is %q, want %q", i, a.Changes[i].Text, text)
				}
			}
			before := possible(t, srv)
			if refusedID(t, c.call(client)) == "" {
				t.Fatal("asking for advice changed the world")
			}
			follow(t, srv, a)
			works(t, c.call(client))
			if got := opened(t, before, possible(t, srv)); !slices.Equal(got, c.opens) {
				t.Errorf("the change opens %q, want %q", got, c.opens)
			}
		})
	}
}

// refusedID is the id of a request that must have been refused.
func refusedID(t *testing.T, err error) string {
	t.Helper()
	var response *awshttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() < 400 {
		t.Fatalf("it was not refused: %v", err)
	}
	return response.ServiceRequestID()
}

// works: the call does what it does, or finds nothing there.
func works(t *testing.T, err error) {
	t.Helper()
	var missing *types.NoSuchKey
	if err != nil && !errors.As(err, &missing) {
		t.Errorf("with the advice it is still refused: %v", err)
	}
}

// What no change of the world cures is proved by the request made in another way.
func TestAdviceForTheProgram(t *testing.T) {
	for _, c := range []struct {
		name, world, text string
		call              func(*s3.Client) error
		opts              func(*s3.Options)
	}{
		{name: "region", world: mayAll, call: get, text: "sign for us-east-1, where the bucket my-bucket is",
			opts: func(o *s3.Options) { o.Region = "eu-west-1" }},
		{name: "expected owner", world: mayAll, text: "x-amz-expected-bucket-owner", call: func(c *s3.Client) error {
			_, err := c.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"),
				Key: aws.String("file.txt"), ExpectedBucketOwner: aws.String("222222222222")})
			return err
		}},
		{name: "requester pays", text: "x-amz-request-payer", call: get,
			world: `callers: {app: {account: 222222222222, user: null, role: reader}}
    buckets: {my-bucket: {requester_pays: true, policy: {Version: 2012-10-17, Statement: [{Effect: Allow,
	Principal: {AWS: "222222222222"}, Action: "s3:*", Resource: "arn:aws:s3:::my-bucket/*"}]}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := emulatortest.Start(t, "case", emulatortest.YAML(advisedWorld+"    "+c.world+"\n"))
			opts := []func(*s3.Options){}
			if c.opts != nil {
				opts = append(opts, c.opts)
			}
			a, err := srv.Advice(refusedID(t, c.call(sdkv2.S3(t, srv, "app", opts...))))
			if err != nil {
				t.Fatal(err)
			}
			if !a.Proved || len(a.Patch) > 0 || len(a.Changes) != 1 || a.Changes[0].Request == nil || !strings.Contains(a.Changes[0].Text, c.text) {
				t.Errorf("proved %v, patch %v, changes %+v", a.Proved, a.Patch, a.Changes)
			}
		})
	}
}

func TestBadPatches(t *testing.T) {
	srv := emulatortest.Start(t, "case", emulatortest.YAML(advisedWorld+"    "+mayAll+"\n"))
	for patch, want := range map[string]string{
		`{"bucket":{}}`: `patch:1:2: unknown key "bucket" in a world (did you mean "buckets"?)`,
		`{"buckets":{"my-bucket":{"policy":{"file":"secret.json"}}}}`: `a patch reads no files`,
		`[]`: `a mapping is wanted here`,
		`{`:  `patch:1:2`,
		`{"buckets":{"my-bucket":{"acl":"public"},"new-bucket":{"owner":"111111111111"}}}`: `unknown canned ACL "public"`,
	} {
		if err := srv.Patch(patch); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", patch, err, want)
		}
	}
	if err := get(sdkv2.S3(t, srv, "app")); err != nil {
		t.Errorf("a refused patch left something behind: %v", err)
	}
}
