// Package packages is for tests alone: it runs those of the packages for Go without a
// dependency, JavaScript and other languages, all with the program of this tree.
package packages

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	// A change in here has to run these tests again, which the test cache knows of what
	// they import.
	_ "github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// programTime is how long one run of a language's tests may take.
const programTime = 5 * time.Minute

// scratch is gone when all tests have ended.
var scratch string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if scratch, err = os.MkdirTemp("", "s3fault-packages-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, func() { os.RemoveAll(scratch) })
	return m.Run()
}

// binary is the program of this tree, built once.
func binary(t *testing.T) string {
	t.Helper()
	heed(t, "../cmd/s3fault")
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "s3fault")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := programs.Go(context.Background(), "build", "-o", path, "../cmd/s3fault").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// heed reads all of a folder that another program will read: the test cache knows of files
// only that tests themselves have opened.
func heed(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			return err
		}
		_, err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// at is a command's environment: that of the tests, without what points at a server, and
// with the program of this tree.
func at(binary string, more ...string) []string {
	var env []string
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "AWS_") && !strings.HasPrefix(setting, "S3FAULT_") {
			env = append(env, setting)
		}
	}
	return append(append(env, "S3FAULT_BINARY="+binary), more...)
}

// fence is a block of code of a page in Markdown.
var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// firstExample is the first block of code in a language of a page.
func firstExample(t *testing.T, page, language string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
		if block[1] == language {
			return block[2]
		}
	}
	t.Fatalf("%s has no example in %s", page, language)
	return ""
}

// longest is how many lines the first example of a language may have.
const longest = 10

// holdLines fails the test for an example that is too long, and prints its length.
func holdLines(t *testing.T, page, example string) {
	t.Helper()
	lines := strings.Count(example, "\n")
	t.Logf("the first example of %s has %d lines", page, lines)
	if lines > longest {
		t.Errorf("%d lines are too many; %d is the most", lines, longest)
	}
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
