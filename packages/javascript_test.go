package packages

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// node runs a script in a folder, and is what it printed.
func node(t *testing.T, folder string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), programTime)
	defer cancel()
	cmd := programs.Command(ctx, "node", args...)
	cmd.Dir, cmd.Env = folder, at(binary(t), "NO_COLOR=1", "NODE_OPTIONS=")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("node %s: %v\n%s", strings.Join(args, " "), err, out.String())
	}
	return out.String()
}

// The package's own tests, and among them five hundred in parallel.
func TestJavaScript(t *testing.T) {
	programs.Need(t, "node")
	heed(t, "js")
	out := node(t, "js", "--test", "--test-reporter=tap", "test/s3fault.test.mjs", "test/ends.test.mjs")
	timed := regexp.MustCompile(`(?m)^# (500 tests in parallel in .*)$`).FindStringSubmatch(out)
	if timed == nil || !strings.Contains(out, "\n# fail 0\n") {
		t.Fatal(out)
	}
	t.Log(timed[1])
}

// The README's examples, as somebody has them who installed the packages: the first is
// short, and node:test and vitest pass them with the AWS SDK.
func TestJavaScriptExamples(t *testing.T) {
	heed(t, "js")
	first, second := firstExample(t, "js/README.md", "js"), firstExample(t, "js/README.md", "ts")
	holdLines(t, "packages/js", first)
	programs.Need(t, "node")
	folder := installed(t)
	write(t, folder, "first.mjs", first)
	if out := node(t, folder, "--test", "--test-reporter=tap", "first.mjs"); !strings.Contains(out, "\n# pass 1\n") {
		t.Error(out)
	}
	write(t, folder, "second.test.ts", second)
	out := node(t, folder, "node_modules/vitest/vitest.mjs", "run", "--testTimeout=60000")
	if !strings.Contains(out, "1 passed") {
		t.Error(out)
	}
}

// The types hold for a program that uses all of them, strictly, imported and required.
func TestJavaScriptTypes(t *testing.T) {
	heed(t, "js")
	programs.Need(t, "node")
	folder := installed(t)
	for _, name := range []string{"types.mts", "types.cts"} {
		text, err := os.ReadFile(filepath.Join("js", "test", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, folder, name, string(text))
	}
	node(t, folder, "node_modules/typescript/bin/tsc", "--strict", "--noEmit", "--target", "es2022",
		"--module", "nodenext", "--types", "node", "types.mts", "types.cts")
}

// The packages of the platforms are those that the main one may depend on, in its version,
// and are taken where node says that it is on that platform.
func TestJavaScriptPlatforms(t *testing.T) {
	var main struct {
		Version              string
		Dependencies         map[string]string
		OptionalDependencies map[string]string
	}
	readJSON(t, "js/package.json", &main)
	if len(main.Dependencies) != 0 {
		t.Errorf("it depends on %v", main.Dependencies)
	}
	folders, err := filepath.Glob("js/npm/*/package.json")
	if err != nil || len(folders) != len(main.OptionalDependencies) {
		t.Errorf("%d packages, and %v", len(folders), main.OptionalDependencies)
	}
	for _, file := range folders {
		var platform struct {
			Name, Version string
			OS, CPU       []string
		}
		readJSON(t, file, &platform)
		name := filepath.Base(filepath.Dir(file))
		if len(platform.OS) != 1 || len(platform.CPU) != 1 || platform.OS[0]+"-"+platform.CPU[0] != name {
			t.Errorf("%s is for %v on %v", file, platform.OS, platform.CPU)
		}
		if want := main.OptionalDependencies[platform.Name]; platform.Name != "@s3fault/"+name ||
			platform.Version != want || want != main.Version {
			t.Errorf("%s is %s %s, and %q is wanted", file, platform.Name, platform.Version, want)
		}
	}
}

// The program that a platform's package carries is the one that is started, where no
// variable names another.
func TestJavaScriptCarriesTheProgram(t *testing.T) {
	programs.Need(t, "node")
	folder, program := t.TempDir(), binary(t)
	if err := os.CopyFS(filepath.Join(folder, "node_modules", "s3fault"), os.DirFS("js")); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	platform, err := programs.Command(ctx, "node", "-p", "process.platform + '-' + process.arch").Output()
	if err != nil {
		t.Fatal(err)
	}
	carrier := filepath.Join(folder, "node_modules", "@s3fault", strings.TrimSpace(string(platform)))
	if err := os.MkdirAll(filepath.Join(carrier, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(program, filepath.Join(carrier, "bin", filepath.Base(program))); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("js", "npm", filepath.Base(carrier), "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, carrier, "package.json", string(text))
	write(t, folder, "program.mjs", `import { world } from 's3fault'; console.log((await world('plain')).region)`)
	for _, args := range [][]string{{"program.mjs"}, {"node_modules/s3fault/bin/s3fault.cjs", "version"}} {
		cmd := programs.Command(ctx, "node", args...)
		cmd.Dir, cmd.Env = folder, at("")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}

// installed is a folder in which somebody has installed the package beside the AWS SDK and
// his tools.
func installed(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	modules := filepath.Join(folder, "node_modules")
	if err := os.Mkdir(modules, 0o700); err != nil {
		t.Fatal(err)
	}
	sdk := modulesOf(t, "S3FAULT_NODE_MODULES", "../emulator/clients/testdata/javascript/node_modules")
	tools := modulesOf(t, "S3FAULT_NODE_TOOLS", "js/tools/node_modules")
	ours, err := filepath.Abs("js")
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{
		"s3fault": ours, "@aws-sdk": filepath.Join(sdk, "@aws-sdk"), "@types": filepath.Join(tools, "@types"),
		"vitest": filepath.Join(tools, "vitest"), "typescript": filepath.Join(tools, "typescript"),
	} {
		if _, err := os.Stat(target); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(modules, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// modulesOf is where `npm ci` put packages: what a variable names, or beside their list.
func modulesOf(t *testing.T, variable, beside string) string {
	t.Helper()
	folder := os.Getenv(variable)
	if folder == "" {
		folder = beside
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(fmt.Errorf("%w; `npm ci` in %s, or %s names another folder", err, filepath.Dir(beside), variable))
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}
