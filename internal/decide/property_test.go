package decide

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/rounds"
)

// go test ./internal/decide -run Generated -v -cases 50000 prints the rate over as many cases.
// With -write FILE they are also written down, for s3fault decide.
var (
	cases = flag.Int("cases", rounds.Of(1000, 100_000), "how many generated cases each test decides")
	write = flag.String("write", "", "the file that TestGeneratedCasesInOneRun writes its cases to")
)

func forEachDraft(t *testing.T, property func(t *testing.T, g *rand.Rand, d *draft, before Answer)) {
	t.Helper()
	decider := New()
	for seed := range uint64(*cases) {
		g := rand.New(rand.NewPCG(seed, 11))
		d := newDraft(g)
		property(t, g, d, answered(t, decider, d))
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, d.line("failed"))
		}
	}
}

func answered(t *testing.T, decider *Decider, d *draft) Answer {
	t.Helper()
	a := decider.Decide(d.line("x"))
	if a.Error != "" {
		t.Fatalf("%s: %s", d.line("x"), a.Error)
	}
	return a
}

// The generator is worth something only if it reaches every verdict, and every layer of which a case can speak.
func TestGeneratedCasesReachEverything(t *testing.T) {
	verdicts, layers := map[authz.Verdict]int{}, map[authz.Layer]int{}
	forEachDraft(t, func(_ *testing.T, _ *rand.Rand, _ *draft, a Answer) {
		verdicts[a.Decision]++
		for _, l := range a.DeniedBy {
			layers[l]++
		}
	})
	for _, v := range []authz.Verdict{authz.Allowed, authz.ImplicitlyDenied, authz.ExplicitlyDenied} {
		if verdicts[v] < *cases/20 {
			t.Errorf("%d of %d cases are %s", verdicts[v], *cases, v)
		}
	}
	for _, l := range deniable {
		if layers[l] == 0 {
			t.Errorf("no case is denied by %s", l)
		}
	}
	for l := range layers {
		if !slices.Contains(deniable, l) {
			t.Errorf("a case is denied by %s", l)
		}
	}
}

// deniable are the layers of which a case can speak.
var deniable = []authz.Layer{authz.SCP, authz.RCP, authz.VPCEndpoint, authz.Identity, authz.PermissionsBoundary, authz.Session, authz.TrustPolicy,
	authz.BucketPolicy, authz.BlockPublicAccess, authz.KMS}

func sameDecision(a, b Answer) bool {
	return a.Decision == b.Decision && slices.Equal(a.DeniedBy, b.DeniedBy)
}

func TestOrderDoesNotMatter(t *testing.T) {
	decider := New()
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, before Answer) {
		d.shuffle(g)
		if after := answered(t, decider, d); !sameDecision(before, after) {
			t.Errorf("%s by %q, reordered %s by %q", before.Decision, before.DeniedBy, after.Decision, after.DeniedBy)
		}
	})
}

func TestAddingADenyNeverAllowsMore(t *testing.T) {
	decider, changed := New(), 0
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, before Answer) {
		d.insert(g, "Deny")
		after := answered(t, decider, d)
		if before.Decision != authz.Allowed && after.Decision == authz.Allowed {
			t.Errorf("%s by %q became %s", before.Decision, before.DeniedBy, after.Decision)
		}
		if before.Decision == authz.ExplicitlyDenied && after.Decision != authz.ExplicitlyDenied {
			t.Errorf("an explicit deny was lost: %s", after.Decision)
		}
		if before.Decision != after.Decision {
			changed++
		}
	})
	if changed == 0 {
		t.Error("no added Deny ever mattered")
	}
}

// RestrictPublicBuckets is aside: an Allow can make a policy public.
func TestAddingAnAllowNeverDeniesMore(t *testing.T) {
	decider, changed := New(), 0
	forEachDraft(t, func(t *testing.T, g *rand.Rand, d *draft, _ Answer) {
		d.restrict = false
		before := answered(t, decider, d)
		d.insert(g, "Allow")
		after := answered(t, decider, d)
		if before.Decision == authz.Allowed && after.Decision != authz.Allowed {
			t.Errorf("%s became %s by %q", before.Decision, after.Decision, after.DeniedBy)
		}
		if before.Decision != after.Decision {
			changed++
		}
	})
	if changed == 0 {
		t.Error("no added Allow ever mattered")
	}
}

// One run over all cases gives the answers that each case has by itself, whatever the order of cases.
func TestGeneratedCasesInOneRun(t *testing.T) {
	lines := make([][]byte, *cases)
	for seed := range lines {
		lines[seed] = newDraft(rand.New(rand.NewPCG(uint64(seed), 11))).line(fmt.Sprint(seed))
	}
	if *write != "" {
		if err := os.WriteFile(*write, bytes.Join(lines, []byte("\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	begin := time.Now()
	forward := answersByID(t, lines)
	took := time.Since(begin)
	t.Logf("%d cases in %v, %.0f a second", len(lines), took, float64(len(lines))/took.Seconds())
	mix(rand.New(rand.NewPCG(1, 1)), lines)
	shuffled := answersByID(t, lines)
	for id, answer := range forward {
		if shuffled[id] != answer {
			t.Fatalf("case %s: %s\nin another order: %s", id, answer, shuffled[id])
		}
	}
}

func answersByID(t *testing.T, lines [][]byte) map[string]string {
	t.Helper()
	var out bytes.Buffer
	if err := Run(t.Context(), bytes.NewReader(bytes.Join(lines, []byte("\n"))), &out); err != nil {
		t.Fatal(err)
	}
	byID := map[string]string{}
	for line := range strings.Lines(out.String()) {
		id, rest, ok := strings.Cut(strings.TrimPrefix(line, `{"id":"`), `"`)
		if !ok || strings.HasPrefix(rest, `,"error"`) {
			t.Fatalf("answer %s", line)
		}
		byID[id] = rest
	}
	if len(byID) != len(lines) {
		t.Fatalf("%d answers to %d cases", len(byID), len(lines))
	}
	return byID
}

// BenchmarkDecide decides generated cases in one run, of policies that it has not seen.
func BenchmarkDecide(b *testing.B) {
	lines := make([][]byte, 1000)
	for seed := range lines {
		lines[seed] = newDraft(rand.New(rand.NewPCG(uint64(seed), 11))).line(fmt.Sprint(seed))
	}
	in := bytes.Join(lines, []byte("\n"))
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		var out bytes.Buffer
		if err := Run(b.Context(), bytes.NewReader(in), &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(lines))/b.Elapsed().Seconds(), "cases/s")
}
