package examples

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/tree"
)

// twin is a program of the examples, and whether the audit lets it pass.
type twin struct {
	name string
	good bool
}

var twins = []twin{{"mended", true}, {"bug", false}}

// beside is a folder with an example of ci and the program that it is about.
func (w twin) beside(t *testing.T, example, bug, program string) (folder string) {
	t.Helper()
	folder, err := os.MkdirTemp(scratch, "ci-")
	if err != nil {
		t.Fatal(err)
	}
	for from, into := range map[string]string{
		filepath.Join("ci", example): example, filepath.Join(bug, w.name, program): program,
	} {
		if err := os.WriteFile(filepath.Join(folder, into), []byte(text(t, from)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// wants holds how a test suite ended, and that it told what was found.
func (w twin) wants(t *testing.T, finding, folder string, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), programTime)
	defer cancel()
	cmd := programs.Command(ctx, name, args...)
	cmd.Dir, cmd.Env = folder, env
	out, err := cmd.CombinedOutput()
	if w.good != (err == nil) || w.good == strings.Contains(string(out), finding) {
		t.Errorf("%s: %v\n%s", w.name, err, out)
	}
}

func TestPytest(t *testing.T) {
	needed(t)
	runner := "python3"
	if programs.Command(t.Context(), runner, "-c", "import pytest").Run() != nil {
		runner = "/usr/bin/python3" // Debian's python3-pytest; the program has that of PATH
	}
	for _, w := range twins {
		folder := w.beside(t, "test_audit.py", "lost-write", "backup.py")
		args := []string{"-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, folder}
		w.wants(t, "lost-write: ", folder, environment(t), runner, args...)
	}
}

func TestNodeTest(t *testing.T) {
	needed(t)
	for _, w := range twins {
		folder := w.beside(t, "audit.test.mjs", "bad-read", "report.mjs")
		w.wants(t, "bad-read", folder, environment(t), "node", "--test", "audit.test.mjs")
	}
}

// The file is beside the command without being there: the go command is told so.
func TestGoTest(t *testing.T) {
	needed(t)
	example, err := filepath.Abs("ci/_go/audit_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range twins {
		folder, err := filepath.Abs(filepath.Join("lost-write", w.name))
		if err != nil {
			t.Fatal(err)
		}
		overlay := filepath.Join(t.TempDir(), "overlay.json")
		replaced := map[string]map[string]string{"Replace": {filepath.Join(folder, "audit_test.go"): example}}
		document, err := json.Marshal(replaced)
		if err == nil {
			err = os.WriteFile(overlay, document, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.wants(t, "lost-write: ", folder, environment(t, goCaches(t)...), "go", "test", "-count=1", "-overlay", overlay, ".")
	}
}

// goCaches are the variables by which Go has its caches here for a home that is empty.
func goCaches(t *testing.T) (all []string) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		value, err := programs.Go(t.Context(), "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, name+"="+strings.TrimSpace(string(value)))
	}
	return all
}

// workflow is what is read of the workflow.
type workflow struct {
	Jobs map[string]struct {
		Steps []struct {
			Name, Uses, Run string
			Env             map[string]string
		}
	}
}

func readWorkflow(t *testing.T) (w workflow) {
	t.Helper()
	node, err := tree.ParseYAML("audit.yml", []byte(text(t, "ci/audit.yml")))
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(node)
	if err == nil {
		err = json.Unmarshal(document, &w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// steps are the commands of the workflow's named steps.
func steps(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, step := range readWorkflow(t).Jobs["audit"].Steps {
		if step.Name != "" {
			all[step.Name] = step.Run
		}
	}
	return all
}

// The workflow's own steps, typed as a runner does: the audit fails for what it finds, and its
// report is the summary and the comment, whose program, GitHub's, is one that keeps it.
func TestWorkflow(t *testing.T) {
	needed(t)
	run := steps(t)
	const gh = "#!/bin/sh\necho \"$@\" >said; for last; do :; done; cp \"$last\" comment\n"
	for _, w := range twins {
		folder := w.beside(t, "audit.yml", "lost-write", "backup.py")
		if err := os.WriteFile(filepath.Join(folder, "gh"), []byte(gh), 0o700); err != nil {
			t.Fatal(err)
		}
		env := environment(t, "PULL_REQUEST=https://github.com/o/r/pull/7", "GITHUB_STEP_SUMMARY=summary",
			"PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
		audit := strings.Replace(run["Audit"], " -- ", " --deny explicit-deny --faults none -- ", 1) // to be quick
		w.wants(t, "lost-write", folder, env, "bash", "-e", "-c", audit)
		for _, name := range []string{"Summary", "Comment"} {
			twin{name, true}.wants(t, "no such text", folder, env, "bash", "-e", "-c", run[name])
		}
		for _, file := range []string{"summary", "comment"} {
			if got := text(t, filepath.Join(folder, file)); strings.Contains(got, "lost-write") == w.good {
				t.Errorf("%s of %s:\n%s", file, w.name, got)
			}
		}
		if said := text(t, filepath.Join(folder, "said")); !strings.HasPrefix(said, "pr comment https://github.com/o/r/pull/7 ") {
			t.Error(said)
		}
	}
}
