package emulatortest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/programs"
)

// No package of the SDK is compiled into a test that uses the core, and the modules that
// are stand in the doc comment.
func TestWhatIsCompiledIn(t *testing.T) {
	format := "{{if not .Standard}}{{.ImportPath}} {{.Module.Path}}{{end}}"
	list := programs.Go(t.Context(), "list", "-deps", "-f", format, ".")
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64") // others have fewer
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for line := range strings.Lines(string(out)) {
		pkg, module, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(pkg, "github.com/aws/") {
			t.Errorf("%s is compiled into every test", pkg)
		}
		modules = append(modules, module)
	}
	slices.Sort(modules)
	modules = slices.DeleteFunc(slices.Compact(modules), func(m string) bool { return m == "github.com/s3fault/s3fault" })
	source, err := os.ReadFile("emulatortest.go")
	if err != nil {
		t.Fatal(err)
	}
	const begins, ends = "and of these modules:\n//\n", "//\n// Your go.mod"
	before, rest, _ := strings.Cut(string(source), begins)
	_, after, found := strings.Cut(rest, ends)
	if !found {
		t.Fatal("the doc comment in emulatortest.go has no list of modules")
	}
	book.Hold(t, "emulatortest.go", before+begins+"//\t"+strings.Join(modules, "\n//\t")+"\n"+ends+after)
}
