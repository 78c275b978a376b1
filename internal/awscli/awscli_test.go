package awscli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/awscli"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/journal"
)

// facts are a world that has one of everything that commands change.
const facts = `
region: us-east-1
accounts:
  123456789012:
    public_access_block:
      {block_public_acls: true, ignore_public_acls: true, block_public_policy: true, restrict_public_buckets: true}
    users: {ann: {managed_policies: [old], permissions_boundary: old}}
    groups: {staff: {}}
    roles:
      app:
        trust:
          Version: 2012-10-17
          Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
    managed_policies: {old: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
  222222222222: {}
callers:
  ann: {account: 123456789012, user: ann, inactive: true, access_key_id: AKIAIOSFODNN7EXAMPLE, secret_access_key: s}
kms_keys:
  k: {account: 222222222222, region: eu-west-1, state: Disabled}
  gone: {account: 123456789012, state: PendingDeletion}
vpc_endpoints: {vpce-1: {vpc: vpc-1, route_tables: []}}
route_tables: {rtb-1: {vpc: vpc-1}}
organization:
  id: o-exampleorgid
  management_account: 222222222222
  scps:
    guard:
      id: p-guard0001
      policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "s3:*", Resource: "*"}]}
  root: {accounts: {123456789012: {scps: [FullAWSAccess, guard]}}}
buckets:
  data:
    {owner: 123456789012, object_ownership: ObjectWriter, object_lock: {}, versioning: Enabled, objects: {"it's": {body: x}}}
  far: {owner: 222222222222, region: eu-west-1}
  shut:
    owner: 123456789012
    policy:
      Version: 2012-10-17
      Statement:
        - {Effect: Deny, Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::shut", "arn:aws:s3:::shut/*"]}
  ajar:
    owner: 123456789012
    policy:
      Version: 2012-10-17
      Statement:
        - Effect: Deny
          Principal: "*"
          Action: "s3:*"
          Resource: "arn:aws:s3:::ajar"
          Condition: {ArnNotEquals: {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/ann"}}
`

const (
	document = `{"Version":"2012-10-17"}`
	other    = "  # with credentials of the account 222222222222"
)

// Each fact that AWS has a call for is changed by it.
func TestCommands(t *testing.T) {
	m := worldtest.Build(t, facts).Moment
	canonical := m.State.CanonicalID("123456789012")
	for patch, want := range map[string][]string{
		`{"buckets": {"data": {"cors": [{"id": "web", "allowed_origins": ["https://a"], "allowed_methods": ["PUT"], "expose_headers": ["ETag"], "max_age_seconds": 0}]}}}`: {
			`aws s3api put-bucket-cors --bucket data --cors-configuration '{"CORSRules":[{"AllowedMethods":["PUT"],` +
				`"AllowedOrigins":["https://a"],"ExposeHeaders":["ETag"],"ID":"web","MaxAgeSeconds":0}]}'`},
		`{"buckets": {"data": {"cors": null}}}`: {`aws s3api delete-bucket-cors --bucket data`},
		`{"accounts": {"123456789012": {"users": {"ann": {"policies": {"p": ` + document + `}}}}}}`: {
			`aws iam put-user-policy --user-name ann --policy-name p --policy-document '` + document + `'`},
		`{"accounts": {"123456789012": {"groups": {"staff": {"policies": {"p": null}}}}}}`: {
			`aws iam delete-group-policy --group-name staff --policy-name p`},
		`{"accounts": {"123456789012": {"roles": {"app": {"trust": ` + document + `}}}}}`: {
			`aws iam update-assume-role-policy --role-name app --policy-document '` + document + `'`},
		`{"accounts": {"123456789012": {"managed_policies": {"old": ` + document + `}}}}`: {
			`aws iam create-policy-version --policy-arn arn:aws:iam::123456789012:policy/old --policy-document '` + document +
				`' --set-as-default`},
		`{"accounts": {"123456789012": {"users": {"ann": {"managed_policies": ["new"]}}, "managed_policies": {"new": ` +
			document + `}}}}`: {
			`aws iam create-policy --policy-name new --policy-document '` + document + `'`,
			`aws iam attach-user-policy --user-name ann --policy-arn arn:aws:iam::123456789012:policy/new`,
			`aws iam detach-user-policy --user-name ann --policy-arn arn:aws:iam::123456789012:policy/old`},
		`{"accounts": {"123456789012": {"users": {"ann": {"permissions_boundary": null}}}}}`: {
			`aws iam delete-user-permissions-boundary --user-name ann`},
		`{"accounts": {"123456789012": {"public_access_block": {"ignore_public_acls": false}}}}`: {
			`aws s3control put-public-access-block --account-id 123456789012 --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=false,BlockPublicPolicy=true,RestrictPublicBuckets=true`},
		`{"callers": {"ann": {"inactive": null}}}`: {
			`aws iam update-access-key --user-name ann --access-key-id AKIAIOSFODNN7EXAMPLE --status Active`},
		`{"buckets": {"data": {"policy": ` + document + `}}}`: {`aws s3api put-bucket-policy --bucket data --policy '` +
			document + `'`},
		`{"buckets": {"far": {"policy": null}}}`: {`aws s3api delete-bucket-policy --bucket far --region eu-west-1` + other},
		`{"buckets": {"shut": {"policy": null}}}`: {
			`aws s3api delete-bucket-policy --bucket shut  # with credentials of the root user of the account 123456789012`},
		`{"buckets": {"shut": {"policy": ` + document + `}}}`: {`aws s3api put-bucket-policy --bucket shut --policy '` +
			document + `'  # with credentials of the root user of the account 123456789012`},
		`{"buckets": {"ajar": {"policy": null}}}`: {`aws s3api delete-bucket-policy --bucket ajar`},
		`{"buckets": {"data": {"abac": true}}}`:   {`aws s3api put-bucket-abac --bucket data --abac-status Status=Enabled`},
		`{"buckets": {"data": {"object_ownership": "BucketOwnerPreferred"}}}`: {
			`aws s3api put-bucket-ownership-controls --bucket data --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerPreferred}]'`},
		`{"buckets": {"data": {"acl": "public-read"}}}`: {`aws s3api put-bucket-acl --bucket data --acl public-read`},
		`{"buckets": {"data": {"objects": {"it's": {"acl": {"grants": [{"grantee": "AllUsers", "permission": "READ"}]}}}}}}`: {
			`aws s3api put-object-acl --bucket data --key 'it'\''s' --access-control-policy '{"Grants":[{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"}],"Owner":{"ID":"` + canonical + `"}}'`},
		`{"buckets": {"data": {"objects": {"it's": {"legal_hold": null}}}}}`: {
			`aws s3api put-object-legal-hold --bucket data --key 'it'\''s' --legal-hold Status=OFF`},
		`{"buckets": {"data": {"requester_pays": false}}}`: {
			`aws s3api put-bucket-request-payment --bucket data --request-payment-configuration Payer=BucketOwner`},
		`{"buckets": {"data": {"encryption": {"block_ssec": false}}}}`: {
			`aws s3api put-bucket-encryption --bucket data --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BlockedEncryptionTypes":{"EncryptionType":["NONE"]},"BucketKeyEnabled":false}]}'`},
		`{"kms_keys": {"k": {"policy": ` + document + `}}}`: {
			`aws kms put-key-policy --key-id k --policy-name default --policy '` + document + `' --region eu-west-1` + other},
		`{"kms_keys": {"k": {"state": "Enabled"}}}`: {`aws kms enable-key --key-id k --region eu-west-1` + other},
		`{"kms_keys": {"gone": {"state": "Enabled"}}}`: {
			`aws kms cancel-key-deletion --key-id gone`, `aws kms enable-key --key-id gone`},
		`{"vpc_endpoints": {"vpce-1": {"policy": null}}}`: {`aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --reset-policy`},
		`{"vpc_endpoints": {"vpce-1": {"route_tables": ["rtb-1"]}}}`: {
			`aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --add-route-table-ids rtb-1`},
		`{"organization": {"scps": {"guard": {"policy": ` + document + `}}}}`: {
			`aws organizations update-policy --policy-id p-guard0001 --content '` + document + `'` + other},
		`{"organization": {"root": {"accounts": {"123456789012": {"scps": ["FullAWSAccess"]}}}}}`: {
			`aws organizations detach-policy --target-id 123456789012 --policy-id p-guard0001` + other},
		`{"network": {"secure_transport": true}}`:                           nil,
		`{"buckets": {"data": {"policy": null}}, "network": {"vpc": null}}`: nil, // half of it would be nothing
		`{"buckets": {"none": {"policy": null}}}`:                           nil,
		`{}`: nil,
	} {
		var p journal.Patch
		if err := json.Unmarshal([]byte(patch), &p); err != nil {
			t.Fatal(err)
		}
		if got := awscli.Commands(m, "123456789012", p); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwanted:\n%s", patch, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// A policy that is still to be made is found by its name, once it is there.
func TestCommandsOfANewGuardrail(t *testing.T) {
	m := worldtest.Build(t, facts).Moment
	got := awscli.Commands(m, "222222222222", journal.Patch{"organization": map[string]any{
		"root": map[string]any{"scps": []any{"FullAWSAccess", "new"}},
		"scps": map[string]any{"new": map[string]any{"policy": map[string]any{}}},
	}})
	if len(got) != 2 || !strings.HasPrefix(got[0],
		"aws organizations create-policy --name new --type SERVICE_CONTROL_POLICY") ||
		!strings.HasPrefix(got[1], "aws organizations attach-policy --target-id r-") || !strings.Contains(got[1],
		`[?Name=='new'].Id`) {
		t.Errorf("%q", got)
	}
}

// An advice has the commands of all its changes, of the others too, and keeps those that
// it has.
func TestAdvise(t *testing.T) {
	m := worldtest.Build(t, facts).Moment
	change := journal.Change{Patch: journal.Patch{"buckets": map[string]any{"data": map[string]any{"policy": nil}}}}
	typed := journal.Change{Patch: change.Patch, Commands: []string{"mine"}}
	a := &journal.Advice{
		Proposal: journal.Proposal{Changes: []journal.Change{change, typed}},
		Others:   []journal.Proposal{{Changes: []journal.Change{change}}},
	}
	awscli.Advise(a, m, "123456789012")
	const want = "aws s3api delete-bucket-policy --bucket data"
	if a.Changes[0].Commands[0] != want || a.Others[0].Changes[0].Commands[0] != want ||
		a.Changes[1].Commands[0] != "mine" {
		t.Errorf("%+v", a)
	}
}
