package emulator_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// step is one in a row of docs/clock.md's table, loaded what a file can say of a clock.
var (
	step   = regexp.MustCompile("(?m)^\\| `(\\{.*?\\})` \\|")
	loaded = regexp.MustCompile("`(?:clock: )?(\\{\\w+: [^\"`]*\\})`")
)

// TestClockPage: a world takes every step that docs/clock.md names, and a scenario file
// all that it says of files.
func TestClockPage(t *testing.T) {
	page, err := os.ReadFile("../docs/clock.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := step.FindAllStringSubmatch(string(page), -1)
	if len(steps) != 7 {
		t.Errorf("the table has %d steps", len(steps))
	}
	s := lockedOut(t)
	for _, found := range steps {
		if status, text := answered(t, s, "PUT", "http://localhost/_s3fault/worlds/locked-out/clock",
			found[1]); status != http.StatusOK {
			t.Errorf("%s: %d %s", found[1], status, text)
		}
	}
	clocks := loaded.FindAllStringSubmatch(string(page), -1)
	if len(clocks) < 4 {
		t.Errorf("the page has %d clocks of files", len(clocks))
	}
	for _, found := range clocks {
		what := "clock: " + found[1]
		if strings.Contains(found[1], "advance") {
			what = "expect: [" + found[1] + "]"
		}
		if _, err := scenarios.Parse("clock.yaml",
			[]byte("version: 1\nscenarios:\n  a:\n    title: A\n    fix: [1]\n    "+what+"\n")); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
