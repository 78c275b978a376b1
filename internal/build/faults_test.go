package build_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/scenarios"
)

// faultFile is a world with fault rules; the place of what is put at its end is line 6.
const faultFile = `version: 1
scenarios:
  w:
    title: faults
    seed: 3
    faults: `

func faultScenario(t *testing.T, rules string) *scenarios.Scenario {
	t.Helper()
	f, err := scenarios.Parse("f.yaml", []byte(faultFile+rules))
	if err != nil {
		t.Fatal(err)
	}
	return scenario(t, f, "w")
}

// What is wrong with a rule in a file is told with its place there, in a patch with its
// place in the patch.
func TestBadFaults(t *testing.T) {
	_, err := scenarios.Parse("f.yaml", []byte(faultFile+`[{match: {operation: PutObjekt}, effect: pass}]`))
	says(t, err, `f.yaml:6:34: unknown operation "PutObjekt" (did you mean "PutObject"?)`)
	withSet := strings.Replace(faultFile, "scenarios:", "fault_sets: {s: [{effect: {latncy: 1s}}]}\nscenarios:", 1)
	_, err = scenarios.Parse("f.yaml", []byte(withSet+"[]"))
	says(t, err, `f.yaml:2:28: unknown key "latncy" in a fault effect (did you mean "latency"?)`)
	s := faultScenario(t, `[{use: lost-answer}]`)
	patch := `{"faults": [{"match": {"caller": "nobody"}, "effect": "pass"}]}`
	_, err = build.Of(s).Patch(build.Options{}, built(t, s), []byte(patch))
	says(t, err, `patch:1:34: unknown caller "nobody"`)
}

// Limits are described as they were written, and what is wrong with them is told.
func TestLimits(t *testing.T) {
	s := faultScenario(t, "[]\n    limits: {prefix: {reads: 5, writes: 3, depth: 2}}")
	m := patched(t, s, built(t, s), `{"region": "eu-west-1"}`)
	if n := describedTree(t, m).Get("limits"); n == nil || m.Faults.Empty() {
		t.Errorf("the world's limits are %v", n)
	}
	if m = patched(t, s, m, `{"limits": null}`); !m.Faults.Empty() {
		t.Error("limits that are taken away still hold")
	}
	for text, want := range map[string]string{
		`{prefx: {reads: 1}}`:              `f.yaml:7:14: unknown key "prefx" in a list of limits (did you mean "prefix"?)`,
		`{prefix: {depth: 1}}`:             "f.yaml:7:22: limits of a prefix are of its reads, its writes, or both",
		`{prefix: {reads: 0}}`:             "f.yaml:7:30: a number from 1 on is wanted here, not 0",
		`{prefix: {reads: 1, depth: 600}}`: "f.yaml:7:40: the depth of a prefix is from 1 to 512, not 600",
	} {
		_, err := scenarios.Parse("f.yaml", []byte(faultFile+"[]\n    limits: "+text))
		says(t, err, want)
	}
}

func says(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A patch keeps the counters of the rules that stay, a set of rules that replaces all
// keeps none, and neither touches the seed.
func TestWhichFaultsStay(t *testing.T) {
	s := faultScenario(t, `[{name: a, effect: pass}, {name: b, effect: pass}]`)
	before := built(t, s)
	after := patched(t, s, before, `{"faults": [{"name": "b", "effect": "pass"},
		{"name": "a", "effect": "pass", "must_fire": true}]}`)
	if was, is := before.Faults.Find("b"), after.Faults.Find("b"); was != is {
		t.Error("b, which stays, has counters of its own")
	}
	if was, is := before.Faults.Find("a"), after.Faults.Find("a"); was == is {
		t.Error("a, which is another, has the counters of the one before")
	}
	n, err := fault.Parse("f", []byte(`[{name: b, effect: pass}]`))
	if err != nil {
		t.Fatal(err)
	}
	change, err := build.Of(s).SetFaults(before, n)
	if err != nil || change.Faults.Find("b") == before.Faults.Find("b") {
		t.Errorf("set: b has the counters of the one before: %v", err)
	}
	if change.Faults.Seed != 3 || after.Faults.Seed != 3 {
		t.Errorf("the seed became %d and %d", change.Faults.Seed, after.Faults.Seed)
	}
}

// Faults can be taken away by a patch; the world is described without them then.
func TestPatchTakesFaultsAway(t *testing.T) {
	s := faultScenario(t, `[{name: a, effect: pass}]`)
	for _, patch := range []string{`{"faults": null}`, `{"faults": []}`} {
		after := patched(t, s, built(t, s), patch)
		if n := describedTree(t, after); len(after.Faults.All()) != 0 || n.Get("faults") != nil {
			t.Errorf("%s left %v", patch, n.Get("faults"))
		}
	}
}

func describedTree(t *testing.T, m *store.Moment) *tree.Node {
	t.Helper()
	n, err := tree.ParseJSON("world", []byte(describedJSON(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
