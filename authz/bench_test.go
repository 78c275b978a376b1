package authz

import (
	"fmt"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

// sixLayers is the decision of six layers with ten policies of five statements;
// the last statement of each allows, and nothing before it matches.
func sixLayers() *Request {
	filler := func(i int) string {
		return fmt.Sprintf(`{"Sid":"S%d","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::bucket-%d/*","Condition":{"StringEquals":{"aws:PrincipalAccount":"%s"}}}`, i, i, ownAccount)
	}
	five := func(last string) []string {
		return []string{filler(0), filler(1), filler(2), filler(3), last}
	}
	toAll := `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::my-bucket/*"}`
	r := allowedRequest()
	r.Principal = roleSession()
	r.Context = policy.NewContext()
	r.Context.Set("aws:PrincipalAccount", ownAccount)
	r.Identity = nil
	for range 4 {
		r.Identity = append(r.Identity, *named("identity", five(allowEverything)...))
	}
	r.Boundaries, r.Session = list("boundary", five(allowEverything)...), limited(five(allowEverything)...)
	r.SCPs = []Level{level("root", five(allowEverything)...), level("account", five(allowEverything)...)}
	r.Endpoint = list("vpce-1", five(toAll)...)
	r.BucketPolicy = named("my-bucket", five(toAll)...)
	return r
}

// BenchmarkEvaluate is an allowed decision of six layers with 50 statements.
func BenchmarkEvaluate(b *testing.B) { benchmark(b, sixLayers(), Allowed) }

// BenchmarkPolicy is one policy of five statements, of which the last allows.
func BenchmarkPolicy(b *testing.B) {
	r := sixLayers()
	p := r.Identity[0].Policy
	asked := policy.Request{Principal: r.Principal, Action: r.Action, Resource: r.Resource, Context: r.Context}
	if m := p.Match(&asked); m.Allow != p.Len()-1 || p.Len() != 5 {
		b.Fatalf("%+v of %d statements", m, p.Len())
	}
	b.ReportAllocs()
	for b.Loop() {
		p.Match(&asked)
	}
}

func BenchmarkEvaluateExplicitlyDenied(b *testing.B) {
	r := sixLayers()
	r.BucketPolicy = named("my-bucket", refusing(`"*"`))
	benchmark(b, r, ExplicitlyDenied)
}

func BenchmarkEvaluateImplicitlyDenied(b *testing.B) {
	r := sixLayers()
	r.Resource = "arn:aws:s3:::other-bucket/file.txt"
	r.Identity = list("identity", allowNothing)
	benchmark(b, r, ImplicitlyDenied)
}

// BenchmarkEvaluatePolicies shows how the time grows with what there is to read:
// each policy has five statements.
func BenchmarkEvaluatePolicies(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		r := allowedRequest()
		one := sixLayers().Identity[0]
		r.Context, r.Identity = sixLayers().Context, slices.Repeat([]Named{one}, n)
		b.Run(fmt.Sprintf("policies=%d", n), func(b *testing.B) { benchmark(b, r, Allowed) })
	}
}

func benchmark(b *testing.B, r *Request, want Verdict) {
	if d := Evaluate(r); d.Verdict != want {
		b.Fatalf("the request is %s by %q, want %s", d.Verdict, d.DeniedBy, want)
	}
	b.ReportAllocs()
	for b.Loop() {
		Evaluate(r)
	}
}

// A decision allocates for its findings, whatever the number of statements; only
// an explained no tells of each statement that it missed.
func TestDecisionAllocatesNothingPerStatement(t *testing.T) {
	denied := func() *Request {
		r := sixLayers()
		r.BucketPolicy = named("my-bucket", refusing(`"*"`))
		return r
	}
	for name, request := range map[string]func() *Request{"allowed": sixLayers, "explicitly denied": denied} {
		few, many := request(), request()
		for range 50 {
			many.Identity = append(many.Identity, many.Identity[0])
		}
		count := func(r *Request) float64 { return testing.AllocsPerRun(20, func() { Evaluate(r) }) }
		if a, b := count(few), count(many); a != b {
			t.Errorf("%s: %v allocations with 4 identity policies, %v with 54", name, a, b)
		}
	}
}
