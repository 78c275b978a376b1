package shell

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/emulator"
)

// TestProfile: a program without keys is led to a profile that runs s3fault, whatever its
// path, and away from all other keys.
func TestProfile(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	c := Client{Name: "my app", Caller: emulator.Caller{Door: emulator.Door{From: "process"}}, S3fault: "/my programs/s3fault"}
	_, settings, err := c.Into(scenario, "", func(sc *emulator.Scenario) []Setting { return Direct(sc, "") })
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(settings, func(s Setting) bool { return s.Name == configFile })
	text, err := os.ReadFile(settings[i].Value)
	const want = "[default]\ncredential_process = '/my programs/s3fault' credentials --as 'my app'\n"
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, text)
	}
	if !slices.Contains(settings, Setting{Name: "AWS_ACCESS_KEY_ID", Unset: true}) {
		t.Error("keys stay")
	}
	if again, err := c.profile(); err != nil || again != settings[i].Value {
		t.Errorf("again: %s, %v", again, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(settings[i].Value), "*")); len(left) != 1 {
		t.Errorf("there are %q", left)
	}
	for text, want := range map[string]string{
		`C:\s3fault.exe`: `C:\s3fault.exe`, `C:\Program Files\s3fault.exe`: `"C:\Program Files\s3fault.exe"`,
	} {
		if got := argument(text, "windows"); got != want {
			t.Errorf("%s on Windows: %s", text, got)
		}
	}
}
