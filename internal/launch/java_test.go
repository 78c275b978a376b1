//go:build unix

package launch

import (
	"bytes"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
)

// TestJava: a Java program without a setting reaches AWS's own address, by its machine's options,
// and trusts what it finds there; those that the environment has stay.
func TestJava(t *testing.T) {
	programs.Need(t, "java")
	t.Setenv(javaOptions, "-Dof.its.own=kept")
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	stage, err := Open(t.Context(), Config{File: library, Proxy: true})
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	w, err := stage.World("plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	ending := ran(t, w, Program{
		Args:   []string{"java", "testdata/Asks.java", "https://my-bucket.s3.us-east-1.amazonaws.com/file.txt"},
		Caller: "app", Stdout: &stdout, Stderr: &stderr,
	})
	if !ending.Well() || !strings.HasPrefix(stdout.String(), "403 ") || !strings.Contains(stdout.String(), "<Code>AccessDenied</Code>") {
		t.Errorf("%+v\n%s%s", ending, &stdout, &stderr)
	}
	if !strings.Contains(stderr.String(), "-Dof.its.own=kept ") {
		t.Errorf("its machine says %s", &stderr)
	}
}
