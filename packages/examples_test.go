package packages

import (
	"context"
	"os"
	"strconv"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// examples are all blocks of code in a language of a page.
func examples(t *testing.T, page, language string) (all []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
		if block[1] == language {
			all = append(all, block[2])
		}
	}
	return all
}

// runs is what a program printed, which must end well.
func runs(t *testing.T, folder string, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), programTime)
	defer cancel()
	cmd := programs.Command(ctx, name, args...)
	cmd.Dir, cmd.Env = folder, env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// crossings is how many tests with a world of their own a language runs in parallel.
const crossings = 500

// toldTime prints how long the crossings took, and what that is a test.
func toldTime(t *testing.T, what, seconds string) {
	t.Helper()
	took, err := strconv.ParseFloat(seconds, 64)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d tests in %.1f s, %.1f ms a test", what, crossings, took, 1000*took/crossings)
}
