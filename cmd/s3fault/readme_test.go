package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/programs"
)

const (
	top         = "../.." // the folder of the repository
	serveTyped  = "go run ./cmd/s3fault serve"
	readmeTime  = 5 * time.Minute // for the server to be built, and for all that is typed
	usualServer = "http://127.0.0.1:9403"
)

// elsewhere are the README's commands that .ci/run types in legs of their own.
var elsewhere = []string{"go test ./...", "docker-compose up --build"}

// readmeBlock is what the README says to type, and what it says will be printed;
// "…" stands for any text. A block that promises nothing ends well.
type readmeBlock struct{ commands, prints string }

var fences = regexp.MustCompile("(?ms)^```sh\n(.*?)^```\n(?:```text\n(.*?)^```\n)?")

func readmeBlocks(t *testing.T) []readmeBlock {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []readmeBlock
	for _, m := range fences.FindAllStringSubmatch(string(content), -1) {
		blocks = append(blocks, readmeBlock{commands: m[1], prints: m[2]})
	}
	return blocks
}

// TestReadme types all of the README's commands, in its order, into one bash with a
// home of its own, against the server that its first command starts.
func TestReadme(t *testing.T) {
	if os.Getenv("S3FAULT_README") == "" {
		t.Skip("skipped: the README's commands are typed where S3FAULT_README is set, and S3FAULT_CLIENTS (docs/ADDING.md)")
	}
	programs.Need(t, "aws", "curl", "bash", "go")
	blocks := readmeBlocks(t)
	if len(blocks) < 8 || blocks[0].commands != serveTyped+"\n" {
		t.Fatalf("the README has %d blocks of commands, and does not begin with %s", len(blocks), serveTyped)
	}
	environment := readmeEnvironment(t)
	endpoint := serveReadme(t, environment)
	here := strings.NewReplacer(usualServer, endpoint)
	var script strings.Builder
	for _, b := range blocks[1:] {
		commands := here.Replace(b.commands)
		for _, command := range elsewhere {
			commands = strings.ReplaceAll(commands, command+"\n", "")
		}
		script.WriteString(commands + `printf '\n-- ended with %d\n' $?` + "\n")
	}
	printed := typeReadme(t, append(environment, "S3FAULT_ENDPOINT="+endpoint), script.String())
	if len(printed) != len(blocks)-1 {
		t.Fatalf("%d of %d blocks were typed:\n%v", len(printed), len(blocks)-1, printed)
	}
	for i, b := range blocks[1:] {
		if !keeps(here.Replace(b.prints), printed[i]) {
			t.Errorf("%sprints, and ends with %d,\n%s\nthe README says\n%s",
				b.commands, printed[i].status, printed[i].text, b.prints)
		}
	}
}

// typedBlock is what a block printed, on stdout and stderr together, and with which
// status its last command ended.
type typedBlock struct {
	text   string
	status int
}

// keeps says whether a block did what the README promises.
func keeps(promise string, b typedBlock) bool {
	if promise == "" {
		return b.status == 0
	}
	parts := strings.Split(strings.TrimSpace(promise), "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(`(?s)^\s*` + strings.Join(parts, ".*?") + `\s*$`).MatchString(b.text)
}

func TestKeeps(t *testing.T) {
	for _, row := range []struct {
		promise, text string
		status        int
		want          bool
	}{
		{"", "whatever", 0, true},
		{"", "whatever", 1, false},
		{"hello\n", "\nhello\n", 1, true},
		{"hello\n", "hello\nand more\n", 0, false},
		{"hello\n…\n", "hello\n{ }\n", 0, true},
		{"a … (c)\n", "a b (c)", 0, true},
		{"a … (c)\n", "a b c", 0, false},
		{"…\n", "", 0, true},
	} {
		if got := keeps(row.promise, typedBlock{row.text, row.status}); got != row.want {
			t.Errorf("%q promised, %q printed with %d: %v", row.promise, row.text, row.status, got)
		}
	}
}

// readmeEnvironment is that of somebody who has just come: an empty home, where
// `go install` puts programs into PATH; only Go's caches are those of this machine.
func readmeEnvironment(t *testing.T) []string {
	t.Helper()
	caches, err := programs.Command(t.Context(), "go", "env", "-json",
		"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS").Output()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	if err := json.Unmarshal(caches, &values); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	values["GOBIN"], values["PATH"] = bin, bin+string(os.PathListSeparator)+os.Getenv("PATH")
	values["HOME"], values["TMPDIR"], values["LANG"] = t.TempDir(), t.TempDir(), "C.UTF-8"
	var all []string
	for name, value := range values {
		all = append(all, name+"="+value)
	}
	return all
}

// serveReadme runs the README's first command on a free port until the test ends.
func serveReadme(t *testing.T, environment []string) (endpoint string) {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	words := append(strings.Fields(serveTyped), "--addr", "127.0.0.1:0", "--ready-file", ready)
	cmd := programs.Command(context.WithoutCancel(t.Context()), words[0], words[1:]...)
	cmd.Dir, cmd.Env = top, environment
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var started readiness
	t.Cleanup(func() {
		// `go run` passes no signal on: the server itself is asked to end.
		server, err := os.FindProcess(started.PID)
		if started.PID == 0 || err != nil || server.Signal(syscall.SIGTERM) != nil {
			_ = cmd.Process.Kill()
		}
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v\n%s", err, log.Bytes())
		}
	})
	if err := json.Unmarshal(awaitReady(t, ready, ended, &log), &started); err != nil {
		t.Fatal(err)
	}
	return started.Endpoint
}

// awaitReady polls for a file until the program that should write it has ended.
func awaitReady(t *testing.T, path string, ended chan error, log *bytes.Buffer) []byte {
	t.Helper()
	for deadline := time.Now().Add(readmeTime); time.Now().Before(deadline); {
		if content, err := os.ReadFile(path); err == nil {
			return content
		}
		select {
		case err := <-ended:
			ended <- err // for the cleanup
			t.Fatalf("serve ended before it was ready: %v\n%s", err, log.Bytes())
		case <-time.After(50 * time.Millisecond): // between two looks for the file
		}
	}
	t.Fatalf("serve was not ready after %v", readmeTime)
	return nil
}

var blockEnd = regexp.MustCompile(`(?s)(.*?)\n-- ended with (\d+)\n`)

// typeReadme types the script into one bash, in the repository's folder.
func typeReadme(t *testing.T, environment []string, script string) []typedBlock {
	t.Helper()
	cmd := programs.Command(t.Context(), "bash", "-c", script)
	cmd.Dir, cmd.Env = top, environment
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var blocks []typedBlock
	for _, m := range blockEnd.FindAllStringSubmatch(string(out), -1) {
		status, _ := strconv.Atoi(m[2])
		blocks = append(blocks, typedBlock{m[1], status})
	}
	return blocks
}
