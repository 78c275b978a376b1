package s3api

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vectors is where the cases of whole requests are, one a file.
const vectors = "../../emulator/testdata/vectors"

// A condition key that a request's header or parameter gives has a vector: a policy
// that depends on it, and a request that has it.
func TestEveryConditionKeyHasAVector(t *testing.T) {
	var all strings.Builder
	err := filepath.WalkDir(vectors, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	written := strings.ToLower(all.String())
	has := func(key string) {
		if !strings.Contains(written, strings.ToLower(key)) {
			t.Errorf("%s has no vector in emulator/testdata/vectors", key)
		}
	}
	for _, k := range headerKeys {
		has(k.key)
	}
	for _, k := range queryKeys {
		has(k.key)
	}
}
