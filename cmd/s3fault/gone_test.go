package main

import (
	"path/filepath"
	"testing"
)

// A world that has expired is told from a server that fails, and a schema that is left alone
// from one that is written.
func TestWhatIsNotThere(t *testing.T) {
	if err := error(&notThere{refusal("404 Not Found", nil)}); !gone(err) || gone(refusal("500", nil)) {
		t.Errorf("gone: %v", gone(err))
	}
	path := filepath.Join(t.TempDir(), schemaName)
	for _, want := range []bool{true, false} {
		if _, written, err := writeSchema(path, false); written != want || err != nil {
			t.Errorf("written: %v, %v", written, err)
		}
	}
	if got := fileOption("my file.yaml"); got != " -f 'my file.yaml'" {
		t.Error(got)
	}
}
