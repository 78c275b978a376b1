package authz

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// others are the layers in the way, without one.
func others(d *Decision, l Layer) []Layer {
	return slices.DeleteFunc(slices.Clone(d.DeniedBy), func(other Layer) bool { return other == l })
}

// Without one Deny the same other layers are in the way, neither more nor fewer: what
// `why` says of who would say no next is what comes of it.
func TestWhoWouldSayNoNext(t *testing.T) {
	left := map[Layer]int{}
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, before Decision) {
		if before.Verdict != ExplicitlyDenied {
			d.insert(g, "Deny")
			before = Evaluate(d.request())
		}
		for l, policies := range d.layered() {
			for _, statements := range policies {
				for i, s := range *statements {
					if !strings.Contains(s, `"Effect":"Deny"`) {
						continue
					}
					whole := *statements
					*statements = slices.Delete(slices.Clone(whole), i, i+1)
					after := Evaluate(d.request())
					*statements = whole
					if !slices.Equal(others(&before, l), others(&after, l)) {
						t.Fatalf("denied by %q; without %s of %s by %q", before.DeniedBy, s, l, after.DeniedBy)
					}
					if before.Denied() && !after.Denied() {
						left[l]++
					}
				}
			}
		}
	})
	if len(left) < 4 {
		t.Errorf("a Deny was all that was in the way in %v only", left)
	}
}

// Without RestrictPublicBuckets the same other layers are in the way, too.
func TestWhoWouldSayNoWithoutRestrictPublicBuckets(t *testing.T) {
	left := 0
	forEachDraft(t, func(t *testing.T, _ *rand.Rand, d *draft, _ Decision) {
		r := d.request()
		r.RestrictPublicBuckets = true
		before := Evaluate(r)
		r.RestrictPublicBuckets = false
		after := Evaluate(r)
		if !slices.Equal(others(&before, BlockPublicAccess), others(&after, BlockPublicAccess)) {
			t.Fatalf("denied by %q, without RestrictPublicBuckets by %q", before.DeniedBy, after.DeniedBy)
		}
		if before.Denied() && slices.Contains(after.DeniedBy, BlockPublicAccess) {
			left++
		}
	})
	if left == 0 {
		t.Error("no ACL was ignored beside RestrictPublicBuckets")
	}
}

// What a Deny's own policy allows beside it is made good as if the Deny were not there
// (authorization.md cause 10).
func TestAllowBesideADeny(t *testing.T) {
	beside := func(principal string) func(*Request) {
		return func(r *Request) { r.BucketPolicy = named("my-bucket", granting(principal), refusing(`"*"`)) }
	}
	verify(t, "authorization.md 1.3", allowedRequest, []row{
		{name: "the user is named beside the Deny", change: all(nobodysIdentity, beside(aws(userARN))), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "the account is named beside the Deny", change: all(nobodysIdentity, beside(aws(ownAccount))), deniedBy: []Layer{BucketPolicy, Identity}, explicit: true},
		{name: "nobody is named beside the Deny", change: all(nobodysIdentity, func(r *Request) { r.BucketPolicy = named("my-bucket", refusing(`"*"`)) }),
			deniedBy: []Layer{BucketPolicy, Identity}, explicit: true},
		{name: "the role is named, its session is silent", change: all(asRole, sessionIsSilent, beside(aws(roleARN))), deniedBy: []Layer{BucketPolicy, Session}, explicit: true},
		{name: "the user is named, what scoped its session is silent", change: all(boundaryIsSilent, sessionIsSilent, beside(aws(userARN))), deniedBy: []Layer{BucketPolicy, Session}, explicit: true},
		{name: "the session is named, its policy is silent", change: all(asRole, nobodysIdentity, sessionIsSilent, beside(aws(sessionARN))), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "the user is named, its boundary is silent", change: all(boundaryIsSilent, beside(aws(userARN))), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "another account's bucket, beside the Deny an ACL that is silent", change: all(ownedByOther, aclsEnabled, beside(aws(userARN))), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "another account's bucket, identity silent", change: all(ownedByOther, nobodysIdentity, beside(aws(userARN))), deniedBy: []Layer{BucketPolicy, Identity}, explicit: true},
		{name: "an SCP is silent", change: all(beside(aws(userARN)), func(r *Request) { r.SCPs = []Level{level("root", allowNothing)} }), deniedBy: []Layer{BucketPolicy, SCP}, explicit: true},
		{name: "another account's object, which the policy cannot give", change: all(ownedByOther, aclsEnabled, func(r *Request) {
			r.Object = &Object{Owner: thirdAccount}
		}, beside(aws(userARN))), deniedBy: []Layer{BucketPolicy, ACLs}, explicit: true},
	})
	verify(t, "authorization.md 4", keyRequest, []row{
		{name: "the key's policy names the user beside the Deny", change: all(nobodysIdentity, func(r *Request) {
			r.Key.Policy = named("default", granting(aws(userARN)), refusing(`"*"`))
		}), deniedBy: []Layer{KMS}, explicit: true},
	})
	verify(t, `IAM User Guide, "Roles terms and concepts"`, trusting, []row{
		{name: "the trust policy names the user beside the Deny", change: all(nobodysIdentity, func(r *Request) {
			r.Trust = named("trust policy", granting(aws(userARN)), refusing(`"*"`))
		}), deniedBy: []Layer{TrustPolicy}, explicit: true},
	})
}

// Who is made good stands not among the findings in the way.
func TestInTheWay(t *testing.T) {
	r := keyRequest()
	nobodysIdentity(r)
	r.Key.Policy = named("default", granting(aws(userARN)), refusing(`"*"`))
	d := Evaluate(r)
	if way := d.InTheWay(); len(way) != 1 || way[0].Part != PartKeyPolicy {
		t.Errorf("in the way: %+v", way)
	}
	if way := new(Decision).InTheWay(); len(way) != 0 {
		t.Errorf("in the way of a Decision that nobody made: %+v", way)
	}
}
