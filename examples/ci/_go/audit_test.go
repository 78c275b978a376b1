// The audit as a Go test. Copy this file beside the main package that it is about; s3fault is
// in PATH.
package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What is tried. Without these, every refusal and every fault that there is.
var tried = []string{"--deny", "explicit-deny", "--faults", "lost-answer"}

func TestAudit(t *testing.T) {
	program, report := filepath.Join(t.TempDir(), "program"), filepath.Join(t.TempDir(), "report.json")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args := append([]string{"run", "--all", "--report", "json", "-o", report}, tried...)
	out, failed := exec.Command("s3fault", append(args, "--", program)...).CombinedOutput()
	for _, c := range cases(t, report, out) {
		for _, f := range c.Findings {
			if f.Fails {
				t.Errorf("%s: %s: %s", c.Name, f.Finding, f.Text)
			}
		}
	}
	if failed != nil && !t.Failed() {
		t.Fatalf("%v\n%s", failed, out)
	}
}

type found struct {
	Name     string
	Findings []struct {
		Finding, Text string
		Fails         bool
	}
}

// cases are those of the report. There is none where the program fails even when nothing goes wrong.
func cases(t *testing.T, report string, out []byte) []found {
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("%s", out)
	}
	var told struct{ Cases []found }
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	return told.Cases
}
