package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// TestAlone: a scenario that is written as a file of its own is the same again, for each of the
// library.
func TestAlone(t *testing.T) {
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range library.Names() {
		text, err := library.Alone(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := scenarios.Parse(name+".json", text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := file.Alone(name)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s is written as %s, and then as %s (%v)", name, text, again, err)
		}
	}
	if _, err := library.Alone("ip-dney"); err == nil {
		t.Error("there is a scenario ip-dney")
	}
}

// TestAloneHasItsPolicies: what stands in a file of its own goes along.
func TestAloneHasItsPolicies(t *testing.T) {
	dir := t.TempDir()
	policy := `{"Version":"2012-10-17","Statement":[{"Sid":"OfFile","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	file := `{version: 1, scenarios: {s: {title: A file, fix: [1], callers: {app: {user: u}},
  accounts: {123456789012: {users: {u: {policies: {file: {file: p.json}, other: {file: p.json}}}}}},
  buckets: {bkt: {tags: {file: p.json}}}}}}`
	for name, text := range map[string]string{"p.json": policy, "s.yaml": file} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := scenarios.Load(filepath.Join(dir, "s.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Alone("s")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "OfFile"); n != 2 || !strings.Contains(string(text), `"tags":{"file":"p.json"}`) {
		t.Errorf("%d policies are written out in %s", n, text)
	}
	if _, err := scenarios.Parse("elsewhere", text); err != nil {
		t.Error(err)
	}
}
