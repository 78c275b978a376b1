package packages

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/programs"
)

// python is a Python that has pytest, xdist and boto3: that of PATH, or Debian's.
func python(t *testing.T) string {
	t.Helper()
	programs.Need(t, "python3", "aws")
	for _, path := range []string{"python3", "/usr/bin/python3"} {
		if programs.Command(t.Context(), path, "-c", "import pytest, xdist, boto3").Run() == nil {
			return path
		}
	}
	t.Fatal("no python3 has pytest, xdist and boto3")
	return ""
}

// pytest is what a run of pytest says that must go well.
func pytest(t *testing.T, args ...string) string {
	t.Helper()
	heed(t, "python")
	path, err := filepath.Abs("python")
	if err != nil {
		t.Fatal(err)
	}
	env := at(binary(t), "PYTHONPATH="+path, "PYTHONDONTWRITEBYTECODE=1", "HOME="+t.TempDir(), "NO_PROXY=127.0.0.1")
	given := strings.Fields("-m pytest -q -n 2 -p no:cacheprovider -p pytester -p s3fault.pytest_plugin")
	return runs(t, path, env, python(t), append(given, args...)...)
}

// passed are the tests of a run of pytest, and its seconds.
var passed = regexp.MustCompile(`(?m)^(\d+) passed(?:, \d+ warnings?)? in ([\d.]+)s`)

// The package's own tests: its client, and what its plug-in makes of tests that go wrong.
func TestPython(t *testing.T) {
	out := pytest(t, "tests/test_client.py", "tests/test_plugin.py")
	if !passed.MatchString(out) {
		t.Error(out)
	}
}

// Five hundred tests in xdist's workers.
func TestPythonCrossings(t *testing.T) {
	out := pytest(t, "tests/test_crossings.py")
	told := passed.FindStringSubmatch(out)
	if told == nil || told[1] != fmt.Sprint(crossings) {
		t.Fatal(out)
	}
	toldTime(t, "pytest -n 2", told[2])
}

// The README's examples, as they stand there, and the length of the first.
func TestPythonExamples(t *testing.T) {
	const page = "python/README.md"
	holdLines(t, "packages/python", firstExample(t, page, "python"))
	folder, tests := t.TempDir(), 0
	for i, example := range examples(t, page, "python") {
		tests += strings.Count(example, "\ndef test_")
		file := filepath.Join(folder, fmt.Sprintf("test_readme_%d.py", i))
		if err := os.WriteFile(file, []byte(example), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := pytest(t, "--rootdir", folder, folder)
	if told := passed.FindStringSubmatch(out); told == nil || told[1] != fmt.Sprint(tests) || tests == 0 {
		t.Errorf("of %d tests: %s", tests, out)
	}
}

// The metadata that is written twice is the same.
func TestPythonMetadata(t *testing.T) {
	text, err := os.ReadFile("python/s3fault/__init__.py")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("__version__ = %q", s3fault.Version)
	if !slices.Contains(strings.Split(string(text), "\n"), want) {
		t.Errorf("no %s in s3fault/__init__.py", want)
	}
}
