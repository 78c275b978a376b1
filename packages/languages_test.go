package packages

import (
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// What docs/languages.md has any language ask is typed as it stands there, and answered so.
func TestLanguagesPage(t *testing.T) {
	calls := strings.Split(strings.TrimSpace(firstExample(t, "../docs/languages.md", "sh")), "\n")
	answers := []string{`"status":"ok"`, `"id":"t-17"`, `{"error":"`, `{`}
	if len(calls) != len(answers) {
		t.Fatalf("%d calls", len(calls))
	}
	programs.Need(t, "bash", "curl")
	srv := emulatortest.Start(t, "plain", emulatortest.Alone())
	for i, call := range calls {
		call = strings.ReplaceAll(call, "http://127.0.0.1:9403", srv.Endpoint)
		out := runs(t, ".", append(os.Environ(), "NO_PROXY=127.0.0.1"), "bash", "-c", call)
		if !strings.Contains(out, answers[i]) {
			t.Errorf("%s: %s", call, out)
		}
	}
}
