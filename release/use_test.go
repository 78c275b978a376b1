package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/version"
)

// madeRelease is the folder of a release that was made before.
func madeRelease(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("S3FAULT_RELEASE")
	if folder == "" {
		t.Skip("skipped: the files of a release are looked at where S3FAULT_RELEASE is their folder (docs/ADDING.md)")
	}
	return folder
}

// here is the platform of this machine.
func here(t *testing.T) platform {
	t.Helper()
	i := slices.IndexFunc(platforms, func(p platform) bool { return p.os == runtime.GOOS && p.arch == runtime.GOARCH })
	if i < 0 {
		t.Skipf("skipped: a release has no files for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	return platforms[i]
}

// stranger is the environment of somebody who has just come: an empty home.
func stranger(t *testing.T, more ...string) []string {
	t.Helper()
	home := t.TempDir()
	kept := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8"}
	for _, name := range []string{"npm_config_registry", "GOPROXY", "GOFLAGS"} {
		if value, ok := os.LookupEnv(name); ok {
			kept = append(kept, name+"="+value)
		}
	}
	return append(kept, more...)
}

// typed runs a script in bash, as somebody would type it, and returns what it prints.
func typed(t *testing.T, folder string, environment []string, script string) string {
	t.Helper()
	cmd := programs.Command(t.Context(), "bash", "-c", "set -euo pipefail\n"+script)
	cmd.Dir, cmd.Env = folder, environment
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s%s", err, script, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String()
}

// holdVersion wants the line that the program of the release prints here.
func holdVersion(t *testing.T, printed string) {
	t.Helper()
	line := strings.TrimSpace(printed)
	b := version.Of()
	if !strings.HasPrefix(line, "s3fault "+b.Version) || !strings.HasSuffix(line, " "+b.OS+"/"+b.Arch) || strings.Contains(line, "\n") {
		t.Errorf("it prints %q", printed)
	}
}

// served is a script that starts s3fault, asks it, and ends it.
const served = `
s3fault serve --addr 127.0.0.1:0 --ready-file ready.json >log 2>&1 &
until [ -e ready.json ] || ! kill -0 $! 2>/dev/null; do sleep 0.05; done
s3fault health --endpoint "$(sed 's/.*"endpoint":"\([^"]*\)".*/\1/' ready.json)"
kill %1 && wait %1
[ ! -e ready.json ]`

func TestArchiveStarts(t *testing.T) {
	folder := madeRelease(t)
	programs.Need(t, "bash", "tar")
	p := here(t)
	home := t.TempDir()
	typed(t, home, stranger(t), "tar -xzf '"+filepath.Join(folder, "s3fault_"+p.os+"_"+p.arch+".tar.gz")+"' s3fault")
	environment := append(stranger(t), "PATH="+home+":"+os.Getenv("PATH"))
	holdVersion(t, typed(t, home, environment, "s3fault --version"))
	if told := typed(t, home, environment, served); !strings.HasPrefix(told, "ok: s3fault ") {
		t.Errorf("health says %q", told)
	}
}

// npm installs the library and the program of the platform; nothing is looked for elsewhere.
func TestNpmInstalls(t *testing.T) {
	folder := madeRelease(t)
	programs.Need(t, "bash", "node", "npm")
	p, v := here(t), version.Of().Version
	home := t.TempDir()
	environment := stranger(t)
	typed(t, home, environment, "npm install --offline --omit=optional --no-audit --no-fund --loglevel=error '"+
		filepath.Join(folder, "s3fault-"+v+".tgz")+"' '"+filepath.Join(folder, "s3fault-"+p.npm+"-"+v+".tgz")+"'")
	holdVersion(t, typed(t, home, environment, "node_modules/.bin/s3fault --version"))
	environment = append(environment, "PATH="+filepath.Dir(nodeOf(t))+":/usr/bin:/bin")
	if told := typed(t, home, environment, `node --input-type=module -e '
		import { start } from "s3fault"
		const server = await start()
		const world = await server.world("plain")
		console.log(world.endpoint)
		await server.close()'`); !strings.Contains(told, "http://127.0.0.1:") {
		t.Errorf("node says %q", told)
	}
}

func nodeOf(t *testing.T) string {
	t.Helper()
	path, err := programs.Find("node")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// pip installs the wheel, which has what pyproject.toml says, and puts the program into PATH.
func TestPipInstalls(t *testing.T) {
	folder := madeRelease(t)
	programs.Need(t, "bash", "python3")
	p := here(t)
	home := t.TempDir()
	environment := stranger(t)
	typed(t, home, environment, "python3 -m venv here && here/bin/pip install -q --no-index --no-deps --disable-pip-version-check "+
		"'"+folder+"'/s3fault-*"+p.wheel[0]+"*.whl")
	holdVersion(t, typed(t, home, environment, "here/bin/s3fault --version"))
	if told := typed(t, home, environment, `here/bin/python - <<'EOF'
import os, s3fault
os.environ["PATH"] = ""
server = s3fault.start()
print(server.world("plain").endpoint)
server.close()
EOF`); !strings.HasPrefix(told, "http://127.0.0.1:") {
		t.Errorf("python says %q", told)
	}
	pyproject, err := filepath.Abs(filepath.Join(top, "packages/python/pyproject.toml"))
	if err != nil {
		t.Fatal(err)
	}
	told := typed(t, home, append(environment, "PYPROJECT="+pyproject), `here/bin/python - <<'EOF'
import os, sys
try:
    import tomllib
except ImportError:
    sys.exit(0)  # Python before 3.11
from importlib.metadata import distribution
project = tomllib.load(open(os.environ["PYPROJECT"], "rb"))["project"]
wheel = distribution("s3fault")
has = wheel.metadata
pairs = [
    (project["name"], has["Name"]), (project["description"], has["Summary"]),
    (project["requires-python"], has["Requires-Python"]), (project["license"]["text"], has["License"]),
    (project["classifiers"], has.get_all("Classifier")), (",".join(project["keywords"]), has["Keywords"]),
    ({(group, name): value for group, names in project["entry-points"].items() for name, value in names.items()},
     {(e.group, e.name): e.value for e in wheel.entry_points}),
]
for wanted, got in pairs:
    if wanted != got:
        print("pyproject.toml has", wanted, "and the wheel", got)
EOF`)
	if told != "" {
		t.Error(told)
	}
}

// action is what action.yml says of its steps.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Using string
		Steps []struct {
			ID, Shell, Run string
			Env            map[string]string
		}
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	node, err := tree.ParseYAML("action.yml", text)
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(node)
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := json.Unmarshal(document, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

var expression = regexp.MustCompile(`^\$\{\{ (inputs\.[a-z]+|github\.action_(?:path|ref)) \}\}$`)

// job types the steps of the action into bash, as a runner does, and is what the steps that
// follow see: their variables, and the outputs. The job has some variables of its own.
func job(t *testing.T, inputs map[string]string, own ...string) (environment []string, outputs string) {
	t.Helper()
	a, folder := readAction(t), t.TempDir()
	if a.Runs.Using != "composite" || len(a.Runs.Steps) != 2 {
		t.Fatalf("%+v", a.Runs)
	}
	given := map[string]string{}
	for name, input := range a.Inputs {
		given["inputs."+name] = input.Default
	}
	for name, value := range inputs {
		given["inputs."+name] = value
	}
	given["github.action_ref"] = inputs["ref"]
	var err error
	if given["github.action_path"], err = filepath.Abs(top); err != nil {
		t.Fatal(err)
	}
	file := func(name string) string { return filepath.Join(folder, name) }
	environment = append(goCaches(t), own...)
	environment = append(environment, stranger(t, "RUNNER_TEMP="+folder, "RUNNER_OS="+runnerOS[runtime.GOOS],
		"RUNNER_ARCH="+runnerArch[runtime.GOARCH], "GITHUB_PATH="+file("path"), "GITHUB_ENV="+file("env"),
		"GITHUB_OUTPUT="+file("output"))...)
	for _, step := range a.Runs.Steps {
		variables := slices.Clone(environment)
		for name, value := range step.Env {
			m := expression.FindStringSubmatch(value)
			if m == nil {
				t.Fatalf("%s: %s", name, value)
			}
			variables = append(variables, name+"="+given[m[1]])
		}
		warned := strings.Contains(typed(t, folder, variables, step.Run), "::warning::AWS_PROFILE is set")
		if want := step.ID == "serve" && slices.Contains(own, "AWS_PROFILE=mine"); warned != want {
			t.Errorf("warned of a profile: %v", warned)
		}
		for path := range strings.Lines(contents(t, file("path"))) {
			environment = append(environment, "PATH="+strings.TrimSpace(path)+":"+os.Getenv("PATH"))
		}
	}
	for line := range strings.Lines(contents(t, file("env"))) {
		environment = append(environment, strings.TrimSuffix(line, "\n"))
	}
	return environment, contents(t, file("output"))
}

// goCaches are the variables by which Go has its caches here for a home that is empty.
func goCaches(t *testing.T) (all []string) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		value, err := programs.Go(t.Context(), "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, name+"="+strings.TrimSpace(string(value)))
	}
	return all
}

var (
	runnerOS   = map[string]string{"linux": "Linux", "darwin": "macOS", "windows": "Windows"}
	runnerArch = map[string]string{"amd64": "X64", "arm64": "ARM64"}
)

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

// The action installs s3fault and starts it, and the steps that follow are in its world.
func TestAction(t *testing.T) {
	folder := madeRelease(t)
	programs.Need(t, "bash", "curl", "tar", "go")
	pages := http.NewServeMux()
	for _, from := range []string{"/latest/download/", "/download/v0.1.2/"} {
		pages.Handle(from, http.StripPrefix(from, http.FileServer(http.Dir(folder))))
	}
	releases := httptest.NewServer(pages)
	defer releases.Close()
	for name, inputs := range map[string]map[string]string{
		"release":                {"releases": releases.URL, "scenario": "kms-missing", "flags": "--responses aws"},
		"the action's own":       {"releases": releases.URL, "ref": "v0.1.2"},
		"a release that is told": {"releases": releases.URL, "version": "v0.1.2", "ref": "main"},
		"source":                 {"from": "source", "as": "admin"},
	} {
		t.Run(name, func(t *testing.T) {
			environment, outputs := job(t, inputs)
			t.Cleanup(func() { endServer(t, outputs) })
			if !regexp.MustCompile(`(?m)^endpoint=http://127\.0\.0\.1:\d+\nadmin=http://127\.0\.0\.1:\d+/_s3fault\nlog=/`).MatchString(outputs) {
				t.Errorf("the outputs are %q", outputs)
			}
			home := t.TempDir()
			holdVersion(t, typed(t, home, environment, "s3fault version"))
			told := typed(t, home, environment, `s3fault health; echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_ACCESS_KEY_ID"
				curl -q -s --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
					-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$AWS_ENDPOINT_URL/my-bucket/file.txt"`)
			want := "hello"
			if inputs["scenario"] != "" {
				want = "is not authorized to perform: kms:Decrypt"
			}
			if !strings.Contains(told, want) {
				t.Errorf("no %q in %s", want, told)
			}
		})
	}
}

// What the job had is out of the way, values are as they were, and with TLS the steps still
// have the address that every client can use.
func TestActionInAJobOfItsOwn(t *testing.T) {
	folder := madeRelease(t)
	programs.Need(t, "bash", "curl", "tar", "go")
	releases := httptest.NewServer(http.StripPrefix("/latest/download/", http.FileServer(http.Dir(folder))))
	defer releases.Close()
	const odd = `a&b"c"$d\e`
	environment, outputs := job(t, map[string]string{"releases": releases.URL, "flags": "--tls"},
		"AWS_SESSION_TOKEN=old", "AWS_PROFILE=mine", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", "NO_PROXY="+odd)
	t.Cleanup(func() { endServer(t, outputs) })
	if !regexp.MustCompile(`(?m)^endpoint=http://127\.0\.0\.1:\d+$`).MatchString(outputs) {
		t.Errorf("the outputs are %q", outputs)
	}
	told := typed(t, t.TempDir(), environment, `
		echo "$AWS_SESSION_TOKEN|$AWS_IGNORE_CONFIGURED_ENDPOINT_URLS|$AWS_PROFILE|$NO_PROXY"
		s3fault health --endpoint "$AWS_ENDPOINT_URL"`)
	if !strings.HasPrefix(told, "||mine|"+odd+",127.0.0.1,") || !strings.Contains(told, "\nok: s3fault ") {
		t.Errorf("the steps that follow have %s", told)
	}
}

// endServer ends the server of a job, as a runner does with all that steps have left behind.
func endServer(t *testing.T, outputs string) {
	t.Helper()
	log := regexp.MustCompile(`(?m)^log=(.*)/log$`).FindStringSubmatch(outputs)
	if log == nil {
		return
	}
	var ready struct{ PID int }
	if err := json.Unmarshal([]byte(contents(t, filepath.Join(log[1], "ready.json"))), &ready); err != nil {
		t.Error(err)
		return
	}
	server, err := os.FindProcess(ready.PID)
	if err == nil {
		err = server.Signal(os.Interrupt)
	}
	if err != nil {
		t.Error(err)
	}
}
