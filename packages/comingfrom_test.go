package packages

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/programs"
)

const comingFrom = "../docs/coming-from.md"

// What docs/coming-from.md says to type in the place of another emulator's line is typed,
// a tool after the other and each line of its table in its order, and every one is good.
func TestComingFromIsTyped(t *testing.T) {
	programs.Need(t, "bash", "curl", "aws", "python3")
	text, err := os.ReadFile(comingFrom)
	if err != nil {
		t.Fatal(err)
	}
	typed := 0
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		name, page, _ := strings.Cut(section, "\n")
		lines := ourLines(page)
		if len(lines) == 0 {
			continue // its lines are Go
		}
		typed += len(lines)
		t.Run(name, func(t *testing.T) { typeAll(t, page, lines) })
	}
	if typed < 20 {
		t.Errorf("%d lines were found to type", typed)
	}
}

// command is the code with which a cell begins that is to be typed.
var command = regexp.MustCompile("^`((?:s3fault|aws|curl|export|python3) [^`]*)`")

// ourLines are those in the last column of a section's table.
func ourLines(page string) (lines []string) {
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		if code := command.FindStringSubmatch(strings.TrimSpace(cells[len(cells)-1])); code != nil {
			lines = append(lines, code[1])
		}
	}
	return lines
}

// typeAll starts the server as the first line does, but for the port, and types the others
// into one shell.
func typeAll(t *testing.T, page string, lines []string) {
	program, folder := binary(t), t.TempDir()
	for _, block := range fence.FindAllStringSubmatch(page, -1) {
		if block[1] == "yaml" {
			write(t, folder, "minio.yaml", block[2])
		}
	}
	flags, serves := strings.CutPrefix(lines[0], "s3fault serve --addr ")
	if !serves {
		t.Fatalf("the first line is %s", lines[0])
	}
	theirs, flags, _ := strings.Cut(flags, " ")
	path := []string{filepath.Dir(program), "/usr/bin", os.Getenv("PATH")} // Debian's python3 has boto3
	env := at(program, "PATH="+strings.Join(path, string(os.PathListSeparator)), "HOME="+folder,
		"AWS_EC2_METADATA_DISABLED=true", "HTTPS_PROXY=http://127.0.0.1:9", "NO_PROXY=127.0.0.1")
	here := serve(t, program, folder, env, strings.Fields(flags))
	script := "set -ex\nexport S3FAULT_ENDPOINT=" + here + "\n" + strings.Join(lines[1:], "\n") + "\n"
	cmd := programs.Command(t.Context(), "bash", "-c", strings.ReplaceAll(script, "http://"+theirs, here))
	cmd.Dir, cmd.Env = folder, env
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "\n{\"error\":") { // the control plane's
		t.Errorf("%v\n%s", err, out)
	}
}

// serve starts the program until the test ends, and is its address.
func serve(t *testing.T, program, folder string, env, flags []string) (endpoint string) {
	t.Helper()
	ready := filepath.Join(folder, "ready.json")
	given := append([]string{"serve", "--addr", "127.0.0.1:0", "--while-stdin", "--ready-file", ready}, flags...)
	cmd := programs.Command(context.Background(), program, given...) // its pipe ends it
	var log strings.Builder
	cmd.Dir, cmd.Env, cmd.Stderr = folder, env, &log
	hold, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, hold, cmd.Wait, &log) })
	for late := time.Now().Add(time.Minute); time.Now().Before(late); time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(ready); err == nil {
			var told struct{ Endpoint string }
			readJSON(t, ready, &told)
			return told.Endpoint
		}
	}
	t.Fatal("the server is not ready")
	return ""
}

func end(t *testing.T, hold io.Closer, wait func() error, log *strings.Builder) {
	_ = hold.Close() // it may have ended
	if err := wait(); err != nil {
		t.Errorf("s3fault serve: %v\n%s", err, log)
	}
}

// The page's Go is a test that passes, in a module outside of the repository.
func TestComingFromGofakes3(t *testing.T) {
	example := firstExample(t, comingFrom, "go")
	programs.Need(t) // it may load modules
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write(t, folder, "go.mod", "module example.com/theirs\n\ngo 1.26.0\n")
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder, "go.sum", string(sums))
	const module = "github.com/s3fault/s3fault"
	golang(t, folder, at(""), "mod", "edit", "-replace", module+"="+top, "-require", module+"@v0.0.0")
	write(t, folder, "put_test.go", `package theirs

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

`+example)
	golang(t, folder, at(""), "mod", "tidy")
	golang(t, folder, at(""), "test", "-count=1", ".")
}
