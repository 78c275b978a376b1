package deeds_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/deeds"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/worldtest"
)

// policyOf is a policy of statements, as JSON.
func policyOf(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ", ") + `]}`
}

// bucketPolicy is a patch that gives my-bucket a policy, account one of the account.
func bucketPolicy(statements ...string) string {
	return `{"buckets": {"my-bucket": {"policy": ` + policyOf(statements...) + `}}}`
}

func account(facts string) string { return `{"accounts": {"123456789012": {` + facts + `}}}` }

// facts is a world in which ann may read what is below docs/ of my-bucket, and bob nothing.
const facts = `
accounts:
  123456789012:
    users:
      ann:
        policies:
          read:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/docs/*"}]
      bob: {policies: {}}
    roles:
      reader:
        trust:
          Version: 2012-10-17
          Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/ann"}, Action: "sts:AssumeRole"}]
        policies: {}
callers: {ann: {user: ann}, bob: {user: bob}, admin: {root: true}}
kms_keys: {1234abcd-12ab-34cd-56ef-1234567890ab: {}}
buckets:
  my-bucket:
    owner: 123456789012
    public_access_block: none
    objects: {docs/a.txt: {body: a}, secret.txt: {body: s}}
`

// patched is the world with a merge patch applied.
func patched(t testing.TB, w *worldtest.World, patch string) *store.Moment {
	t.Helper()
	change, err := w.Patch(worldtest.Loaded, w.Moment, []byte(patch))
	if err != nil {
		t.Fatal(err)
	}
	fork := store.NewLive(&store.Moment{State: w.State, Index: w.Index.Copy(), Uses: w.Uses}).Fork()
	if err := fork.Commit(t.Context(), fork.Now(), change); err != nil {
		t.Fatal(err)
	}
	return fork.Now()
}

func compare(t testing.TB, facts, patch string) deeds.Difference {
	t.Helper()
	w := worldtest.Build(t, facts)
	return deeds.Cast(w.Moment, worldtest.Loaded.Now, deeds.Subject{}).Compare(patched(t, w, patch))
}

// line is a deed in one line: who, action, resource, by what.
func line(f deeds.Found) string {
	by := ""
	if f.By != nil {
		by = fmt.Sprintf(" by %s %s %s", f.By.Layer, f.By.Policy, f.By.Statement)
	}
	who, _, _ := strings.Cut(f.As, " (")
	return strings.TrimSpace(who + " " + f.Action + " " + strings.TrimPrefix(f.Resource, "arn:aws:s3:::") + by)
}

func TestOpened(t *testing.T) {
	for name, c := range map[string]struct{ patch, opened string }{
		"a world-readable bucket": {
			bucketPolicy(`{"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
				"Resource": "arn:aws:s3:::my-bucket/*"}`),
			"anonymous s3:GetObject my-bucket/secret.txt by bucket-policy my-bucket All"},
		"s3:* for the user": {
			account(`"users": {"ann": {"policies": {"read": ` +
				policyOf(`{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`) + `}}}`),
			"ann s3:PutBucketPolicy my-bucket by identity read 0"},
		"a trust policy open to everybody": {
			account(`"roles": {"reader": {"trust": ` +
				policyOf(`{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}`) + `}}`),
			"stranger sts:AssumeRole arn:aws:iam::123456789012:role/reader by trust-policy trust 0"},
	} {
		t.Run(name, func(t *testing.T) {
			d := compare(t, facts, c.patch)
			var lines []string
			for _, f := range d.Opened {
				lines = append(lines, line(f))
			}
			if !strings.Contains(strings.Join(lines, "\n")+"\n", c.opened+"\n") {
				t.Errorf("of %d deeds %d are opened, and not %q:\n%s", d.Asked, len(lines), c.opened, strings.Join(lines, "\n"))
			}
		})
	}
}

// guarded is a world whose bucket policy lets ann in under conditions.
const guarded = `
network: {source_ip: 203.0.113.9}
accounts: {123456789012: {users: {ann: {}}, roles: {reader: {}}}, 111111111111: {users: {eve: {}}}}
callers: {ann: {account: 123456789012, user: ann}, logs: {service: delivery.logs.amazonaws.com}}
kms_keys: {1234abcd-12ab-34cd-56ef-1234567890ab: {account: 123456789012}}
buckets:
  my-bucket:
    owner: 123456789012
    public_access_block: none
    policy:
      Version: 2012-10-17
      Statement:
        - Sid: Office
          Effect: Allow
          Principal: {AWS: "arn:aws:iam::123456789012:user/ann"}
          Action: "s3:GetObject"
          Resource: "arn:aws:s3:::my-bucket/*"
          Condition: {IpAddress: {"aws:SourceIp": 203.0.113.0/24}, Bool: {"aws:SecureTransport": "true"}}
    objects: {a.txt: {body: a}}
`

// allowing is the statement of guarded with other conditions, or another principal.
func allowing(principal, conditions string) string {
	return bucketPolicy(`{"Sid": "Office", "Effect": "Allow", "Principal": ` + principal + `, "Action": "s3:GetObject",
		"Resource": "arn:aws:s3:::my-bucket/*", "Condition": {` + conditions + `}}`)
}

// Each condition that is widened, dropped or met by somebody else has its witness, with the
// circumstances that show it.
func TestWitnesses(t *testing.T) {
	const ann, secure = `{"AWS": "arn:aws:iam::123456789012:user/ann"}`, `"Bool": {"aws:SecureTransport": "true"}`
	for name, c := range map[string]struct{ patch, opened, key, value string }{
		"every address": {allowing(ann, `"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}, `+secure),
			"ann s3:GetObject my-bucket/a.txt by bucket-policy my-bucket Office", "aws:SourceIp", "198.51.100.77"},
		"one address more": {allowing(ann, `"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.128/25"]}, `+secure),
			"ann s3:GetObject my-bucket/a.txt by bucket-policy my-bucket Office", "aws:SourceIp", "198.51.100.129"},
		"no TLS": {allowing(ann, `"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}`),
			"ann s3:GetObject my-bucket/a.txt by bucket-policy my-bucket Office", "", ""},
		"a service for anybody": {allowing(`{"Service": "delivery.logs.amazonaws.com"}`, secure),
			"logs s3:GetObject my-bucket/a.txt by bucket-policy my-bucket Office", "aws:SecureTransport", "true"},
		"an organization": {allowing(`"*"`, `"StringEquals": {"aws:PrincipalOrgID": "o-elsewhere1"}, `+secure),
			"stranger s3:GetObject my-bucket/a.txt by bucket-policy my-bucket Office", "aws:PrincipalOrgID", "o-elsewhere1"},
		"a user of another account": {allowing(`{"AWS": "arn:aws:iam::999988887777:user/mallory"}`, secure),
			"somebody of the account s3:GetObject my-bucket/a.txt by bucket-policy my-bucket Office",
			"aws:SecureTransport", "true"},
		"a tag": {allowing(`"*"`, `"StringEquals": {"aws:PrincipalTag/team": "blue"}, `+secure),
			"another user with s3:* and kms:* s3:GetObject my-bucket/a.txt by bucket-policy my-bucket Office",
			"aws:PrincipalTag/team", "blue"},
	} {
		t.Run(name, func(t *testing.T) {
			d := compare(t, guarded, c.patch)
			for _, f := range d.Opened {
				if line(f) == c.opened && (c.key == "" || slices.Equal(f.With[c.key], []string{c.value})) {
					return
				}
			}
			t.Errorf("of %d deeds none is %s with %s %s: %+v", d.Asked, c.opened, c.key, c.value, d.Opened)
		})
	}
}

// What goes with a circumstance goes with it: a VPC has its own endpoints, and a service that
// acts for an account acts for a resource of it.
func TestImplied(t *testing.T) {
	const endpoint = guarded + `
route_tables: {rtb-1a2b3c4d: {vpc: vpc-1a2b3c4d}}
vpc_endpoints: {vpce-1a2b3c4d: {vpc: vpc-1a2b3c4d, region: us-east-1}}
`
	const ann = `{"AWS": "arn:aws:iam::123456789012:user/ann"}`
	w := worldtest.Build(t, endpoint)
	n := deeds.Cast(w.Moment, worldtest.Loaded.Now, deeds.Subject{})
	byEndpoint := patched(t, w, allowing(ann, `"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}`))
	byVPC := patched(t, w, allowing(ann, `"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}`))
	if d := n.Compare(byVPC, byEndpoint); len(d.Opened) > 0 {
		t.Errorf("the VPC opens more than its one endpoint: %+v", d.Opened)
	}
	if d := n.Compare(byVPC); len(d.Opened) == 0 {
		t.Errorf("of %d deeds the VPC opens none", d.Asked)
	}
}

// A service acts for other resources of an account too: a cure that names the account alone opens what one
// that names the resource does not.
func TestAnotherSource(t *testing.T) {
	const account, distribution = "123456789012", "arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE"
	cdn := "  cdn: {service: cloudfront.amazonaws.com, source_account: '" + account + "', source_arn: '" + distribution + "'}\n"
	world := strings.Replace(strings.Replace(guarded, "callers: {", "callers:\n"+cdn+"  ", 1),
		"user: ann}, logs: {service: delivery.logs.amazonaws.com}}", "user: ann}", 1)
	w := worldtest.Build(t, world)
	n := deeds.Cast(w.Moment, worldtest.Loaded.Now, deeds.Subject{})
	by := func(conditions string) *store.Moment {
		return patched(t, w, allowing(`{"Service": "cloudfront.amazonaws.com"}`, conditions))
	}
	byARN := `"StringEquals": {"aws:SourceArn": "` + distribution + `"}`
	fixed := by(byARN)
	d := n.Compare(by(`"StringEquals": {"aws:SourceAccount": "`+account+`"}`), fixed)
	if !slices.ContainsFunc(d.Opened, func(f deeds.Found) bool {
		return f.As == "cloudfront.amazonaws.com" && slices.Equal(f.With["aws:SourceArn"],
			[]string{"arn:aws:cloudfront::123456789012:distribution/another"})
	}) {
		t.Errorf("of %d deeds none is by another distribution: %+v", d.Asked, d.Opened)
	}
	both := by(byARN + `, "StringEqualsIfExists": {"aws:SourceAccount": "` + account + `"}`)
	if d := n.Compare(both, fixed); len(d.Opened) > 0 {
		t.Errorf("the distribution and its account open %+v", d.Opened)
	}
}

// Who came with the change, and what came, is asked about as well.
func TestNewcomers(t *testing.T) {
	d := compare(t, facts, account(`"users": {"carol": {"policies": {"all": `+
		policyOf(`{"Effect": "Allow", "Action": "*", "Resource": "*"}`)+`}}}`))
	if !slices.ContainsFunc(d.Opened, func(f deeds.Found) bool {
		return f.As == "arn:aws:iam::123456789012:user/carol" && f.Action == "iam:PutRolePolicy" && f.Grants
	}) {
		t.Errorf("a new administrator may do nothing: %+v", d.Opened)
	}
}

// What is possible no longer is closed, by what refuses it.
func TestClosed(t *testing.T) {
	d := compare(t, facts, bucketPolicy(`{"Sid": "Nobody", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
		"Resource": "arn:aws:s3:::my-bucket/docs/*"}`))
	var lines []string
	for _, f := range d.Closed {
		lines = append(lines, line(f))
	}
	want := "ann s3:GetObject my-bucket/docs/a.txt by bucket-policy my-bucket Nobody"
	if len(d.Opened) > 0 || !slices.Contains(lines, want) {
		t.Errorf("%d deeds are opened; of the closed none is %s: %v", len(d.Opened), want, lines)
	}
}

// Contents that KMS guards are open once it does not, and not before.
func TestSealed(t *testing.T) {
	const key = "1234abcd-12ab-34cd-56ef-1234567890ab"
	const arn = "arn:aws:kms:us-east-1:123456789012:key/" + key
	sealed := strings.Replace(facts, "    objects:",
		`    encryption: {algorithm: "aws:kms", kms_key: "`+arn+`"}`+"\n    objects:", 1)
	d := compare(t, sealed, `{"kms_keys": {"`+key+`": {"policy": `+policyOf(
		`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}`,
		`{"Sid": "Ann", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/ann"},
			"Action": "kms:Decrypt", "Resource": "*"}`)+`}}}`)
	var lines []string
	for _, f := range d.Opened {
		lines = append(lines, line(f))
	}
	for _, want := range []string{
		"ann s3:GetObject my-bucket/docs/a.txt by kms default Ann",
		"ann kms:Decrypt " + arn + " by kms default Ann",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("of %d deeds none is %s: %v", d.Asked, want, lines)
		}
	}
	if slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "secret.txt") }) {
		t.Errorf("what ann may not read is opened: %v", lines)
	}
}

// A subject narrows what is asked about.
func TestSubject(t *testing.T) {
	w := worldtest.Build(t, strings.Replace(facts, "buckets:", "buckets:\n  other-bucket: {owner: 123456789012}", 1))
	asked := func(about deeds.Subject) int {
		return deeds.Cast(w.Moment, worldtest.Loaded.Now, about).Compare(w.Moment).Asked
	}
	all, one := asked(deeds.Subject{}), asked(deeds.Subject{Buckets: []string{"my-bucket"}})
	if one >= all || one == 0 {
		t.Errorf("of all buckets %d deeds are asked, of one %d", all, one)
	}
}

// Of very many accounts the first are asked about, and those that were changed.
func TestManyAccounts(t *testing.T) {
	asked := func(accounts int) (deeds.Difference, int) {
		var b strings.Builder
		for i := range accounts {
			fmt.Fprintf(&b, "  2222222222%02d: {users: {eve: {policies: {}}}}\n", i)
		}
		w := worldtest.Build(t, strings.NewReplacer(
			"callers:", b.String()+"callers:", "user: ann}", `user: ann, account: "123456789012"}`,
			"user: bob}", `user: bob, account: "123456789012"}`, "root: true", `root: true, account: "123456789012"`,
			"890ab: {}", `890ab: {account: "123456789012"}`).Replace(facts))
		n := deeds.Cast(w.Moment, worldtest.Loaded.Now, deeds.Subject{Buckets: []string{"my-bucket"}})
		last := fmt.Sprintf("2222222222%02d", accounts-1)
		allow := policyOf(`{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`)
		d := n.Compare(patched(t, w, `{"accounts": {"`+last+`": {"users": {"eve": {"policies": {"p": `+allow+`}}}}}}`))
		return d, d.Asked
	}
	_, some := asked(60)
	d, many := asked(90)
	if many > some+some/20 {
		t.Errorf("of 60 accounts %d deeds are asked, of 90 %d", some, many)
	}
	if !slices.ContainsFunc(d.Opened, func(f deeds.Found) bool {
		return strings.Contains(f.Resource, "another-bucket-of-222222222289")
	}) {
		t.Errorf("of %d deeds in the last account none is opened: %d are", many, len(d.Opened))
	}
}

func BenchmarkCompare(b *testing.B) {
	w := worldtest.Build(b, facts)
	after := patched(b, w, bucketPolicy(`{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
		"Resource": "arn:aws:s3:::my-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}`))
	n := deeds.Cast(w.Moment, worldtest.Loaded.Now, deeds.Subject{})
	n.Compare(after)
	asked := 0
	for b.Loop() {
		asked = n.Compare(after).Asked
	}
	b.ReportMetric(float64(asked), "deeds")
}
