package advice_test

import (
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/advice"
)

// Every layer's refusal calls for something of its own.
func TestRemedies(t *testing.T) {
	const allow = "allow s3:GetObject on arn:aws:s3:::my-bucket/k "
	d := &authz.Decision{Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/k"}
	want := map[authz.Layer]string{
		authz.Identity:            allow + "in a policy of the caller's user, group or role.",
		authz.BucketPolicy:        allow + "for this principal in the bucket's policy.",
		authz.TrustPolicy:         allow + "for this principal in the role's trust policy.",
		authz.ACLs:                allow + "for this principal in the bucket's policy, or grant it in the ACL.",
		authz.PermissionsBoundary: allow + "in the caller's permissions boundary too.",
		authz.Session:             allow + "in the policy that the session was made with.",
		authz.SCP:                 allow + "at every level of the organization above the caller's account.",
		authz.VPCEndpoint:         allow + "in the policy of the VPC endpoint.",
		authz.KMS:                 allow + "in the caller's own policies and, unless it lets the account decide, in the key's policy. The key of AWS (aws/s3) serves its own account only: use one of yours for another's.",
	}
	told := map[string]authz.Layer{}
	for _, l := range authz.Layers() {
		text := advice.Remedy(d, &authz.Finding{Layer: l, Effect: authz.ImplicitDeny})
		if other, twice := told[text]; twice {
			t.Errorf("%s and %s both call for %q", l, other, text)
		}
		if told[text] = l; want[l] != "" && text != want[l] {
			t.Errorf("%s calls for %q, want %q", l, text, want[l])
		}
	}
}

// A Deny is named by its Sid or its place, and whose policy it is in; it comes before
// what the layer would call for otherwise.
func TestRemediesOfDenies(t *testing.T) {
	d := &authz.Decision{Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/k"}
	for _, c := range []struct {
		f    authz.Finding
		want string
	}{
		{authz.Finding{Layer: authz.SCP, Effect: authz.ExplicitDeny, Policy: "no", Statement: &authz.Statement{Index: 2}},
			`an explicit Deny beats every Allow: send a request that statement 2 of policy no (scp) does not match, or except this one from it.`},
		{authz.Finding{Layer: authz.KMS, Effect: authz.ExplicitDeny, Policy: "key-policy", Statement: &authz.Statement{Index: 2, Sid: "Never"}},
			`an explicit Deny beats every Allow: send a request that statement "Never" of policy key-policy (kms) does not match, or except this one from it.`},
		{authz.Finding{Layer: authz.Identity, Part: authz.PartCaller, Effect: authz.ExplicitDeny, Detail: "the root user cannot assume a role"},
			`make the call with credentials of another kind: the root user cannot assume a role, whatever the policies say.`},
		{authz.Finding{Layer: authz.KMS, Part: authz.PartKeyState, Effect: authz.ExplicitDeny},
			`enable the KMS key arn:aws:s3:::my-bucket/k, or use another: it must be enabled, and one for symmetric encryption.`},
		{authz.Finding{Layer: authz.BlockPublicAccess, Effect: authz.ExplicitDeny, Setting: authz.BlockPublicPolicy},
			`make public neither the bucket's policy nor an ACL, or turn BlockPublicPolicy off.`},
		{authz.Finding{Layer: authz.BlockPublicAccess, Effect: authz.ExplicitDeny, Setting: authz.BlockPublicPolicy, Part: authz.PartOrganization},
			`make public neither the bucket's policy nor an ACL, or turn BlockPublicPolicy off in the organization's S3 policy.`},
		{authz.Finding{Layer: authz.BlockPublicAccess, Effect: authz.ExplicitDeny},
			`have the organization detach its S3 policy from the account, or assign another value in it.`},
	} {
		if got := advice.Remedy(d, &c.f); got != c.want {
			t.Errorf("%s calls for %q, want %q", c.f.Layer, got, c.want)
		}
	}
	all := &authz.Decision{Action: "s3:PutAccountPublicAccessBlock", Resource: "*"}
	if got := advice.Remedy(all, &authz.Finding{Layer: authz.BucketPolicy, Effect: authz.ImplicitDeny}); got != "make the call with credentials of the account that it is about: no policy lets another account in." {
		t.Errorf("another account's own business calls for %q", got)
	}
}
