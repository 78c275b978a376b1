package build_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/scenarios"
)

// A bucket that another writes to is in the world, or may be another account's.
func TestTargetsAreThere(t *testing.T) {
	refusedWith(t, "logs", "bucket: logs\n          prefix: source/", "bucket: log\n          prefix: source/",
		`unknown bucket "log" (did you mean "logs"?)`)
	refusedWith(t, "replicas of an own account", "{bucket: copies, account: 123456789012",
		"{bucket: copie, account: 123456789012", `unknown bucket "copie" (did you mean "copies"?)`)
	refusedWith(t, "a patch's place", "bucket: logs\n          prefix: source/", "bucket: nope\n          prefix: source/",
		"world.yaml:67:19")
	given := strings.Replace(text(t, "rest"), "destination: {bucket: source}", "destination: {bucket: souce}", 1)
	f, err := scenarios.Parse("world.yaml", []byte(given))
	if err != nil {
		t.Fatal(err)
	}
	warned := false
	for _, w := range f.Warnings() {
		warned = warned || strings.Contains(w.Error(), `unknown bucket "souce"`) &&
			strings.Contains(w.Error(), `did you mean "source"?`)
	}
	if !warned {
		t.Errorf("nothing warns of a destination that is not in the world: %v", f.Warnings())
	}
	other := strings.Replace(given, "{bucket: souce}", "{bucket: souce, account: 999988887777}", 1)
	if f, err = scenarios.Parse("world.yaml", []byte(other)); err != nil {
		t.Fatal(err)
	}
	for _, w := range f.Warnings() {
		if strings.Contains(w.Error(), "souce") {
			t.Errorf("a bucket of an account outside of the file is warned of: %v", w)
		}
	}
}

// A patch is held against the world where it changes a target: what has become of an old one is
// no business of it.
func TestTargetsOfAPatch(t *testing.T) {
	srv := emulatortest.Start(t, "targets", emulatortest.YAML(`version: 1
scenarios:
  targets:
    title: a bucket that logs
    fix: []
    accounts: {123456789012: {}}
    callers: {admin: {root: true}}
    buckets: {source: {logging: {bucket: logs, prefix: ""}}, logs: {}}
`))
	if err := srv.Patch(`{"buckets": {"logs": null}}`); err != nil {
		t.Errorf("the target cannot be deleted: %v", err)
	}
	if err := srv.Patch(`{"buckets": {"source": {"tags": {"a": "b"}}}}`); err != nil {
		t.Errorf("a patch of something else: %v", err)
	}
	err := srv.Patch(`{"buckets": {"source": {"logging": {"bucket": "sourc"}}}}`)
	if err == nil || !strings.Contains(err.Error(), `unknown bucket "sourc" (did you mean "source"?)`) {
		t.Errorf("another target: %v", err)
	}
}
