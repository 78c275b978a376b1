// Package book holds the pages of docs that are written from a table in the code, or
// from the library, against that. It is for tests alone.
package book

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the pages of docs again")

// Hold fails the test if the page does not have the text, and says how to write it
// again: with -update it is written.
func Hold(t testing.TB, page, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(page)
	if err == nil && string(got) == text {
		return
	}
	t.Errorf("%s is not what the code says (%v; line %d); write it again: go test ./%s -run '^%s$' -update",
		page, err, differs(string(got), text), here(t), t.Name())
}

// differs is the first line, counted from 1, in which two texts differ.
func differs(a, b string) int {
	lines := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(lines) || line != lines[i] {
			return i + 1
		}
	}
	return strings.Count(a, "\n") + 1
}

// here is the folder of the test's package, from the top of the repository.
func here(t testing.TB) string {
	t.Helper()
	work, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	top := work
	for !isTop(top) && top != filepath.Dir(top) {
		top = filepath.Dir(top)
	}
	dir, err := filepath.Rel(top, work)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(dir)
}

func isTop(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// Cell is a text as a cell of a table in Markdown.
func Cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
