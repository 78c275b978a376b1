//go:build !race

package authz

import "testing"

// A decision with its findings takes two pieces of memory, however many policies it is of: the findings, and the
// names of the statements that decided. The race detector would count its own.
func TestAllocations(t *testing.T) {
	denied := sixLayers()
	denied.BucketPolicy = named("my-bucket", refusing(`"*"`))
	bare := allowedRequest()
	bare.Principal, bare.Identity, bare.BucketPolicy = roleSession(), list("identity", allowEverything), nil
	for _, row := range []struct {
		name    string
		request *Request
		verdict Verdict
		want    float64
	}{
		{"six layers, 50 statements", sixLayers(), Allowed, 2},
		{"one policy", bare, Allowed, 2},
		{"an explicit deny", denied, ExplicitlyDenied, 4},
	} {
		if d := Evaluate(row.request); d.Verdict != row.verdict {
			t.Errorf("%s: %s by %q", row.name, d.Verdict, d.DeniedBy)
		}
		if n := testing.AllocsPerRun(100, func() { Evaluate(row.request) }); n != row.want {
			t.Errorf("%s: %v allocations, want %v", row.name, n, row.want)
		}
		if n := testing.AllocsPerRun(100, func() { Allows(row.request) }); n != 0 {
			t.Errorf("%s: Allows allocates %v times", row.name, n)
		}
	}
}
