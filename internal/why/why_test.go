package why

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
)

// What AWS might have refused is said of a request that was let through.
func TestWarningsAreExplained(t *testing.T) {
	var out strings.Builder
	entry := &emulator.Entry{
		RequestID: "A", Operation: "PutBucketPolicy", Status: 204,
		Warnings: []string{"the service principal is none that s3fault knows"},
	}
	if err := (&Case{Request: entry}).Write(&out, Style{}); err != nil {
		t.Fatal(err)
	}
	if want := "\n  warning: the service principal is none that s3fault knows\n"; !strings.Contains(out.String(), want) {
		t.Errorf("%q", out.String())
	}
}
