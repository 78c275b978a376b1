package why

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// What was decided is told in one to three lines, whatever decided it.
func TestDecided(t *testing.T) {
	office := authz.Finding{Layer: authz.BucketPolicy, Effect: authz.ExplicitDeny, Policy: "my-bucket",
		Statement: &authz.Statement{Sid: "Office"},
		Compared: []policy.Comparison{{Operator: "Bool", Key: "aws:SecureTransport", Wanted: "false", Got: "false"},
			{Operator: "StringEquals", Key: "a", Wanted: "b"}, {Operator: "StringEquals", Key: "c", Wanted: "d"}}}
	allow := authz.Finding{Layer: authz.Identity, Effect: authz.Allow, Policy: "s3", Statement: &authz.Statement{}}
	decisions := func(verdict authz.Verdict, layer authz.Layer, f ...authz.Finding) emulator.Entry {
		return emulator.Entry{Decisions: []authz.Decision{
			{Action: "s3:GetObject", Resource: "r", Verdict: verdict, Cause: layer, Findings: f}}}
	}
	denied := decisions(authz.ExplicitlyDenied, authz.BucketPolicy, allow, office)
	allowed := decisions(authz.Allowed, "", authz.Finding{Layer: authz.SCP, Effect: authz.Allow}, allow)
	missed := decisions(authz.ImplicitlyDenied, authz.Identity, authz.Finding{Layer: authz.Identity,
		Effect: authz.ImplicitDeny, Misses: []authz.Miss{{Policy: "p", Element: "Action", Wanted: "s3:PutObject"}}})
	for name, row := range map[string]struct {
		entry emulator.Entry
		want  []string
	}{
		"denied": {denied, []string{`s3:GetObject on r: denied by bucket-policy, policy my-bucket, statement "Office"`,
			"Bool aws:SecureTransport wants false, the request has false", "StringEquals a wants b, the request has none"}},
		"allowed": {allowed, []string{"s3:GetObject on r: allowed by identity, policy s3, statement 0"}},
		"missed": {missed, []string{"s3:GetObject on r: denied by identity: no statement allows it",
			"policy p, statement 0 does not match: Action wants s3:PutObject, the request has none"}},
		"a rule": {emulator.Entry{Fault: &journal.Fault{Rule: "slow", Answered: true}},
			[]string{"made by the fault rule slow"}},
		"lacks":   {emulator.Entry{Lacks: "s3fault has no X"}, []string{"s3fault has no X"}},
		"nothing": {emulator.Entry{Message: "No such key"}, []string{"No such key"}},
	} {
		if got := Decided(&row.entry); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}
