package awscli

import (
	"slices"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/world"
)

// In an account, the users, roles and groups.
var (
	anyAccount = build.AccountAt(any1)
	anyUser    = anyAccount.At(build.Users, any1)
	anyRole    = anyAccount.At(build.Roles, any1)
	anyGroup   = anyAccount.At(build.Groups, any1)
)

var writersOfIAM = []writer{
	{anyUser.At(build.InlinePolicies, any1), inlineOf("user")},
	{anyRole.At(build.InlinePolicies, any1), inlineOf("role")},
	{anyGroup.At(build.InlinePolicies, any1), inlineOf("group")},
	{anyUser.At(build.AttachedPolicies), attachmentsOf("user")},
	{anyRole.At(build.AttachedPolicies), attachmentsOf("role")},
	{anyGroup.At(build.AttachedPolicies), attachmentsOf("group")},
	{anyUser.At(build.Boundary), boundaryOf("user")},
	{anyRole.At(build.Boundary), boundaryOf("role")},
	{anyRole.At(build.Trust), (*typing).trust},
	{anyAccount.At(build.ManagedPolicies, any1), (*typing).managed},
	{build.CallerAt(any1).At(key("inactive")), (*typing).activate},
}

// key is a fact that has no name of its own in build.
type key string

// Key is the fact's.
func (k key) Key() string { return string(k) }

// inlineOf writes an inline policy of a user, role or group.
func inlineOf(kind string) func(*typing, []string, any) bool {
	return func(t *typing, names []string, value any) bool {
		verb, more := "delete-"+kind+"-policy", []string(nil)
		if value != nil {
			verb, more = "put-"+kind+"-policy", []string{"--policy-document", text(value)}
		}
		words := []string{"aws", "iam", verb, "--" + kind + "-name", names[1], "--policy-name", names[2]}
		t.as(names[0], append(words, more...)...)
		return true
	}
}

// attachmentsOf attaches and detaches managed policies.
func attachmentsOf(kind string) func(*typing, []string, any) bool {
	return func(t *typing, names []string, value any) bool {
		wanted, ok := texts(value)
		a := t.State.Accounts[names[0]]
		if !ok && value != nil || a == nil {
			return false
		}
		has := attachedTo(a, kind, names[1])
		for _, change := range []struct {
			verb     string
			of, less []string
		}{{"attach", wanted, has}, {"detach", has, wanted}} {
			for _, name := range change.of {
				if slices.Contains(change.less, name) {
					continue
				}
				t.as(a.ID, "aws", "iam", change.verb+"-"+kind+"-policy", "--"+kind+"-name", names[1],
					"--policy-arn", policyARN(a, name))
			}
		}
		return true
	}
}

func attachedTo(a *world.Account, kind, name string) []string {
	switch kind {
	case "user":
		if u := a.Users[name]; u != nil {
			return u.Managed
		}
	case "role":
		if r := a.Roles[name]; r != nil {
			return r.Managed
		}
	default:
		if g := a.Groups[name]; g != nil {
			return g.Managed
		}
	}
	return nil
}

// policyARN is that of a managed policy of the account, or of AWS's, or of one that is
// still to be made.
func policyARN(a *world.Account, name string) string {
	if p := a.ManagedPolicy(name); p != nil {
		return p.ARN
	}
	return world.PolicyARN(a.ID, "/", name)
}

// boundaryOf puts or takes a permissions boundary. One that is written in its holder is a
// policy of its own in AWS.
func boundaryOf(kind string) func(*typing, []string, any) bool {
	return func(t *typing, names []string, value any) bool {
		a, holder := t.State.Accounts[names[0]], []string{"--" + kind + "-name", names[1]}
		if a == nil {
			return false
		}
		if value == nil {
			t.as(a.ID, append([]string{"aws", "iam", "delete-" + kind + "-permissions-boundary"}, holder...)...)
			return true
		}
		name, named := value.(string)
		if !named {
			name = names[1] + "-boundary"
			t.as(a.ID, "aws", "iam", "create-policy", "--policy-name", name, "--policy-document", text(value))
		}
		words := append([]string{"aws", "iam", "put-" + kind + "-permissions-boundary"}, holder...)
		t.as(a.ID, append(words, "--permissions-boundary", policyARN(a, name))...)
		return true
	}
}

func (t *typing) trust(names []string, value any) bool {
	if value == nil {
		return false // no role is without
	}
	t.as(names[0], "aws", "iam", "update-assume-role-policy", "--role-name", names[1], "--policy-document", text(value))
	return true
}

// managed writes a managed policy: a new version of one that is there.
func (t *typing) managed(names []string, value any) bool {
	a := t.State.Accounts[names[0]]
	switch {
	case a == nil:
		return false
	case value == nil:
		t.as(a.ID, "aws", "iam", "delete-policy", "--policy-arn", policyARN(a, names[1]))
	case a.ManagedPolicies[names[1]] == nil:
		t.as(a.ID, "aws", "iam", "create-policy", "--policy-name", names[1], "--policy-document", text(value))
	default:
		t.as(a.ID, "aws", "iam", "create-policy-version", "--policy-arn", policyARN(a, names[1]),
			"--policy-document", text(value), "--set-as-default")
	}
	return true
}

// activate makes an access key of a user active again.
func (t *typing) activate(names []string, value any) bool {
	c := t.State.Callers[names[0]]
	if c == nil || c.User == "" || value == true {
		return false
	}
	t.as(c.Account, "aws", "iam", "update-access-key", "--user-name", c.User, "--access-key-id", c.AccessKeyID,
		"--status", "Active")
	return true
}
