package authz

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestAllowsIsEvaluatesVerdict(t *testing.T) {
	forEachDraft(t, func(t *testing.T, _ *rand.Rand, d *draft, before Decision) {
		if got := Allows(d.request()); got != (before.Verdict == Allowed) {
			t.Errorf("Allows says %v, Evaluate %s by %q", got, before.Verdict, before.DeniedBy)
		}
	})
	for l, request := range aloneInTheWay {
		if Allows(request()) {
			t.Errorf("it allows what %s refuses", l)
		}
	}
	if Allows(&Request{}) || Allows(NewRequest("", "", Requester{Principal: anonymous()}, Target{})) {
		t.Error("it allows an empty question")
	}
}

// Decide has of a Decision what an answer needs, as Evaluate has it.
func TestDecideIsEvaluatesInBrief(t *testing.T) {
	holds := func(t *testing.T, r *Request, whole Decision) {
		t.Helper()
		d := Decide(r)
		if d.Verdict != whole.Verdict || d.Cause != whole.Cause || !slices.Equal(d.DeniedBy, whole.DeniedBy) ||
			d.Action != whole.Action || d.Resource != whole.Resource {
			t.Errorf("Decide says %+v, Evaluate %+v", d, whole)
		}
		brief, is := d.Behind()
		f, was := whole.Behind()
		f.Compared, f.Misses, f.Detail, brief.Detail = nil, nil, "", ""
		if is != was || !reflect.DeepEqual(brief, f) || len(d.Findings) > 1 || d.Denied() != (len(d.Findings) == 1) {
			t.Errorf("behind it is\n%+v, Evaluate has\n%+v", brief, f)
		}
	}
	forEachDraft(t, func(t *testing.T, _ *rand.Rand, d *draft, before Decision) { holds(t, d.request(), before) })
	for _, request := range aloneInTheWay {
		holds(t, request(), Evaluate(request()))
	}
	beside := sixLayers() // an Allow, and a Deny of a policy behind it
	beside.Identity = append(beside.Identity, *named("last", refusing(`"*"`)))
	holds(t, beside, Evaluate(beside))
}

// A question of which nobody reads the reasons costs no memory, whoever allows it.
func TestAllowsAllocatesNothing(t *testing.T) {
	byACL := func() *Request {
		r := allowedRequest()
		all(ownedByOther, aclsEnabled, onObject(grant(group(AuthenticatedUsers), Read)))(r)
		return r
	}
	byGrant := func() *Request {
		r := keyRequest()
		withGrant(to(userARN))(r)
		return r
	}
	refused := func() *Request {
		r := sixLayers()
		r.BucketPolicy = named("my-bucket", refusing(`"*"`))
		return r
	}
	for name, request := range map[string]func() *Request{"policies": sixLayers, "an ACL": byACL, "a key's grant": byGrant, "a Deny": refused} {
		r := request()
		if n := testing.AllocsPerRun(50, func() { Allows(r) }); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkAllows(b *testing.B) {
	r := sixLayers()
	if !Allows(r) {
		b.Fatal("the request is denied")
	}
	b.ReportAllocs()
	for b.Loop() {
		Allows(r)
	}
}

func BenchmarkAllowsDenied(b *testing.B) {
	r := sixLayers()
	r.BucketPolicy = named("my-bucket", refusing(`"*"`))
	b.ReportAllocs()
	for b.Loop() {
		Allows(r)
	}
}
