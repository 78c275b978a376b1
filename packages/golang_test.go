package packages

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// golang runs a go command in a folder, and is what it printed.
func golang(t *testing.T, folder string, env []string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), programTime)
	defer cancel()
	cmd := programs.Go(ctx, args...)
	cmd.Dir, cmd.Env = folder, append(env, "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// The module's own tests, and among them five hundred in parallel.
func TestGo(t *testing.T) {
	heed(t, "go")
	golang(t, "go", at(""), "vet", ".")
	out := golang(t, "go", at(binary(t)), "test", "-count=1", "-v", ".")
	for line := range strings.Lines(out) {
		if strings.Contains(line, "tests in parallel in") {
			t.Log(strings.TrimSpace(line))
			return
		}
	}
	t.Errorf("nothing ran in parallel:\n%s", out)
}

// The module has no dependency: it imports the standard library, and requires nothing.
func TestGoHasNoDependency(t *testing.T) {
	heed(t, "go")
	if got := strings.TrimSpace(golang(t, "go", at(""), "list", "-m", "all")); got != ourModule {
		t.Errorf("its modules are %s", got)
	}
	imported := golang(t, "go", at(""), "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
	if got := strings.TrimSpace(imported); got != ourModule {
		t.Errorf("it imports %s", got)
	}
}

// A module outside of the repository that pins an SDK older than ours gets its test, and no
// other requirement of its go.mod changes; the test is the README's, and meets the refusal.
func TestGoOutside(t *testing.T) {
	heed(t, "go")
	example := firstExample(t, "go/README.md", "go")
	holdLines(t, "packages/go", example)
	programs.Need(t) // it loads the older SDK
	folder := outside(t, theProgram)
	before := requirements(t, folder)
	ours, err := filepath.Abs("go")
	if err != nil {
		t.Fatal(err)
	}
	golang(t, folder, at(""), "mod", "edit", "-replace", ourModule+"="+ours, "-require", ourModule+"@v0.0.0")
	write(t, folder, "read_test.go", testHead+example)
	golang(t, folder, at(""), "mod", "tidy")
	after := requirements(t, folder)
	delete(after, ourModule)
	for module, version := range before {
		if after[module] != version {
			t.Errorf("%s was %s and is %q", module, version, after[module])
		}
	}
	for module := range after {
		if _, ok := before[module]; !ok {
			t.Errorf("%s %s is new", module, after[module])
		}
	}
	t.Logf("%d requirements, aws-sdk-go-v2 %s among them, are as they were", len(before), before[theirSDK])
	out := golang(t, folder, at(binary(t)), "test", "-count=1", "-v", ".")
	if !strings.Contains(out, "--- PASS: TestReadIsDenied") {
		t.Errorf("%s", out)
	}
}

const (
	ourModule = "github.com/s3fault/s3fault/packages/go"
	theirSDK  = "github.com/aws/aws-sdk-go-v2"

	// theirs is the go.mod of somebody who stays with an SDK of 2024.
	theirs = `module example.com/theirs

go 1.26.0

require (
	github.com/aws/aws-sdk-go-v2 v1.30.3
	github.com/aws/aws-sdk-go-v2/credentials v1.17.27
	github.com/aws/aws-sdk-go-v2/service/s3 v1.58.2
)
`
	theProgram = `package theirs

import (
	_ "github.com/aws/aws-sdk-go-v2/aws"
	_ "github.com/aws/aws-sdk-go-v2/credentials"
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
)
`
	testHead = `package theirs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3fault "github.com/s3fault/s3fault/packages/go"
)

`
)

// outside is a tidy module of somebody else, with a program.
func outside(t *testing.T, program string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	write(t, folder, "go.mod", theirs)
	write(t, folder, "theirs.go", program)
	golang(t, folder, at(""), "mod", "tidy")
	return folder
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// requirements are the versions of a go.mod, the one of Go among them.
func requirements(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := golang(t, folder, at(""), "mod", "edit", "-json")
	return versions(t, out)
}

func versions(t *testing.T, modfile string) map[string]string {
	t.Helper()
	var read struct {
		Go      string
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal([]byte(modfile), &read); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"go": read.Go}
	for _, r := range read.Require {
		all[r.Path] = r.Version
	}
	return all
}
