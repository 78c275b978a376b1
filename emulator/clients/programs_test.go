package clients

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/programs"
)

// programTime is how long one run of a client program may take.
const programTime = 3 * time.Minute

// environment is all that a client program sees of its surroundings. Every
// variable that changes what AWS clients do is given here or absent, and HTTPS
// goes to a closed port, so that nothing can reach the real AWS.
func environment(t *testing.T, config string) []string {
	t.Helper()
	home := t.TempDir()
	configFile := filepath.Join(home, "config")
	if err := os.WriteFile(configFile, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	credentials := filepath.Join(home, "credentials")
	if err := os.WriteFile(credentials, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + home,
		"LANG=C.UTF-8",
		"PYTHONUTF8=1",
		"AWS_CONFIG_FILE=" + configFile,
		"AWS_SHARED_CREDENTIALS_FILE=" + credentials,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_PAGER=",
		"HTTPS_PROXY=http://127.0.0.1:9",
		"NO_PROXY=127.0.0.1",
	}
}

// execute runs a program to its end and returns what it printed.
func execute(t *testing.T, env []string, stdin []byte, name string, args ...string) (stdout, stderr []byte, exit int) {
	t.Helper()
	return executeWithin(t, programTime, env, stdin, name, args...)
}

// executeWithin is execute of a program that may take another time.
func executeWithin(
	t *testing.T, limit time.Duration, env []string, stdin []byte, name string, args ...string,
) (stdout, stderr []byte, exit int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := programs.Command(ctx, name, args...)
	cmd.Env = env
	cmd.Stdin = bytes.NewReader(stdin)
	var out, diagnostics bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diagnostics
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out.Bytes(), diagnostics.Bytes(), cmd.ProcessState.ExitCode()
}

// program is a client program that takes the whole plan at once.
func program(name string, args ...string) runner { return programWith(nil, name, args...) }

// programWith is a program with settings in its environment: "NAME=VALUE".
func programWith(settings []string, name string, args ...string) runner {
	return func(t *testing.T, at target, steps []step) []outcome {
		t.Helper()
		plan, err := json.Marshal(map[string]any{"target": at, "steps": steps})
		if err != nil {
			t.Fatal(err)
		}
		stdout, stderr, exit := execute(t, slices.Concat(environment(t, ""), settings, at.trusting(t), at.Through), plan, name, args...)
		var report []outcome
		if err := json.Unmarshal(stdout, &report); err != nil || exit != 0 {
			t.Fatalf("%s %v: exit %d, %v\n%s", name, args, exit, err, stderr)
		}
		return report
	}
}

// together is a program that takes the plans of several worlds at once, and does them at
// the same time.
func together(settings []string, name string, args ...string) batch {
	return func(t *testing.T, plans []plan) [][]outcome {
		t.Helper()
		text, err := json.Marshal(map[string]any{"plans": plans})
		if err != nil {
			t.Fatal(err)
		}
		stdout, stderr, exit := execute(t, slices.Concat(environment(t, ""), settings), text, name, args...)
		var reports [][]outcome
		if err := json.Unmarshal(stdout, &reports); err != nil || exit != 0 || len(reports) != len(plans) {
			t.Fatalf("%s %v: exit %d, %v\n%s", name, args, exit, err, stderr)
		}
		return reports
	}
}

// inPath lists the programs of this name in PATH and the given places, each
// once however many links lead to it.
func inPath(name string, more ...string) []string {
	var found []string
	seen := map[string]bool{}
	places := more
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		places = append(places, filepath.Join(dir, name))
	}
	for _, place := range places {
		file, err := filepath.EvalSymlinks(place)
		if err != nil || seen[file] {
			continue
		}
		if path, err := programs.Find(place); err == nil {
			seen[file] = true
			found = append(found, path)
		}
	}
	return found
}

// versionOf asks a program for its version, or returns an empty string.
func versionOf(name string, args ...string) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := programs.Command(ctx, name, args...).CombinedOutput()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// python is a Python interpreter that has boto3.
type python struct{ path, version string }

// pythonsWithBoto3 are one for each version of boto3.
var pythonsWithBoto3 = sync.OnceValue(func() []python {
	var found []python
	seen := map[string]bool{}
	for _, path := range inPath("python3", "/usr/bin/python3") {
		version := versionOf(path, "-c", "import boto3; print(boto3.__version__)")
		if version == "" || seen[version] {
			continue
		}
		seen[version] = true
		found = append(found, python{path, version})
	}
	return found
})

// boto3s are boto3, run by Python.
func boto3s() []client {
	var all []client
	for _, p := range pythonsWithBoto3() {
		all = append(all, client{
			name:          "boto3 " + p.version,
			run:           program(p.path, filepath.Join("testdata", "boto3_client.py")),
			followsRegion: true, presigns: true, choosesVersion: true,
			headRefusal: outcome{Status: 403, Code: "403", Message: "Forbidden"},
		})
	}
	return all
}

// javascript is the AWS SDK for JavaScript v3, run by node.
var javascript = sync.OnceValues(func() ([]client, error) {
	modules, err := nodeModules()
	if err != nil {
		return nil, err
	}
	script := filepath.Join("testdata", "javascript", "client.mjs")
	return []client{{
		name: "javascript", run: program("node", script, modules),
		presigns: true, streams: true,
		headRefusal: outcome{Status: 403, Code: "Unknown", Message: "UnknownError"},
	}}, nil
})

// nodeModules finds the folder in which the packages of
// testdata/javascript/package.json were installed: the folder itself, or the one
// that S3FAULT_NODE_MODULES names.
func nodeModules() (string, error) {
	for _, folder := range []string{os.Getenv("S3FAULT_NODE_MODULES"), "testdata/javascript/node_modules"} {
		if folder == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(folder, "@aws-sdk", "client-s3", "package.json")); err == nil {
			return filepath.Abs(folder)
		}
	}
	return "", fmt.Errorf("no node_modules with @aws-sdk/client-s3 (S3FAULT_NODE_MODULES)")
}
