package grades

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// policyOf is a policy of statements in JSON.
func policyOf(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ", ") + `]}`
}

// user is a patch of the policies of my-user, bucket of facts of my-bucket, key of the policy
// of key-id-here.
func user(policies string) string {
	return `{"accounts": {"123456789012": {"users": {"my-user": {"policies": {` + policies + `}}}}}}`
}

func bucket(facts string) string { return `{"buckets": {"my-bucket": {` + facts + `}}}` }

func key(statements ...string) string {
	enable := `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
		"Action": "kms:*", "Resource": "*"}`
	return `{"kms_keys": {"key-id-here": {"policy": ` + policyOf(append([]string{enable}, statements...)...) + `}}}`
}

const (
	mayAll   = `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
	ofBucket = `"Resource": ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"]`
	partner  = `arn:aws:iam::111111111111:role/CrossAccountRole`
	open     = `"public_access_block": "none"`
)

// wide are cures that let more in than the scenario asks for. opened is a deed of which one
// must be told: who, what, to what, and by which layer and statement.
var wide = []struct{ name, scenario, patch, opened string }{
	{"a bucket that the world writes to", "iam-no-permission",
		bucket(open + `, "policy": ` + policyOf(`{"Sid": "All", "Effect": "Allow", "Principal": "*",
			"Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"], `+ofBucket+`}`)),
		"anonymous s3:PutObject arn:aws:s3:::my-bucket/file.txt bucket-policy All"},
	{"s3:* on everything", "iam-missing-object-arn",
		user(`"s3": ` + policyOf(`{"Sid": "S3", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}`)),
		"app s3:PutBucketPolicy arn:aws:s3:::my-bucket identity S3"},
	{"an administrator's policy", "iam-no-permission",
		user(`"admin": ` + policyOf(mayAll)),
		"app iam:AttachUserPolicy arn:aws:iam::123456789012:user/my-user identity 0"},
	{"AdministratorAccess attached", "iam-no-permission",
		`{"accounts": {"123456789012": {"users": {"my-user": {"managed_policies": ["AdministratorAccess"]}}}}}`,
		"app s3:DeleteBucket arn:aws:s3:::my-bucket identity 0"},
	{"kms:* on every key", "kms-no-decrypt",
		user(`"kms": ` + policyOf(`{"Sid": "KMS", "Effect": "Allow", "Action": "kms:*", "Resource": "*"}`)),
		"app kms:PutKeyPolicy arn:aws:kms:us-east-1:123456789012:key/key-id-here kms KMS"},
	{"the account's root in a key policy", "kms-cross-account",
		key(`{"Sid": "Partner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
			"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}`),
		"auditor kms:Decrypt arn:aws:kms:us-east-1:123456789012:key/key-id-here kms Partner"},
	{"everybody in a key policy", "kms-cross-account",
		key(`{"Sid": "All", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}`),
		"stranger kms:PutKeyPolicy arn:aws:kms:us-east-1:123456789012:key/key-id-here kms All"},
	{"a service for whomever it acts", "service-principal-kms",
		key(`{"Sid": "Logs", "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"},
			"Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}`),
		"others kms:Decrypt arn:aws:kms:us-east-1:123456789012:key/key-id-here kms Logs"},
	{"0.0.0.0/0 in the condition", "ip-deny",
		bucket(`"policy": ` + policyOf(`{"Sid": "OfficeOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
			"Resource": "arn:aws:s3:::my-bucket/*", "Condition": {"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}`)),
		"app s3:GetObject arn:aws:s3:::my-bucket/file.txt bucket-policy OfficeOnly"},
	{"the Deny dropped", "ip-deny", bucket(`"policy": null`),
		"app s3:GetObject arn:aws:s3:::my-bucket/file.txt bucket-policy OfficeOnly"},
	{"the condition of the endpoint dropped", "source-vpce-required",
		bucket(`"policy": ` + policyOf(`{"Sid": "AppOnly", "Effect": "Deny", "NotPrincipal": {"AWS":
			["arn:aws:iam::123456789012:user/my-user", "arn:aws:iam::123456789012:root"]},
			"Action": "s3:*", `+ofBucket+`}`)),
		"app s3:GetObject arn:aws:s3:::my-bucket/file.txt bucket-policy ThroughTheEndpoint"},
	{"a condition dropped from an Allow", "prefix-listing",
		user(`"s3": ` + policyOf(`{"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket",
				"Resource": "arn:aws:s3:::my-bucket"}`,
			`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket/reports/*"}`)),
		"app s3:ListBucket arn:aws:s3:::my-bucket identity List"},
	{"all of Block Public Access off", "block-public-acls", bucket(open),
		"app s3:PutObjectAcl arn:aws:s3:::my-bucket/file.txt block-public-access "},
	{"a trust policy open to everybody", "cross-account-no-identity-policy",
		`{"accounts": {"111111111111": {"roles": {"CrossAccountRole": {"policies": {"s3": ` +
			policyOf(`{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], `+ofBucket+`}`) +
			`}, "trust": ` + policyOf(`{"Sid": "Anybody", "Effect": "Allow", "Principal": {"AWS": "*"},
				"Action": "sts:AssumeRole"}`) +
			`}}}}}`,
		"stranger sts:AssumeRole " + partner + " trust-policy Anybody"},
	{"the account's root in a bucket policy", "cross-account-no-bucket-policy",
		bucket(`"policy": ` + policyOf(`{"Sid": "Partner", "Effect": "Allow", "Principal": {"AWS": "111111111111"},
			"Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], `+ofBucket+`}`)),
		"other s3:GetObject arn:aws:s3:::my-bucket/file.txt bucket-policy Partner"},
	{"the SCP detached", "scp-region",
		`{"organization": {"root": {"units": {"workloads": {"scps": ["FullAWSAccess"]}}}}}`,
		"app s3:GetObject arn:aws:s3:::frankfurt-bucket/file.txt scp TwoRegions"},
	{"an ACL for everybody", "acl-without-grant",
		bucket(open + `, "objects": {"file.txt": {"acl": {"grants": [
			{"grantee": "123456789012", "permission": "FULL_CONTROL"}, {"grantee": "AllUsers", "permission": "READ"}]}}}`),
		"anonymous s3:GetObject arn:aws:s3:::my-bucket/file.txt acl "},
	{"an endpoint policy for everything", "vpc-endpoint-policy",
		`{"vpc_endpoints": {"vpce-1a2b3c4d": {"policy": ` +
			policyOf(`{"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}`) + `}}}`,
		"app s3:DeleteObject arn:aws:s3:::my-bucket/file.txt vpc-endpoint All"},
	{"the boundary taken away", "permissions-boundary",
		`{"accounts": {"123456789012": {"users": {"my-user": {"permissions_boundary": null}}}}}`,
		"app s3:PutBucketPolicy arn:aws:s3:::my-bucket permissions-boundary "},
	{"the RCP detached", "rcp-outside-organization", `{"organization": {"root": {"rcps": []}}}`,
		"stranger s3:GetObject arn:aws:s3:::my-bucket/file.txt rcp OnlyOurOrganization"},
	{"the guard of a policy taken away", "self-lockout", bucket(`"policy": null`),
		"other s3:PutBucketPolicy arn:aws:s3:::my-bucket bucket-policy NobodyChangesThis"},
	{"the encryption turned off", "kms-no-generate-data-key", bucket(`"encryption": {"algorithm": "AES256"}`),
		"other s3:PutObject arn:aws:s3:::my-bucket/file.txt kms "},
	{"a grant of the key to a stranger", "kms-cross-account",
		`{"kms_keys": {"key-id-here": {"grants": [
			{"grantee": "` + partner + `", "operations": ["Decrypt", "GenerateDataKey"]},
			{"grantee": "arn:aws:iam::555555555555:user/mallory", "operations": ["Decrypt"]}]}}}`,
		"somebody of the account kms:Decrypt arn:aws:kms:us-east-1:123456789012:key/key-id-here kms "},
	{"an ACL for an account that nobody knows", "acl-without-grant",
		bucket(`"objects": {"file.txt": {"acl": {"grants": [
			{"grantee": "123456789012", "permission": "FULL_CONTROL"}, {"grantee": "111111111111", "permission": "READ"},
			{"grantee": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "permission": "READ"}]}}}`),
		"somebody of an unknown account s3:GetObject arn:aws:s3:::my-bucket/file.txt acl "},
	{"another bucket by a pattern", "iam-no-permission",
		user(`"s3": ` + policyOf(`{"Sid": "My", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject",
			"s3:DeleteObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::my-*", "arn:aws:s3:::my-*/*"]}`)),
		"app s3:GetObject arn:aws:s3:::my-x/x identity My"},
	{"more than the partner's own policies let it do yet", "kms-cross-account",
		key(`{"Sid": "Partner", "Effect": "Allow", "Principal": {"AWS": "` + partner + `"},
			"Action": ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"], "Resource": "*"}`),
		"if its account lets it, " + partner +
			" kms:CreateGrant arn:aws:kms:us-east-1:123456789012:key/key-id-here kms Partner"},
	{"the other object's hold released too", "object-lock-legal-hold",
		bucket(`"objects": {"file.txt": {"legal_hold": null}, "report.txt": {"legal_hold": null}}`),
		"app s3:DeleteObjectVersion arn:aws:s3:::my-bucket/report.txt object-lock "},
}

// brought is a deed as the rows above have it.
func brought(d journal.Deed) string {
	by := journal.By{}
	if d.By != nil {
		by = *d.By
	}
	who, _, _ := strings.Cut(d.As, " (")
	return fmt.Sprintf("%s %s %s %s %s", who, d.Action, d.Resource, by.Layer, by.Statement)
}

// Every cure that is too wide is called so, and what it opens is told.
func TestTooWide(t *testing.T) {
	s := start(t)
	scenarios := map[string]bool{}
	for _, c := range wide {
		scenarios[c.scenario] = true
		t.Run(c.name, func(t *testing.T) {
			world := s.world(t, c.scenario)
			s.ask(t, http.MethodPatch, "/worlds/"+world, c.patch, nil)
			g := s.grade(t, world)
			var lines []string
			for _, d := range g.Opened {
				lines = append(lines, brought(d))
			}
			if g.Verdict != journal.TooWide || !slices.Contains(lines, c.opened) {
				t.Errorf("of %d deeds it is %s, and %q is not among what it opens:\n%s\n%s",
					g.Asked, g.Verdict, c.opened, strings.Join(lines, "\n"), brief(g))
			}
		})
	}
	t.Logf("%d cures of %d scenarios", len(wide), len(scenarios))
}

// honest are cures that do the same in another way.
var honest = []struct{ name, scenario, patch string }{
	{"a bucket policy in place of an identity policy", "iam-no-permission",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow",
			"Principal": {"AWS": "arn:aws:iam::123456789012:user/my-user"},
			"Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"], `+ofBucket+`}`))},
	{"a group in place of the user", "iam-no-permission",
		`{"accounts": {"123456789012": {"groups": {"readers": {"policies": {"s3": ` + policyOf(mayUseBucket) +
			`}}}, "users": {"my-user": {"groups": ["readers"]}}}}}`},
	{"a managed policy in place of an inline one", "iam-no-permission",
		`{"accounts": {"123456789012": {"managed_policies": {"bucket": ` + policyOf(mayUseBucket) +
			`}, "users": {"my-user": {"managed_policies": ["bucket"]}}}}}`},
	{"other Sids, and a statement each", "iam-missing-object-arn",
		user(`"s3": ` + policyOf(
			`{"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::my-bucket"}`,
			`{"Sid": "Use", "Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
				"Resource": "arn:aws:s3:::my-bucket/*"}`))},
	{"a bucket policy in place of an ACL", "acl-without-grant",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow", "Principal": {"AWS": "`+partner+`"}, "Action": "s3:GetObject",
			"Resource": "arn:aws:s3:::my-bucket/file.txt"}`))},
	{"a grant of the key in place of its policy", "kms-cross-account",
		`{"kms_keys": {"key-id-here": {"grants": [{"grantee": "` + partner + `",
			"operations": ["Decrypt", "GenerateDataKey"]}]}}}`},
	{"the key's policy in place of the user's", "kms-no-decrypt",
		key(`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/my-user"},
			"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}`)},
	{"the Deny narrowed in place of dropped", "iam-explicit-deny",
		user(`"no-objects": ` + policyOf(`{"Effect": "Deny", "Action": ["s3:GetObject", "s3:PutObject"],
			"Resource": "arn:aws:s3:::another-bucket/*"}`))},
	{"listing by the bucket's policy", "missing-key-masked",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow",
			"Principal": {"AWS": "arn:aws:iam::123456789012:user/my-user"},
			"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::my-bucket"}`))},
	{"another boundary that leaves as much", "permissions-boundary",
		`{"accounts": {"123456789012": {"managed_policies": {"wider": ` +
			policyOf(`{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
				"Resource": "*"}`) +
			`}, "users": {"my-user": {"permissions_boundary": "wider"}}}}}`},
	{"the address as a range of its own", "ip-deny",
		bucket(`"policy": ` + policyOf(`{"Sid": "OfficeOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
			"Resource": "arn:aws:s3:::my-bucket/*",
			"Condition": {"NotIpAddress": {"aws:SourceIp": ["198.51.100.7", "203.0.113.0/24"]}}}`))},
	{"the Deny without its statement, and the Allow in the user's policy", "bucket-policy-explicit-deny",
		bucket(`"policy": null`)},
	{"an exception by the user's ARN in a StringNotEquals", "self-lockout",
		bucket(`"policy": ` + policyOf(`{"Sid": "OnlyTheAdministrator", "Effect": "Deny", "Principal": "*",
			"Action": ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"], "Resource": "arn:aws:s3:::my-bucket",
			"Condition": {"StringNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/admin-user"}}}`))},
}

// more are honest cures too, of what is particular about networks, services and organizations.
var more = []struct{ name, scenario, patch string }{
	{"the VPC in place of the endpoint", "source-ip-through-endpoint",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow", "Principal": {"AWS": "`+partner+`"},
			"Action": ["s3:GetObject", "s3:ListBucket"], `+ofBucket+`,
			"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"},
			"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}}`))},
	{"the account of the source alone", "service-principal-kms",
		key(`{"Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"},
			"Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
			"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}`)},
	{"the account, and a condition that it is the role", "cross-account-no-bucket-policy",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow", "Principal": {"AWS": "111111111111"},
			"Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], `+ofBucket+`,
			"Condition": {"ArnEquals": {"aws:PrincipalArn": "`+partner+`"}}}`))},
	{"an exception for the role in an RCP", "rcp-outside-organization",
		`{"organization": {"rcps": {"DataPerimeter": {"policy": ` + policyOf(`{"Effect": "Deny",
			"Principal": "*", "Action": "s3:*", "Resource": "*",
			"Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
			"ArnNotEqualsIfExists": {"aws:PrincipalArn": "`+partner+`"},
			"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}`) + `}}}}`},
	{"the SCP without S3 in place of detached", "scp-service",
		`{"organization": {"scps": {"NoStorage": {"policy": ` +
			policyOf(`{"Effect": "Deny", "Action": "glacier:*", "Resource": "*"}`) + `}}}}`},
	{"reading by the bucket's policy", "head-forbidden",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/my-user"},
			"Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket/*"}`))},
	{"a retention that is over", "object-lock-retention",
		bucket(`"objects": {"file.txt": {"retention": {"mode": "GOVERNANCE", "until": "-1h"}}}`)},
	{"IfExists in place of a plain Bool", "via-aws-service",
		user(`"network": ` + policyOf(`{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
			"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}, "BoolIfExists": {"aws:ViaAWSService": "false"}}}`))},
	{"the policy of the partner without the public one", "restrict-public-buckets",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow", "Principal": {"AWS": "`+partner+`"},
			"Action": ["s3:GetObject", "s3:ListBucket"], `+ofBucket+`}`))},
	{"listing in the same statement of another policy", "iam-missing-bucket-arn",
		user(`"list": ` + policyOf(`{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::my-bucket"}`))},
	{"tags by the bucket's policy", "copy-needs-tagging",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/my-user"},
			"Action": "s3:GetObjectTagging", "Resource": "arn:aws:s3:::my-bucket/*"}`))},
	{"coming from the office", "ip-deny", `{"network": {"source_ip": "203.0.113.9"}}`},
	{"the endpoint by name", "source-vpce-required", `{"network": {"vpc_endpoint": "vpce-1a2b3c4d"}}`},
	{"a grant of the key for the user", "kms-no-decrypt",
		`{"kms_keys": {"key-id-here": {"grants": [
			{"grantee": "arn:aws:iam::123456789012:user/my-user", "operations": ["Decrypt", "GenerateDataKey"]}]}}}`},
	{"the session of the role by name", "cross-account-no-bucket-policy",
		bucket(`"policy": ` + policyOf(`{"Effect": "Allow", "Principal": {"AWS": [
			"arn:aws:sts::111111111111:assumed-role/CrossAccountRole/app",
			"arn:aws:sts::111111111111:assumed-role/CrossAccountRole/s3fault"]},
			"Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], `+ofBucket+`}`))},
	{"the ranges written apart", "ip-deny",
		bucket(`"policy": ` + policyOf(`{"Sid": "OfficeOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
			"Resource": "arn:aws:s3:::my-bucket/*", "Condition": {"NotIpAddress": {"aws:SourceIp":
			["203.0.113.0/25", "203.0.113.128/25", "198.51.100.7/32"]}}}`))},
	{"one statement of the endpoint for both buckets' reads", "vpc-endpoint-policy",
		`{"vpc_endpoints": {"vpce-1a2b3c4d": {"policy": ` + policyOf(
			`{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
				"Resource": ["arn:aws:s3:::approved-bucket/*", "arn:aws:s3:::my-bucket/*"]}`,
			`{"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::my-bucket/*"}`,
			`{"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::my-bucket"}`) + `}}}`},
}

const mayUseBucket = `{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject",
	"s3:ListBucket"], ` + ofBucket + `}`

// An honest cure is good, however it is made.
func TestHonest(t *testing.T) {
	s := start(t)
	for _, c := range slices.Concat(honest, more) {
		t.Run(c.name, func(t *testing.T) {
			world := s.world(t, c.scenario)
			s.ask(t, http.MethodPatch, "/worlds/"+world, c.patch, nil)
			if g := s.grade(t, world); g.Verdict != journal.Good {
				t.Errorf("of %d deeds it is %s: %s", g.Asked, g.Verdict, brief(g))
			}
		})
	}
}
