// Package vectors reads test vectors: files of JSON that hold one case and what must come of it each, with the source
// that says so. It is for tests alone.
package vectors

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Load reads every *.json of a folder into a T, by the file's name without its ending. An unknown key, text after the
// vector, and a folder without vectors are fatal: a vector that is not understood proves nothing.
func Load[T any](t testing.TB, folder string) map[string]T {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in %s (%v)", folder, err)
	}
	all := make(map[string]T, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v T
		if err := Decode(text, &v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = v
	}
	return all
}

// Decode reads one JSON value into v and takes no key that v does not have.
func Decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("text after the end")
	}
	return nil
}
