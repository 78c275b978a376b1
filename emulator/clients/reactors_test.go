package clients

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// plan is what a client has to do in a world.
type plan struct {
	Target target `json:"target"`
	Steps  []step `json:"steps"`
}

// batch does plans at the same time and returns the outcomes of each.
type batch func(t *testing.T, plans []plan) [][]outcome

// reactor is a client whose reactions to faults are held, by the versions and settings
// that decide them: "boto3 1.43.11 legacy".
type reactor struct {
	name string
	run  runner // one plan; nil: together
	all  batch

	does      string                 // the steps that it can, as words; empty: all of an SDK
	first     func(m meeting) []step // what is done before anything goes wrong; nil: nothing
	opaque    bool                   // what it keeps, and what it brings back, only it can read
	impatient bool                   // it has no way to be given less patience than without end
	endless   bool                   // it asks on without end where nothing gets better
	unending  []string               // meetings in which it asks on for longer than a test can wait
	slow      bool                   // it asks on for a minute where nothing gets better
	costly    bool                   // its process takes a second to start
}

// reactors are the clients that are here. Retries are the business of the SDK's core, so
// that is the version that counts.
func reactors(t *testing.T) []reactor {
	t.Helper()
	all := []reactor{
		{name: "aws-sdk-go-v2 " + moduleVersion(t, awsModule), run: runGoSDK},
		{name: "minio-go " + moduleVersion(t, "github.com/minio/minio-go/v7"), run: runMinio},
	}
	if programs.On() {
		modules, err := nodeModules()
		if err != nil {
			t.Fatal(err)
		}
		all = slices.Concat(all, gos(t), pythons(), nodes(t, modules), stores(t, modules), commands(t))
	}
	return all
}

const awsModule = "github.com/aws/aws-sdk-go-v2"

// moduleVersion is the version that go.mod has of a module.
func moduleVersion(t *testing.T, module string) string {
	t.Helper()
	return moduleVersionIn(t, "go.mod", module)
}

// moduleVersionIn is moduleVersion of another file, by its path from the top.
func moduleVersionIn(t *testing.T, file, module string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(module) + ` v(\S+)`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("%s does not have %s", file, module)
	}
	return string(m[1])
}

// gos are the SDK for Go with the retries of 2026: asked for by the variable, and a version
// that has no others (new-since-2025.md 6.1).
func gos(t *testing.T) []reactor {
	const newer = "emulator/clients/testdata/gosdk/newer.mod"
	return []reactor{
		{
			name: "aws-sdk-go-v2 " + moduleVersion(t, awsModule) + " on",
			all:  together([]string{"AWS_NEW_RETRIES_2026=true"}, builtGo(t)),
		},
		{
			name: "aws-sdk-go-v2 " + moduleVersionIn(t, newer, awsModule),
			all:  together(nil, builtGo(t, "-modfile=../../"+newer)),
		},
	}
}

// builtGo is testdata/gosdk, built.
func builtGo(t *testing.T, flags ...string) string {
	t.Helper()
	built := filepath.Join(t.TempDir(), "gosdk")
	args := append([]string{"build", "-o", built}, append(flags, "./testdata/gosdk")...)
	if said, err := programs.Go(t.Context(), args...).CombinedOutput(); err != nil {
		t.Fatalf("go %q: %v\n%s", args, err, said)
	}
	return built
}

// pythons are boto3 in both retry modes, legacy being what it does unless told, and with
// the retries of 2026, of which the older version knows nothing.
func pythons() (all []reactor) {
	for _, python := range pythonsWithBoto3() {
		for mode, setting := range map[string]string{
			"legacy": "AWS_RETRY_MODE=legacy", "standard": "AWS_RETRY_MODE=standard", "on": "AWS_NEW_RETRIES_2026=true",
		} {
			if mode == "on" && older(python.version, "1.43") {
				continue
			}
			run := together([]string{setting}, python.path, filepath.Join("testdata", "boto3_client.py"))
			all = append(all, reactor{name: "boto3 " + python.version + " " + mode, all: run})
		}
	}
	return all
}

// nodes are the SDK for JavaScript as it is, whose retries are those of 2026, and one from
// before, with them off and on (new-since-2025.md 6.1).
func nodes(t *testing.T, modules string) []reactor {
	t.Helper()
	script := filepath.Join("testdata", "javascript", "client.mjs")
	const now, before = "@aws-sdk/client-s3", "client-s3-before"
	on := []string{"SMITHY_NEW_RETRIES_2026=true", "AWS_NEW_RETRIES_2026=true"}
	name := func(pkg string) string { return "javascript, core " + coreVersion(t, modules, pkg) }
	return []reactor{
		{name: name(now), all: together(nil, "node", script, modules)},
		{name: name(before) + " off", all: together(nil, "node", script, modules, before)},
		{name: name(before) + " on", all: together(on, "node", script, modules, before)},
	}
}

// coreVersion is that of the @smithy/core that a package finds, which has the retries.
func coreVersion(t *testing.T, modules, pkg string) string {
	t.Helper()
	const core = "@smithy/core"
	return packageVersion(t, modules, pkg+"/node_modules/"+core, core)
}

// stores are what node has besides the SDK.
func stores(t *testing.T, modules string) []reactor {
	t.Helper()
	script := filepath.Join("testdata", "javascript", "stores.mjs")
	run := func(name string) batch { return together(nil, "node", script, modules, name) }
	version := func(pkg string) string { return path.Base(pkg) + " " + packageVersion(t, modules, pkg) }
	return []reactor{
		{name: version("@aws-sdk/lib-storage"), all: run("lib-storage"), does: "upload"},
		{name: "minio-js " + packageVersion(t, modules, "minio"), all: run("minio"),
			does: "put get copy several upload download", impatient: true},
		{name: version("opendal"), all: run("opendal"), does: "put new get copy several upload download", impatient: true},
		{name: version("@lancedb/lancedb"), all: run("lancedb"), does: "put get upload download",
			first: tableFirst, opaque: true, endless: true},
	}
}

// tableFirst is the table that is to be read.
func tableFirst(m meeting) []step {
	return append(m.before("get", step{Do: "put"}), m.before("download", step{Do: "put"})...)
}

// packageVersion is that of a package which is in the first of some folders below a folder.
func packageVersion(t *testing.T, modules string, places ...string) string {
	t.Helper()
	var last error
	for _, place := range places {
		var p struct{ Version string }
		text, err := os.ReadFile(filepath.Join(modules, filepath.FromSlash(place), "package.json"))
		if err == nil {
			err = json.Unmarshal(text, &p)
		}
		if err == nil {
			return p.Version
		}
		last = err
	}
	t.Fatal(last)
	return ""
}

// older says whether a version is before another.
func older(version, than string) bool {
	return slices.Compare(numbers(version), numbers(than)) < 0
}

func numbers(version string) (all []int) {
	for _, digits := range regexp.MustCompile(`\d+`).FindAllString(version, -1) {
		var n int
		fmt.Sscan(digits, &n)
		all = append(all, n)
	}
	return all
}
