package lesson

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// nothingWrong is the scenario that has no cause.
const nothingWrong = "plain"

// TestOneCause: whatever a scenario expects to be refused, one layer refuses, the
// same in every call and in all responses that it is played in; and with the cure it is tried again.
func TestOneCause(t *testing.T) {
	file := library(t)
	for _, name := range file.Names() {
		sc, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		if layers := layersOf(t, sc); len(layers) != 1 && name != nothingWrong {
			t.Errorf("%s: refused by %q, wanted exactly one layer", name, layers)
		}
		if len(sc.AfterFix) == 0 && name != nothingWrong {
			t.Errorf("%s has no after_fix", name)
		}
	}
}

// layersOf are the layers that refuse what the scenario expects, each once. Every
// refusal has to name its layer.
func layersOf(t *testing.T, sc *scenarios.Scenario) []string {
	t.Helper()
	var layers []string
	for i, c := range sc.Expect {
		for _, responses := range sc.PlayedIn() {
			want := c.Want.In(responses)
			switch {
			case want.Layer != "" && want.Status >= 300:
				layers = append(layers, want.Layer)
			case want.Status == 403:
				t.Errorf("%s: expect[%d] is a refusal without a layer (%s)", sc.Name, i, responses)
			}
		}
	}
	slices.Sort(layers)
	return slices.Compact(layers)
}

var readmeRow = regexp.MustCompile("^\\| `([a-z0-9-]+)` \\|.* \\| ([a-z-]*) ?\\|$")

// TestReadmeTable: the README has a row for every scenario, in the order of the
// library, and its last column is the layer that refuses.
func TestReadmeTable(t *testing.T) {
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	layers := map[string]string{}
	for _, line := range strings.Split(string(content), "\n") {
		if m := readmeRow.FindStringSubmatch(line); m != nil {
			names = append(names, m[1])
			layers[m[1]] = m[2]
		}
	}
	file := library(t)
	if !slices.Equal(names, file.Names()) {
		t.Fatalf("the README's table has %q\nthe library has %q", names, file.Names())
	}
	for _, name := range names {
		sc, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != nothingWrong && !slices.Equal(layersOf(t, sc), []string{layers[name]}) {
			t.Errorf("README: %s is refused by %q, not by %q", name, layersOf(t, sc), layers[name])
		}
	}
}
