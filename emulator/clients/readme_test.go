package clients

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/programs"
)

// root is the folder of the repository.
const root = "../.."

// readmeSection is the part of the README that is typed into a shell.
const readmeSection = "## A first refusal in a minute"

// block is a command of the README with the lines that it says will be printed;
// "…" stands for any text.
type block struct {
	command string
	prints  []string
}

// TestReadme types the README's first refusal into one shell, against a server
// that was started as the README says.
func TestReadme(t *testing.T) {
	t.Parallel()
	programs.Need(t, "aws", "curl", "bash", "go")
	blocks := readBlocks(t)
	if len(blocks) < 5 {
		t.Fatalf("only %d commands found under %q", len(blocks), readmeSection)
	}
	endpoint := serveReadme(t)
	var script strings.Builder
	for _, b := range blocks {
		// The README speaks of the usual port; the test's server has a free one.
		script.WriteString(strings.ReplaceAll(b.command, "http://127.0.0.1:9403", endpoint))
		script.WriteString("\nprintf '%s\\n' '" + marker + "'\n")
	}
	env := append(goEnvironment(t), "AWS_ENDPOINT_URL="+endpoint)
	printed := typed(t, env, script.String())
	for i, b := range blocks {
		for _, line := range b.prints {
			if !printsLine(printed[i], line) {
				t.Errorf("%s\ndoes not print %q:\n%s", b.command, line, printed[i])
			}
		}
	}
}

// marker ends the output of a block.
const marker = "-- end of the block --"

// readBlocks reads the section's sh fences, each with the text fence that follows.
func readBlocks(t *testing.T) []block {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(content), readmeSection+"\n")
	if !found {
		t.Fatalf("the README has no section %q", readmeSection)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var blocks []block
	fence := ""
	for lines := bufio.NewScanner(strings.NewReader(section)); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "```"):
			if fence = strings.TrimPrefix(line, "```"); fence == "sh" {
				blocks = append(blocks, block{})
			}
		case fence == "sh":
			blocks[len(blocks)-1].command += line + "\n"
		case fence == "text":
			last := &blocks[len(blocks)-1]
			last.prints = append(last.prints, line)
		}
	}
	return blocks
}

// goEnvironment lets `go run` find its caches behind the clients' environment.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	env := environment(t, "")
	caches, err := programs.Command(t.Context(), "go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS").Output()
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]string
	if err := json.Unmarshal(caches, &values); err != nil {
		t.Fatal(err)
	}
	for name, value := range values {
		env = append(env, name+"="+value)
	}
	return env
}

// serveReadme runs the README's first command on a free port until the test ends.
func serveReadme(t *testing.T) (endpoint string) {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	cmd := programs.Command(context.WithoutCancel(t.Context()), "go", "run", "./cmd/s3fault", "serve", "--addr", "127.0.0.1:0", "--ready-file", ready)
	cmd.Dir, cmd.Env = root, goEnvironment(t)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var started struct {
		Endpoint string
		PID      int
	}
	t.Cleanup(func() {
		// `go run` passes no signal on: the server itself is asked to end.
		if started.PID == 0 || syscall.Kill(started.PID, syscall.SIGTERM) != nil {
			_ = cmd.Process.Kill()
		}
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v\n%s", err, log.Bytes())
		}
	})
	content := awaitFile(t, ready, ended, &log)
	if err := json.Unmarshal(content, &started); err != nil {
		t.Fatalf("%s: %v", content, err)
	}
	return started.Endpoint
}

// awaitFile polls for a file until the program that should write it has ended.
func awaitFile(t *testing.T, path string, ended chan error, log *bytes.Buffer) []byte {
	t.Helper()
	deadline := time.Now().Add(programTime)
	for time.Now().Before(deadline) {
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
	t.Fatalf("not ready after %v", programTime)
	return nil
}

// typed types the script into one bash and returns what each block printed, on
// stdout and stderr together.
func typed(t *testing.T, env []string, script string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), programTime)
	defer cancel()
	work := t.TempDir()
	cmd := programs.Command(ctx, "bash", "-c", script)
	cmd.Dir, cmd.Env = root, append(env, "GOWORK=off", "TMPDIR="+work)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.Split(string(out), marker+"\n")
}

// printsLine says whether the output has the line, whose "…" stands for any text.
func printsLine(output, line string) bool {
	for part := range strings.SplitSeq(line, "…") {
		_, rest, found := strings.Cut(output, part)
		if !found {
			return false
		}
		output = rest
	}
	return true
}
