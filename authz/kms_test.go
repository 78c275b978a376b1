package authz

import "testing"

func keyGrants(principal string) func(*Request) {
	return func(r *Request) { r.Key.Policy = named("default", granting(principal)) }
}

func keyOfOther(r *Request) { r.Key.Account, r.ResourceAccount = otherAccount, otherAccount }

func TestKMS(t *testing.T) {
	byKMS := []Layer{KMS}
	verify(t, "authorization.md 4", keyRequest, []row{
		{name: "delegated to the account, identity allows", change: all()},
		{name: "delegated to the account, identity silent", change: nobodysIdentity, deniedBy: byKMS},
		{name: "delegated to the account, identity denies", change: func(r *Request) { r.Identity = list("identity", allowEverything, denyEverything) }, deniedBy: byKMS, explicit: true},
		{name: "the key policy does not trust its account", change: keyGrants(aws(otherAccount)), deniedBy: byKMS},
		{name: "no key policy", change: func(r *Request) { r.Key.Policy = nil }, deniedBy: byKMS},
		{name: "it does not trust the account's root either", change: all(keyGrants(aws(userARN)), func(r *Request) { r.Principal = root() }), deniedBy: byKMS},
		{name: "root, account named", change: func(r *Request) { r.Principal = root() }},
		{name: "the key policy names the user", change: all(nobodysIdentity, keyGrants(aws(userARN)))},
		{name: "the key policy names the role", change: all(asRole, nobodysIdentity, keyGrants(aws(roleARN)))},
		{name: "the key policy names the role, session silent", change: all(asRole, nobodysIdentity, sessionIsSilent, keyGrants(aws(roleARN))), deniedBy: []Layer{Session}},
		{name: "the key policy denies", change: func(r *Request) {
			r.Key.Policy = named("default", granting(aws(rootARN)), refusing(aws(userARN)))
		}, deniedBy: byKMS, explicit: true},
		{name: "an SCP keeps its own name", change: func(r *Request) { r.SCPs = []Level{level("root", allowNothing)} }, deniedBy: []Layer{SCP}},
		{name: "a boundary keeps its own name", change: boundaryIsSilent, deniedBy: []Layer{PermissionsBoundary}},
		{name: "an RCP on a customer's key", change: func(r *Request) { r.RCPs = []Level{level("root", refusing(`"*"`))} }, deniedBy: []Layer{RCP}, explicit: true},
		{name: "no RCP on a key that AWS manages", change: func(r *Request) {
			r.Key.AWSManaged, r.RCPs = true, []Level{level("root", refusing(`"*"`))}
		}},
		{name: "no RCP on RetireGrant", change: func(r *Request) {
			r.Action, r.RCPs = "kms:RetireGrant", []Level{level("root", refusing(`"*"`))}
		}},
		{name: "a bucket policy is no matter", change: func(r *Request) { r.BucketPolicy = named("my-bucket", refusing(`"*"`)) }},
		{name: "a public bucket is no matter", change: all(keyOfOther, keyGrants(aws(ownAccount)), func(r *Request) {
			r.BucketPolicy, r.RestrictPublicBuckets = named("my-bucket", granting(`"*"`)), true
		})},
		{name: "across accounts, both allow", change: all(keyOfOther, keyGrants(aws(ownAccount)))},
		{name: "across accounts, another account named", change: all(keyOfOther, keyGrants(aws(otherAccount))), deniedBy: byKMS},
		{name: "across accounts, the user named, identity silent", change: all(keyOfOther, nobodysIdentity, keyGrants(aws(userARN))), deniedBy: byKMS},
		{name: "the key is disabled", change: func(r *Request) { r.Key.State = "Disabled" }, deniedBy: byKMS, explicit: true},
		{name: "the key awaits its deletion", change: func(r *Request) { r.Key.State = "PendingDeletion" }, deniedBy: byKMS, explicit: true},
		{name: "the state is not given", change: func(r *Request) { r.Key.State = "" }},
	})
}

// The aws/s3 key's own policy lets everybody of its account use it through S3,
// without any identity policy about KMS, and nobody else.
func TestManagedKey(t *testing.T) {
	managed := func(account string) func(*Request) {
		return func(r *Request) {
			r.Key.AWSManaged = true
			r.Context.Set("kms:CallerAccount", ownAccount)
			r.Context.Set("kms:ViaService", "s3.us-east-1.amazonaws.com")
			r.Key.Policy = named("default", `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"`+account+`","kms:ViaService":"s3.us-east-1.amazonaws.com"}}}`)
		}
	}
	verify(t, "authorization.md 4, AWS-managed aws/s3", keyRequest, []row{
		{name: "its account, identity silent about KMS", change: all(managed(ownAccount), nobodysIdentity)},
		{name: "not through S3", change: all(managed(ownAccount), func(r *Request) { r.Context.Delete("kms:ViaService") }), deniedBy: []Layer{KMS}},
		{name: "another account", change: all(managed(otherAccount), keyOfOther), deniedBy: []Layer{KMS}},
	})
}

func TestKMSReportsTheRightPart(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*Request)
		part   string
	}{
		{"identity silent under delegation", nobodysIdentity, PartIdentity},
		{"key policy silent", keyGrants(aws(otherAccount)), PartKeyPolicy},
		{"both silent: naming the principal there would do", all(nobodysIdentity, keyGrants(aws(otherAccount))), PartKeyPolicy},
		{"state", func(r *Request) { r.Key.State = "Disabled" }, PartKeyState},
		{"permission before state", all(nobodysIdentity, func(r *Request) { r.Key.State = "Disabled" }), PartIdentity},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := keyRequest()
			row.change(r)
			d := Evaluate(r)
			if f, ok := d.Behind(); !ok || f.Layer != KMS || f.Part != row.part {
				t.Errorf("got the words of %+v, want part %s", f, row.part)
			}
			for _, part := range []string{PartIdentity, PartKeyPolicy, PartKeyState} {
				finding(t, &d, KMS, part)
			}
		})
	}
}
