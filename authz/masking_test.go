package authz

import (
	"slices"
	"testing"
)

// listing is the question that decides between 404 and 403 for a missing object.
func listing() *Request {
	r := allowedRequest()
	r.Action, r.Resource = "s3:ListBucket", "arn:aws:s3:::my-bucket"
	r.Missing = &Missing{Masked: true, Name: "no-such-key"}
	return r
}

func TestMaskedObject(t *testing.T) {
	expired := func(r *Request) { r.Authentication = &Refusal{Detail: "expired"} }
	byMasking := []Layer{Masking}
	verify(t, "authorization.md 6", listing, []row{
		{name: "who may list is told", change: all()},
		{name: "who may not list is not", change: nobodysIdentity, deniedBy: byMasking},
		{name: "who is denied to list is not", change: func(r *Request) { r.BucketPolicy = named("my-bucket", refusing(`"*"`)) }, deniedBy: byMasking, explicit: true},
		{name: "two layers refuse the list", change: all(nobodysIdentity, ownedByOther), deniedBy: byMasking},
		{name: "nothing is hidden", change: func(r *Request) { r.Identity, r.Missing.Masked = nil, false }, deniedBy: []Layer{Identity}},
		{name: "authentication comes first", change: expired, deniedBy: []Layer{Authentication}, explicit: true},
		{name: "authentication comes first, masking stays in the way", change: all(expired, nobodysIdentity), deniedBy: []Layer{Authentication, Masking}, explicit: true},
	})
}

func TestMaskedObjectHasTheWordsOfItsReason(t *testing.T) {
	r := listing()
	r.Identity = nil
	d := Evaluate(r)
	if f, ok := d.Behind(); !ok || f.Layer != Identity || f.Effect != ImplicitDeny {
		t.Errorf("the reply would speak of %+v, want identity", f)
	}
	if f := finding(t, &d, Masking, ""); f.Effect != ImplicitDeny || f.Detail == "" {
		t.Errorf("masking says %+v", f)
	}
}

func TestMissingBucket(t *testing.T) {
	gone := func() *Request {
		r := allowedRequest()
		r.ResourceAccount, r.Missing = "", &Missing{Bucket: true, Name: "nobodys-bucket"}
		return r
	}
	masked := func(r *Request) { r.Missing.Masked = true }
	verify(t, `authorization.md 6; interface.md "responses"`, gone, []row{
		{name: "no layer has anything to say", change: all(nobodysIdentity, func(r *Request) {
			r.SCPs, r.Endpoint, r.Ownership = []Level{level("root", denyEverything)}, list("vpce-1", denyEverything), &Ownership{Mode: "BucketOwnerEnforced"}
		})},
		{name: "anonymous", change: func(r *Request) { r.Principal = anonymous() }},
		{name: "masked", change: masked, deniedBy: []Layer{Masking}},
		{name: "masked, the policies are not asked", change: all(masked, nobodysIdentity), deniedBy: []Layer{Masking}},
		{name: "authentication comes first", change: all(masked, func(r *Request) { r.Authentication = &Refusal{} }), deniedBy: []Layer{Authentication, Masking}, explicit: true},
		{name: "region comes first", change: func(r *Request) { r.Region = &Refusal{} }, deniedBy: []Layer{Region}, explicit: true},
		{name: "the form comes first", change: func(r *Request) { r.RequestForm = &Refusal{} }, deniedBy: []Layer{RequestForm}, explicit: true},
	})
	r := gone()
	masked(r)
	d := Evaluate(r)
	if f, _ := d.Behind(); f.Layer != Masking {
		t.Errorf("the reply would speak of %+v, want masking", f)
	}
}

func TestNobodyNamed(t *testing.T) {
	unnamed := func() *Request {
		r := allowedRequest()
		r.Principal = nil
		r.SCPs, r.RCPs, r.Endpoint = []Level{level("root", denyEverything)}, []Level{level("root", refusing(`"*"`))}, list("vpce-1", denyEverything)
		r.BucketPolicy, r.Ownership = named("my-bucket", refusing(`"*"`)), &Ownership{Mode: "BucketOwnerEnforced"}
		return r
	}
	verify(t, "s3-errors.md 1", unnamed, []row{
		{name: "unknown key", change: func(r *Request) { r.Authentication = &Refusal{Detail: "unknown access key"} }, deniedBy: []Layer{Authentication}, explicit: true},
		{name: "wrong region", change: func(r *Request) { r.Region = &Refusal{} }, deniedBy: []Layer{Region}, explicit: true},
		{name: "never authenticated", change: all(), deniedBy: []Layer{Authentication}, explicit: true},
		{name: "never authenticated, key", change: func(r *Request) { r.Key = &Key{Account: ownAccount} }, deniedBy: []Layer{Authentication}, explicit: true},
	})
}

// TestCause puts several reasons behind each other: every one is listed, in the
// order in which S3 would name them.
func TestCause(t *testing.T) {
	everyDeny := func(r *Request) {
		r.Identity = list("identity", denyEverything)
		r.Boundaries, r.Session = list("boundary", denyEverything), limited(denyEverything)
		r.SCPs, r.RCPs = []Level{level("root", denyEverything)}, []Level{level("root", refusing(`"*"`))}
		r.Endpoint, r.BucketPolicy = list("vpce-1", denyEverything), named("my-bucket", refusing(`"*"`))
		r.Ownership = &Ownership{Mode: "BucketOwnerEnforced"}
	}
	denies := []Layer{RCP, SCP, VPCEndpoint, BucketPolicy, Identity, PermissionsBoundary, Session, ObjectOwnership}
	everySilence := func(r *Request) {
		r.ResourceAccount = otherAccount
		r.Identity, r.SCPs = nil, []Level{level("root", allowNothing)}
		r.Boundaries, r.Session, r.Endpoint = list("boundary", allowNothing), limited(allowNothing), list("vpce-1", allowNothing)
	}
	silences := []Layer{SCP, VPCEndpoint, Identity, PermissionsBoundary, Session, BucketPolicy}
	refusals := func(beforeRegion bool) func(*Request) {
		return func(r *Request) {
			r.Authentication = &Refusal{BeforeRegion: beforeRegion}
			r.Region, r.RequestForm = &Refusal{}, &Refusal{}
		}
	}
	silentWith := func(l Layer) []Layer { return slices.Concat([]Layer{l}, silences) }
	verify(t, "authorization.md 1.1 (chart), 1.5; s3-errors.md 1", allowedRequest, []row{
		{name: "explicit denies", change: everyDeny, deniedBy: denies, explicit: true},
		{name: "implicit denies", change: everySilence, deniedBy: silences},
		{name: "ownership before implicit denies", change: all(everySilence, func(r *Request) {
			r.Ownership = &Ownership{Mode: "BucketOwnerEnforced"}
		}), deniedBy: silentWith(ObjectOwnership), explicit: true},
		{name: "a late explicit deny before implicit ones", change: all(everySilence, func(r *Request) {
			r.BucketPolicy = named("my-bucket", refusing(`"*"`))
		}), deniedBy: []Layer{BucketPolicy, SCP, VPCEndpoint, Identity, PermissionsBoundary, Session}, explicit: true},
		{name: "the signature is unreadable", change: all(everyDeny, refusals(true)), deniedBy: slices.Concat([]Layer{Authentication, Region, RequestForm}, denies), explicit: true},
		{name: "the region before the signature's proof", change: all(everyDeny, refusals(false)), deniedBy: slices.Concat([]Layer{Region, Authentication, RequestForm}, denies), explicit: true},
	})
	verify(t, "authorization.md 4", keyRequest, []row{
		{name: "guardrails before the key", change: func(r *Request) {
			r.Key.State, r.SCPs = "Disabled", []Level{level("root", allowNothing)}
		}, deniedBy: []Layer{SCP, KMS}, explicit: true},
	})
}
