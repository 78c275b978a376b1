// Package programs is for tests alone: it runs programs that are not ours, such as
// aws, python3 and bash, and only where S3FAULT_CLIENTS says so. Whatever is in
// PATH, a test without it needs nothing but Go.
package programs

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
)

const (
	variable = "S3FAULT_CLIENTS"
	required = "required"
)

var errOff = errors.New("programs that are not ours are run with " + variable + "=" + required + " only")

// On says whether tests run programs that are not ours. They then need all that
// they ask for: a missing one fails.
func On() bool { return os.Getenv(variable) == required }

// Need skips a test that runs programs which are not ours, unless they are on;
// then it fails for one that is not in PATH.
func Need(t testing.TB, names ...string) {
	t.Helper()
	if !On() {
		t.Skip("skipped: " + errOff.Error() + " (docs/ADDING.md)")
	}
	for _, name := range names {
		if _, err := Find(name); err != nil {
			t.Fatal(err)
		}
	}
}

// Find is the program of this name in PATH, or at this path.
func Find(name string) (string, error) { return exec.LookPath(name) }

// Command is a command that does not start where programs are off.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	if !On() {
		cmd.Err = errOff
	}
	return cmd
}

// Ours is a command of our own program, which the test's TestMain has put into PATH.
func Ours(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "s3fault", args...)
}

// Go is a go command, which whoever runs tests has.
func Go(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "go", args...)
}
