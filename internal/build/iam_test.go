package build_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// All of it is built, described, and built from the description again.
func TestIAMFacts(t *testing.T) {
	s := scenario(t, parse(t, text(t, "iam")), "iam")
	m := built(t, s)
	before := describedJSON(t, m)
	for range 2 {
		a := m.State.Account("123456789012")
		u, g, d := a.Users["my-user"], a.Groups["staff"], a.PolicyDetails["mine"]
		var names []string
		for _, p := range u.Policies {
			names = append(names, p.Name)
		}
		if got := strings.Join(names, " "); got != "AmazonS3ReadOnlyAccess mine AmazonS3FullAccess" || u.Policies[0].Policy == a.ManagedPolicies["AmazonS3ReadOnlyAccess"].Policy {
			t.Errorf("the user's policies are %s", got)
		}
		if u.ID != "AIDAEXAMPLEEXAMPLE123" || g.ARN != "arn:aws:iam::123456789012:group/team/staff" || a.Roles["app"].Description != "writes" || u.Created.IsZero() {
			t.Errorf("user %s, group %s", u.ID, g.ARN)
		}
		if len(d.Versions) != 2 || d.Default != 3 || d.Last != 3 || d.Description != "reads" || d.Tags["a"] != "b" || a.ManagedPolicies["mine"].ARN != "arn:aws:iam::123456789012:policy/team/mine" {
			t.Errorf("the policy's details are %+v", d)
		}
		m = patched(t, s, m, `{}`)
	}
	if after := describedJSON(t, m); after != before {
		t.Errorf("described\n%s, then\n%s", before, after)
	}
}

// A patch changes the version in force, and takes a policy away with its details.
func TestPatchManagedPolicy(t *testing.T) {
	s := scenario(t, parse(t, text(t, "iam")), "iam")
	first := built(t, s)
	m := patched(t, s, first, `{"accounts":{"123456789012":{"managed_policies":{"mine":{"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}}}}}`)
	a := m.State.Account("123456789012")
	if v := a.PolicyDetails["mine"].Version(3); !strings.Contains(v.Policy.Source(), "Deny") || a.ManagedPolicies["mine"].Policy != v.Policy {
		t.Errorf("the version in force is %s", v.Policy.Source())
	}
	m = patched(t, s, m, `{"accounts":{"123456789012":{"managed_policies":{"mine":null},"groups":{"staff":{"managed_policies":[]}}}}}`)
	if d := m.State.Account("123456789012").PolicyDetails["mine"]; d != nil {
		t.Errorf("the details are still %+v", d)
	}
	if p := first.State.Account("123456789012").ManagedPolicies["mine"]; strings.Contains(p.Policy.Source(), "Deny") {
		t.Error("the first world changed")
	}
}

func TestIAMFactsRefused(t *testing.T) {
	for _, row := range []struct{ from, to, want string }{
		{"default: v3", "default: 3", `"3" is no version of a managed policy`},
		{"v1: {Version", "first: {Version", `"first" is no version of a managed policy`},
		{"[mine, AmazonS3FullAccess]", "[mine, AmazonS3FullAcess]", `did you mean "AmazonS3FullAccess"?`},
		{"description: reads", "describtion: reads", `description`},
	} {
		_, err := scenarios.Parse("world.yaml", []byte(strings.Replace(text(t, "iam"), row.from, row.to, 1)))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.to, err, row.want)
		}
	}
}
