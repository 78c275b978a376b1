package examples

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// seeded are the bugs, each in a folder of its finding's name. What it is found by is tried, and
// little more, for each case is a run of the program.
var seeded = []struct{ bug, program, deny, faults string }{
	{"lost-write", "backup", "explicit-deny", "corrupted"},
	{"bad-read", "report", "none", "truncated,corrupted"},
	{"unsafe-retry", "commit", "explicit-deny", "lost-answer"},
	{"ignored-refusal", "import", "head-refused", "none"},
	{"pointless-retry", "poll", "no-permission", "none"},
}

var languages = []string{"go", "py", "mjs", "sh"}

// report is what is read of `run --all --report json`.
type report struct {
	Failed bool
	Cases  []struct {
		Name     string
		Findings []struct {
			Finding, Text string
			Fails         bool
		}
	}
}

// found are the findings of a kind, a line each; of all kinds that fail, where it is empty.
func (r report) found(kind string) (lines []string) {
	for _, c := range r.Cases {
		for _, f := range c.Findings {
			if f.Finding == kind || kind == "" && f.Fails {
				lines = append(lines, c.Name+": "+f.Finding+": "+f.Text)
			}
		}
	}
	return lines
}

// Each bug is found by the finding that it was made for, and not in its mended twin, in which
// nothing is found either that fails an audit.
func TestAuditFindsEachBug(t *testing.T) {
	needed(t)
	for _, s := range seeded {
		for _, language := range languages {
			t.Run(s.bug+"/"+language, func(t *testing.T) {
				tried := []string{"--deny", s.deny, "--faults", s.faults, "--jobs", "2", "--timeout", "1m"}
				bug := audited(t, tried, command(t, language, s.bug, "bug", s.program))
				if bug.found(s.bug) == nil {
					t.Errorf("the bug is not found; what is found: %v", bug.Cases)
				}
				mended := audited(t, tried, command(t, language, s.bug, "mended", s.program))
				if found := slices.Concat(mended.found(s.bug), mended.found("")); found != nil || mended.Failed {
					t.Errorf("found in the mended twin:\n%s", strings.Join(found, "\n"))
				}
			})
		}
	}
}

// audited is what the audit says of a program, in JSON. It fails the test where a program does
// not work although nothing goes wrong.
func audited(t *testing.T, tried, program []string) (told report) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), programTime)
	defer cancel()
	file := filepath.Join(t.TempDir(), "report.json")
	args := slices.Concat([]string{"run", "--all", "--report", "json", "-o", file}, tried, []string{"--"}, program)
	cmd := programs.Ours(ctx, args...)
	cmd.Env = environment(t)
	out, failed := cmd.CombinedOutput()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, failed, out)
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	if told.Failed != (failed != nil) || len(told.Cases) == 0 {
		t.Fatalf("%q: %v\n%s", args, failed, text)
	}
	return told
}
