package clients

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// reactor is a client whose reactions to faults are held, by the versions and settings
// that decide them: "boto3 1.43.11 legacy".
type reactor struct {
	name string
	run  runner
}

// reactors are the clients that are here. Retries are the business of the SDK's core, so
// that is the version that counts.
func reactors(t *testing.T) []reactor {
	t.Helper()
	all := []reactor{
		{"aws-sdk-go-v2 " + moduleVersion(t, "github.com/aws/aws-sdk-go-v2"), runGoSDK},
		{"minio-go " + moduleVersion(t, "github.com/minio/minio-go/v7"), runMinio},
	}
	if programs.On() {
		all = append(all, pythons()...)
		all = append(all, nodes(t)...)
	}
	return all
}

// moduleVersion is the version that go.mod has of a module.
func moduleVersion(t *testing.T, module string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(module) + ` v(\S+)`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("go.mod does not have %s", module)
	}
	return string(m[1])
}

// pythons are boto3 in both retry modes; legacy is what it does unless told.
func pythons() (all []reactor) {
	for _, python := range pythonsWithBoto3() {
		for _, mode := range []string{"legacy", "standard"} {
			run := programWith([]string{"AWS_RETRY_MODE=" + mode}, python.path, filepath.Join("testdata", "boto3_client.py"))
			all = append(all, reactor{"boto3 " + python.version + " " + mode, run})
		}
	}
	return all
}

// nodes are the SDK for JavaScript as it is, whose retries are those of 2026, and one from
// before, with them off and on (new-since-2025.md 6.1).
func nodes(t *testing.T) []reactor {
	t.Helper()
	modules, err := nodeModules()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join("testdata", "javascript", "client.mjs")
	const now, before = "@aws-sdk/client-s3", "client-s3-before"
	on := []string{"SMITHY_NEW_RETRIES_2026=true", "AWS_NEW_RETRIES_2026=true"}
	return []reactor{
		{"javascript, core " + coreVersion(t, modules, now), program("node", script, modules)},
		{"javascript, core " + coreVersion(t, modules, before) + " off", program("node", script, modules, before)},
		{"javascript, core " + coreVersion(t, modules, before) + " on", programWith(on, "node", script, modules, before)},
	}
}

// coreVersion is that of the @smithy/core that a package finds, which has the retries.
func coreVersion(t *testing.T, modules, pkg string) string {
	t.Helper()
	const core = "@smithy/core/package.json"
	text, err := os.ReadFile(filepath.Join(modules, pkg, "node_modules", core))
	if err != nil {
		text, err = os.ReadFile(filepath.Join(modules, core))
	}
	var p struct{ Version string }
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.Version
}
