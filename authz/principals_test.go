package authz

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

// limits are facts that each refuse the request of anybody whom they bind. The
// bucket policy names everybody, so that nobody is refused for want of an Allow.
var limits = map[string]func(*Request){
	"SCP":      func(r *Request) { r.SCPs = []Level{level("root", denyEverything)} },
	"RCP":      func(r *Request) { r.RCPs = []Level{level("root", refusing(`"*"`))} },
	"endpoint": func(r *Request) { r.Endpoint = list("vpce-1", allowNothing) },
	"identity": func(r *Request) { r.Identity = list("identity", denyEverything) },
	"boundary": func(r *Request) { r.Boundaries = list("boundary", denyEverything) },
	"session":  func(r *Request) { r.Session = limited(denyEverything) },
	"bucket policy": func(r *Request) {
		r.BucketPolicy = named("my-bucket", granting(`"*"`), refusing(`"*"`))
	},
	"RestrictPublicBuckets": func(r *Request) { r.RestrictPublicBuckets = true },
	"requester pays":        func(r *Request) { r.Payment = &Payment{} },
	"expected owner":        func(r *Request) { r.ExpectedOwner = thirdAccount },
	"object ownership":      func(r *Request) { r.Ownership = &Ownership{Mode: bucketOwnerEnforced} },
	"object lock":           func(r *Request) { r.Lock = &Lock{Mode: Compliance} },
	"BlockPublicAcls":       func(r *Request) { r.BlockedACL = true },
}

// everybodyIsBound names the limits that spare nobody.
var everybodyIsBound = []string{"endpoint", "bucket policy", "expected owner", "object ownership", "object lock", "BlockPublicAcls"}

func TestWhoIsBoundByWhat(t *testing.T) {
	inIAM := []string{"SCP", "RCP", "identity", "boundary", "session"}
	for _, row := range []struct {
		name    string
		who     *policy.Principal
		foreign bool // the bucket is another account's
		bound   []string
	}{
		{"user", user(), false, inIAM},
		{"role session", roleSession(), false, inIAM},
		{"federated user", federated(), false, inIAM},
		{"root", root(), false, []string{"SCP", "RCP"}},
		{"service-linked role", serviceLinked(), false, []string{"identity", "boundary", "session"}},
		{"user of another account", user(), true, append([]string{"RestrictPublicBuckets", "requester pays"}, inIAM...)},
		{"root of another account", root(), true, []string{"SCP", "RCP", "RestrictPublicBuckets", "requester pays"}},
		{"anonymous", anonymous(), false, []string{"RCP", "RestrictPublicBuckets", "requester pays"}},
		{"service", service(), false, []string{"RCP", "requester pays"}},
	} {
		for limit, apply := range limits {
			r := allowedRequest()
			all(as(row.who), bucketGrants(`"*"`))(r)
			if row.foreign {
				ownedByOther(r)
			}
			if d := Evaluate(r); d.Denied() {
				t.Fatalf("%s: unlimited, and denied by %q", row.name, d.DeniedBy)
			}
			apply(r)
			want := slices.Contains(row.bound, limit) || slices.Contains(everybodyIsBound, limit)
			if d := Evaluate(r); d.Denied() != want {
				t.Errorf("%s, %s: denied is %v by %q", row.name, limit, d.Denied(), d.DeniedBy)
			}
		}
	}
}
