// Package examples is for tests alone: it runs the programs of this folder, and holds the
// audit against what is known to be wrong with each.
package examples

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	// A change in here has to run these tests again, which the test cache knows of what
	// they import.
	_ "github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// scratch has the program of this tree in bin, which is in PATH, and the examples as somebody
// has them who copied them. It is gone when all tests have ended.
var scratch string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if scratch, err = os.MkdirTemp("", "s3fault-examples-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, func() { os.RemoveAll(scratch) })
	os.Setenv("PATH", filepath.Join(scratch, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	return m.Run()
}

// needed skips the test where programs that are not ours are not run. It makes all that the
// tests run, once.
func needed(t *testing.T) {
	t.Helper()
	programs.Need(t, "python3", "node", "bash", "curl", "openssl", "aws")
	if err := made(); err != nil {
		t.Fatal(err)
	}
}

var made = sync.OnceValue(func() error {
	err := build(".", "../cmd/s3fault")
	for _, s := range seeded {
		err = errors.Join(err, build(s.bug, "./"+s.bug+"/..."),
			os.CopyFS(filepath.Join(scratch, s.bug), os.DirFS(s.bug)))
	}
	return errors.Join(err, linkModules())
})

// build makes commands, each a file of its folder's name.
func build(into, commands string) error {
	folder := filepath.Join(scratch, "bin", into)
	out, err := programs.Go(context.Background(), "build", "-o", folder+string(os.PathSeparator), commands).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", commands, err, out)
	}
	return nil
}

// linkModules gives the programs for node their packages: those of S3FAULT_NODE_MODULES, or of
// emulator/clients.
func linkModules() error {
	for _, folder := range []string{os.Getenv("S3FAULT_NODE_MODULES"), "../emulator/clients/testdata/javascript/node_modules"} {
		if _, err := os.Stat(filepath.Join(folder, "@aws-sdk", "client-s3")); folder == "" || err != nil {
			continue
		}
		folder, err := filepath.Abs(folder)
		return errors.Join(err, os.Symlink(folder, filepath.Join(scratch, "node_modules")))
	}
	return errors.New("no node_modules with @aws-sdk/client-s3 (S3FAULT_NODE_MODULES)")
}

// python is one whose boto3 checks what it reads, and has conditional writes.
var python = sync.OnceValue(func() string {
	const wanted = "import boto3; assert tuple(map(int, boto3.__version__.split('.')[:2])) >= (1, 36)"
	for _, path := range []string{"python3", "/usr/bin/python3"} {
		if programs.Command(context.Background(), path, "-c", wanted).Run() == nil {
			return path
		}
	}
	return ""
})

// command is how a program in a language is run.
func command(t *testing.T, language, bug, twin, name string) []string {
	t.Helper()
	file := filepath.Join(scratch, bug, twin, name+"."+language)
	switch language {
	case "go":
		return []string{filepath.Join(scratch, "bin", bug, twin)}
	case "py":
		if python() == "" {
			t.Fatal("no python3 has boto3 1.36 or newer")
		}
		return []string{python(), file}
	case "mjs":
		return []string{"node", file}
	}
	return []string{"bash", file}
}

// programTime is how long a command that audits may take.
const programTime = 5 * time.Minute

// environment is this one with a home of its own, and without what points at a server.
func environment(t *testing.T, more ...string) (env []string) {
	t.Helper()
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "AWS_") && !strings.HasPrefix(setting, "S3FAULT_") {
			env = append(env, setting)
		}
	}
	return append(append(env, "HOME="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1", "NODE_NO_WARNINGS=1"), more...)
}
