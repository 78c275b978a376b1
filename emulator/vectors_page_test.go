package emulator_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

const vectorsHead = `# What the emulator shows

Written from ` + "`emulator/testdata/vectors`" + `, where each file plays one fact over HTTP; do not edit. A row is of the section of [authorization.md](authorization.md) with which it begins, after "new" of [new-since-2025.md](new-since-2025.md). What needs no server is in ` + "`policy/testdata/vectors` and `internal/decide/testdata/vectors`" + `.

| row | what is shown | vector |
| --- | --- | --- |
`

// TestVectorsPage holds docs/facts/vectors.md against the vectors, in the order of
// the rows.
func TestVectorsPage(t *testing.T) {
	all := slices.Clone(vectors(t))
	slices.SortStableFunc(all, func(a, b *vector) int {
		return cmp.Compare(slices.Index(factRows, a.scenario.Source), slices.Index(factRows, b.scenario.Source))
	})
	page := strings.Builder{}
	page.WriteString(vectorsHead)
	for _, v := range all {
		fmt.Fprintf(&page, "| %s | %s | [%s](../../emulator/%s) |\n",
			book.Cell(v.scenario.Source), book.Cell(v.scenario.Title), v.scenario.Name, filepath.ToSlash(v.path))
	}
	book.Hold(t, "../docs/facts/vectors.md", page.String())
}
