package advice_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// The request is made so that the policies let it through as they are: the first advice,
// whose texts begin so, is of the class request and holds.
func TestRequestsThatCouldSatisfyThePolicies(t *testing.T) {
	for name, c := range requests {
		t.Run(name, func(t *testing.T) {
			a := try(t, c.facts, c.ask).on()
			good := a.Class == journal.OfRequest && a.Proved && len(a.Changes) == 1
			if !good || !strings.HasPrefix(a.Changes[0].Text, c.text) {
				t.Errorf("class %s, proved %v:\n%s\nwant one change of the request:\n%s",
					a.Class, a.Proved, told(&a.Proposal), c.text)
			}
		})
	}
}

// told is the texts of a proposal.
func told(p *journal.Proposal) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  opens %d of %d deeds %v\n", p.Opened, p.Asked, p.Opens)
	for _, c := range p.Changes {
		b.WriteString("  " + string(c.Class) + ": " + c.Text + "\n")
	}
	return b.String()
}

// denying is a world in which ann may do everything, and the policy of my-bucket denies it to everybody under a
// condition.
func denying(condition string, more ...string) string {
	return ann(annAll, append([]string{`buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}, ` +
		`old: {body: x}}, policy: ` +
		with(`{Sid: Guard, Effect: Deny, Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::my-bucket", `+
			`"arn:aws:s3:::my-bucket/*"], Condition: `+condition+`}`) + `}}`}, more...)...)
}

// allowing is a world in which ann may do everything to the objects of my-bucket under a condition.
func allowing(condition string, more ...string) string {
	return ann(`policies: {some: `+with(`{Sid: Some, Effect: Allow, Action: "s3:*", Resource: `+
		`["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"], Condition: `+condition+`}`)+`}`,
		append([]string{bucket}, more...)...)
}

func put(headers ...string) question { return s3("ann", "PUT", "/my-bucket/new", headers...) }

const noSSE = `{"Null": {"s3:x-amz-server-side-encryption": "true"}}`

var requests = map[string]struct {
	facts string
	ask   question
	text  string
}{
	"encryption wanted": {denying(noSSE), put(),
		`send x-amz-server-side-encryption: AES256 (the condition Null s3:x-amz-server-side-encryption of ` +
			`statement "Guard" of policy `},
	"encryption by KMS wanted": {denying(`{StringNotEquals: {"s3:x-amz-server-side-encryption": "aws:kms"}}`),
		put(), `send x-amz-server-side-encryption: aws:kms (`},
	"another encryption": {denying(`{StringNotEquals: {"s3:x-amz-server-side-encryption": "aws:kms"}}`),
		put("x-amz-server-side-encryption", "AES256"),
		`send x-amz-server-side-encryption: aws:kms in the place of AES256 (`},
	"an ACL": {allowing(`{StringEquals: {"s3:x-amz-acl": "bucket-owner-full-control"}}`), put(),
		`send x-amz-acl: bucket-owner-full-control (`},
	"an ACL in the place of a grant": {allowing(`{StringEquals: {"s3:x-amz-acl": "bucket-owner-full-control"}}`),
		put("x-amz-grant-full-control", `id="a"`),
		`send x-amz-acl: bucket-owner-full-control, and not x-amz-grant-full-control (`},
	"no public ACL": {strings.Replace(denying(`{StringLike: {"s3:x-amz-acl": "public-*"}}`), "owner:",
		"object_ownership: ObjectWriter, owner:", 1), put("x-amz-acl", "public-read"), `do not send x-amz-acl (`},
	"only new objects": {allowing(`{"Null": {"s3:if-none-match": "false"}}`), put(), `send If-None-Match: * (`},
	"TLS": {denying(`{Bool: {"aws:SecureTransport": "false"}}`), get("ann"),
		`come over TLS (https); here, to the https address of s3fault serve --tls, or network: {secure_transport: true} (`},
	"TLS for an Allow": {allowing(`{Bool: {"aws:SecureTransport": "true"}}`), get("ann"),
		`come over TLS (https); here,`},
	"an address": {denying(`{NotIpAddress: {"aws:SourceIp": "198.51.100.10"}}`), get("ann"),
		`send it from an address that the policy lets through, such as 198.51.100.10; here, network: {source_ip: ` +
			`198.51.100.10} (the condition NotIpAddress aws:SourceIp of statement "Guard"`},
	"an address of a range": {denying(`{NotIpAddress: {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"]}}`),
		get("ann"), `send it from an address that the policy lets through, such as 203.0.113.1;`},
	"an address out of a range": {denying(`{IpAddress: {"aws:SourceIp": "192.0.2.0/24"}}`,
		`network: {source_ip: 192.0.2.9}`), get("ann"),
		`send it from an address that the policy lets through, such as 203.0.113.10;`},
	"an endpoint": {denying(`{StringNotEquals: {"aws:SourceVpce": "vpce-1"}}`,
		`vpc_endpoints: {vpce-1: {vpc: vpc-1}}`), get("ann"),
		`come through the VPC endpoint vpce-1; here, network: {vpc_endpoint: vpce-1} (`},
	"an endpoint that is not": {denying(`{StringNotEquals: {"aws:SourceVpce": "vpce-1"}}`), get("ann"),
		`come through the VPC endpoint vpce-1; here, network: {vpc_endpoint: vpce-1}, and vpc_endpoints: {vpce-1: ` +
			`{vpc: vpc-1a2b3c4d}} (`},
	"a VPC": {denying(`{StringNotEquals: {"aws:SourceVpc": "vpc-9"}}`, `vpc_endpoints: {vpce-1: {vpc: vpc-9}}`),
		get("ann"), `come out of the VPC vpc-9: come through the VPC endpoint vpce-1;`},
	"a prefix": {allowing(`{StringLike: {"s3:prefix": "home/${aws:username}/*"}}`), s3("ann", "GET",
		"/my-bucket?list-type=2"), `ask with prefix=home/ann/ (`},
	"fewer keys": {allowing(`{NumericLessThanEquals: {"s3:max-keys": "10"}}`), s3("ann", "GET",
		"/my-bucket?list-type=2"), `ask with max-keys=10 (`},
	"a tag": {allowing(`{StringEquals: {"s3:RequestObjectTag/team": ["blue", "red"]}}`), put("x-amz-tagging",
		"a=b"), `send x-amz-tagging: a=b&team=blue in the place of a=b (`},
	"a storage class": {denying(`{StringNotEquals: {"s3:x-amz-storage-class": ["STANDARD_IA"]}}`), put(),
		`send x-amz-storage-class: STANDARD_IA (`},
	"a retention": {denying(`{NumericLessThan: {"s3:object-lock-remaining-retention-days": "30"}}`),
		put("x-amz-object-lock-mode", "COMPLIANCE", "x-amz-object-lock-retain-until-date", "2026-11-25T00:00:00Z"),
		`send x-amz-object-lock-mode: COMPLIANCE`},
	"no key of one's own": {denying(`{"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}}`),
		put("x-amz-server-side-encryption-customer-algorithm", "AES256", "x-amz-server-side-encryption-customer-key",
			"a2V5", "x-amz-server-side-encryption-customer-key-md5", "bWQ1"),
		`do not send x-amz-server-side-encryption-customer-algorithm, and not`},
	"a region for a bucket": {ann(`policies: {p: `+with(`{Effect: Allow, Action: "s3:CreateBucket", Resource: `+
		`"*", Condition: {StringEquals: {"s3:LocationConstraint": "us-west-2"}}}`)+`}`,
		bucket), s3("ann", "PUT", "/another-bucket"), `ask for the LocationConstraint us-west-2`},
	"a key for encryption": {strings.Replace(denying(`{StringNotEquals: `+
		`{"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:123456789012:key/main"}}`,
		`kms_keys: {main: {account: 123456789012}}`), "arn:aws:kms:us-east-1:123456789012:key/main",
		"arn:aws:kms:us-east-1:123456789012:key/main", 1), put(),
		`send x-amz-server-side-encryption: aws:kms, and x-amz-server-side-encryption-aws-kms-key-id: ` +
			`arn:aws:kms:us-east-1:123456789012:key/main (`},
	"MFA": {mfaWorld, get("app"), `make the call with a session that was made with MFA`},
	"a time": {denying(`{DateLessThan: {"aws:CurrentTime": "2026-12-24T00:00:00Z"}}`), get("ann"),
		`wait until 2026-12-24T00:00:00Z; here, clock: {now: 2026-12-24T00:00:00Z} (`},
	"a time of another zone": {denying(`{DateLessThan: {"aws:CurrentTime": "2026-11-23T09:30:00-02:00"}}`), get("ann"),
		`wait until 2026-11-23T11:30:00Z; here, clock: {now: 2026-11-23T11:30:00Z} (`},
	"two conditions of an Allow": {allowing(`{Bool: {"aws:SecureTransport": "true"}, StringEquals: ` +
		`{"s3:x-amz-acl": "bucket-owner-full-control"}}`),
		put(), `come over TLS (https); here, to the https address of s3fault serve --tls, or network: {secure_transport: true} (`},
	"another's number": {ann(annAll, bucket), s3("ann", "GET", "/my-bucket/k", "x-amz-expected-bucket-owner",
		"333333333333"), `send x-amz-expected-bucket-owner: 123456789012 in the place of 333333333333, the ` +
		`account that owns the bucket`},
	"requester pays": {ann(annAll,
		`buckets: {my-bucket: {owner: 333333333333, requester_pays: true, objects: {k: {body: x}}, policy: `+
			``+with(`{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "s3:GetObject", Resource: `+
			`"arn:aws:s3:::my-bucket/*"}`)+`}}`),
		get("ann"), `send x-amz-request-payer: requester, and pay for the request`},
	"ACLs disabled": {ann(annAll, bucket), put("x-amz-acl", "public-read"),
		`send no ACL (x-amz-acl): the bucket has ACLs disabled`},
	"a public ACL": {ann(annAll,
		`buckets: {my-bucket: {owner: 123456789012, object_ownership: ObjectWriter, public_access_block: `+
			`{block_public_acls: true}}}`),
		put("x-amz-acl", "public-read"), `send no ACL (x-amz-acl): it is public, and BlockPublicAcls is on`},
	"another region": {ann(annAll,
		`buckets: {my-bucket: {owner: 123456789012, region: eu-west-1, objects: {k: {body: x}}}}`), get("ann"),
		`sign for eu-west-1, where the bucket my-bucket is`},
	"a slip in a key": {ann(`policies: {get: `+with(`{Effect: Allow, Action: "s3:GetObject", Resource: `+
		`"arn:aws:s3:::my-bucket/*"}`)+`}`,
		`buckets: {my-bucket: {owner: 123456789012, objects: {reports/summary.csv: {body: x}}}}`), s3("ann", "GET",
		"/my-bucket/report/summary.csv"), `ask for reports/summary.csv: there is no object report/summary.csv`},
	"nobody signed": {ann(annAll, bucket), s3("", "GET", "/my-bucket/k"),
		`sign it, as ann (arn:aws:iam::123456789012:user/ann), whom every layer allows this`},
	"another caller": {otherWorld, get("ann"),
		`make it as admin (arn:aws:iam::123456789012:user/boss), whom every layer allows this`},
}

// A list of what is below another prefix is another question.
func TestAnotherPrefix(t *testing.T) {
	a := try(t, allowing(`{StringEquals: {"s3:prefix": ["", "home/"]}}`), s3("ann", "GET",
		"/my-bucket?list-type=2&prefix=reports/")).on()
	for _, p := range append(a.Others, a.Proposal) {
		if p.Class == journal.OfRequest {
			t.Errorf("another question is advised:\n%s", told(&p))
		}
	}
	if !a.Proved || a.Class != journal.OfGrant {
		t.Errorf("first is\n%s", told(&a.Proposal))
	}
}

// A copy of what is not there is not advised: a pattern's shortest text is the key of no object.
func TestCopySources(t *testing.T) {
	a := try(t, allowing(`{StringLike: {"s3:x-amz-copy-source": "my-bucket/approved/*"}}`),
		put("x-amz-copy-source", "my-bucket/k")).on()
	for _, p := range append(a.Others, a.Proposal) {
		if strings.Contains(told(&p), "send x-amz-copy-source") {
			t.Errorf("it is advised:\n%s", told(&p))
		}
	}
}

// What tags things has is granted by tagging them, where an Allow wants it, and nothing is granted beside.
func TestTagsThatAreWanted(t *testing.T) {
	for condition, want := range map[string]string{
		`{StringEquals: {"s3:ExistingObjectTag/open": "yes"}}`: "tag the object k of my-bucket with open=yes (",
		`{StringEquals: {"aws:PrincipalTag/team": ["blue"]}}`:  "tag the user ann with team=blue (",
	} {
		a := try(t, allowing(condition), get("ann")).on()
		found := false
		for _, p := range append(a.Others, a.Proposal) {
			found = found || p.Class == journal.OfGrant && p.Proved && strings.HasPrefix(p.Changes[0].Text, want)
		}
		if !found {
			t.Errorf("%s is not advised:\n%s", want, told(&a.Proposal))
		}
	}
}

const mfaWorld = `
accounts: {123456789012: {roles: {app: {policies: {p: {Version: 2012-10-17, Statement: [{Effect: Allow, ` +
	`Action: "*", Resource: "*"}, {Effect: Deny, Action: "s3:*", Resource: "*", Condition: {Bool: ` +
	`{"aws:MultiFactorAuthPresent": "false"}}}]}}}}}}
callers: {app: {account: 123456789012, role: app}}
` + bucket

const otherWorld = `
accounts: {123456789012: {users: {ann: {` + annAll + `}, boss: {` + annAll + `}}}}
callers: {ann: {account: 123456789012, user: ann}, admin: {account: 123456789012, user: boss}}
buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: {Version: 2012-10-17, ` +
	`Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::my-bucket/*", ` +
	`Condition: {StringNotEquals: {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/boss"}}}]}}}
`
