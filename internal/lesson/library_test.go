package lesson

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/authz"
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

// ownRefusals are the codes of a 403 that no layer says: the operation itself does, whoever asks.
var ownRefusals = []string{"InvalidObjectState"}

// layersOf are the layers that refuse what the scenario expects, each once. Every
// refusal has to name its layer; what a rule makes of an answer is the layer fault's, and
// may be a success that is none.
func layersOf(t *testing.T, sc *scenarios.Scenario) []string {
	t.Helper()
	var layers []string
	for i, c := range sc.Expect {
		for _, responses := range sc.PlayedIn() {
			for _, want := range c.Each() {
				switch want = want.In(responses); {
				case want.Layer != "" && (want.Status >= 300 || want.Layer == string(authz.Fault)):
					layers = append(layers, want.Layer)
				case slices.Contains(ownRefusals, want.Code):
					layers = append(layers, "the operation")
				case want.Status == 403:
					t.Errorf("%s: expect[%d] is a refusal without a layer (%s)", sc.Name, i, responses)
				}
			}
		}
	}
	slices.Sort(layers)
	return slices.Compact(layers)
}

// TestEveryPart: each scenario has all parts of a lesson; only the one in which
// nothing is wrong needs no cure.
func TestEveryPart(t *testing.T) {
	file := library(t)
	for _, name := range file.Names() {
		sc := scenarioOf(t, file, name)
		for part, there := range map[string]bool{
			"why": sc.Lesson.Why != "", "symptom": len(sc.Lesson.Symptom) > 0, "diagnose": len(sc.Lesson.Diagnose) > 0,
			"fix_commands": len(sc.FixCommands) > 0 || name == nothingWrong,
		} {
			if !there {
				t.Errorf("%s has no %s in lessons.yaml", name, part)
			}
		}
	}
}
