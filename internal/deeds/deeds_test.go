package deeds_test

import (
	"fmt"
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
