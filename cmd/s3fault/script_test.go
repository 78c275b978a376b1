package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/s3fault/s3fault/internal/programs"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"puts": puts,
		"s3fault": func() {
			ctx, stop := interruptible()
			defer stop()
			if code := run(ctx, os.Args[1:], os.Stdout, os.Stderr); code != 0 {
				os.Exit(code)
			}
		},
	})
}

// The scripts are what a user types; `go test -run Script -update` writes their
// golden parts anew.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:             "testdata/script",
		UpdateScripts:   os.Getenv("UPDATE_SCRIPTS") != "",
		ContinueOnError: true,
		Condition:       condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitfile":    waitFile,
			"ask":         ask,
			"follow":      follow,
			"exitcode":    exitCode,
			"endpoint":    endpoint,
			"beginupload": beginUpload,
		},
	})
}

// condition is [clients]: programs that are not ours are run.
func condition(name string) (bool, error) {
	if name != "clients" {
		return false, fmt.Errorf("no condition %q", name)
	}
	return programs.On(), nil
}

// waitFile waits until a file is there, or with ! until it is not: what `serve --ready-file`
// promises.
func waitFile(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] waitfile path")
	}
	path := ts.MkAbs(args[0])
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if _, err := os.Stat(path); (err == nil) != neg {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	ts.Fatalf("%s does not appear, or does not go", args[0])
}

// exitCode runs a command and holds its exit code against the first argument.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N command arg...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit interface{ ExitCode() int }
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
