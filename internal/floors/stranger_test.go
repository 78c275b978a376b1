package floors

import (
	"bytes"
	"go/ast"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// A stranger pastes the Example of every public package into a module of his own, which
// knows this one by its path alone, and each prints what it says it does.
func TestTheExamplesRunElsewhere(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := 0
	for _, s := range house(t) {
		if s.test && s.name == "example_test.go" {
			if n := examples(s.file); n > 0 {
				want += n
				write(strings.ReplaceAll(s.dir, "/", "_")+"_test.go", pasted(s))
			}
		}
	}
	if want < len(public) {
		t.Fatalf("%d examples for %d packages", want, len(public))
	}
	here, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	write("go.mod", []byte("module stranger.example\n\ngo 1.26\n\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+strconv.Quote(here)+"\n"))
	sums, err := os.ReadFile(filepath.Join(top, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write("go.sum", sums)

	// vet minds the names of examples that are of no package here.
	cmd := programs.Go(t.Context(), "test", "-vet=off", "-count=1", "-v", "-run=^Example", ".")
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := bytes.Count(out, []byte("--- PASS: Example")); got != want {
		t.Errorf("%d of %d examples ran\n%s", got, want, out)
	}
}

// Every public package has an Example of the package, which says what it prints.
func TestPublicPackagesHaveAnExample(t *testing.T) {
	shown := map[string]bool{}
	for _, s := range house(t) {
		if s.test && s.name == "example_test.go" {
			shown[s.dir] = strings.Contains(s.text, "\nfunc Example() {") && strings.Contains(s.text, "// Output:")
		}
	}
	for _, dir := range public {
		if !shown[dir] {
			t.Errorf("%s has no Example in its example_test.go", dir)
		}
	}
}

// examples counts those of a file.
func examples(f *ast.File) (n int) {
	for _, decl := range f.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && strings.HasPrefix(d.Name.Name, "Example") {
			n++
		}
	}
	return n
}

// pasted is a file of examples in the stranger's package, where all of them stand
// together: one that is of a package as a whole is named after it.
func pasted(s source) []byte {
	text := strings.Replace(s.text, "package "+s.file.Name.Name+"\n", "package stranger_test\n", 1)
	of := strings.ReplaceAll(s.dir, "/", "_")
	return []byte(strings.Replace(text, "\nfunc Example() {", "\nfunc Example_"+of+"() {", 1))
}
