package finding

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

const (
	page   = "../../docs/audit.md"
	begins = "<!-- findings: a test writes them -->\n"
	ends   = "<!-- end of findings -->\n"
)

// The findings stand in docs/audit.md, between two marks, as they are here.
func TestFindingsPage(t *testing.T) {
	written, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(written), begins)
	_, after, ended := strings.Cut(rest, ends)
	if !begun || !ended {
		t.Fatalf("%s has no place for the findings: %s%s", page, begins, ends)
	}
	table := "| finding | means |\n| --- | --- |\n"
	for _, f := range finders {
		table += fmt.Sprintf("| `%s` | %s |\n", f.kind, book.Cell(f.means))
	}
	table += fmt.Sprintf("| `%s` | none of these |\n", Good)
	book.Hold(t, page, before+begins+"\n"+table+"\n"+ends+after)
}

// Every kind has a finder, and its meaning.
func TestKinds(t *testing.T) {
	for _, k := range Kinds() {
		if k.Means() == "" {
			t.Errorf("%s means nothing", k)
		}
	}
	if Kind("lost").Means() != "" {
		t.Error("lost is no kind")
	}
}
