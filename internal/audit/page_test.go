package audit

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

const page, begins, ends = "../../docs/audit.md", "<!-- cases: a test writes them -->\n", "<!-- end of cases -->\n"

// The cases stand in docs/audit.md, between two marks, as the tables have them.
func TestCasesPage(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), begins)
	_, after, found := strings.Cut(rest, ends)
	if !found {
		t.Fatalf("%s has no marks around the cases", page)
	}
	var table strings.Builder
	table.WriteString("| `--deny` | a case | what the program meets |\n| --- | --- | --- |\n")
	for _, d := range denials {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", d.name, d.caseOf("OPERATION"), book.Cell(d.means))
	}
	table.WriteString("\n| `--faults` | a case | what the program meets |\n| --- | --- | --- |\n")
	for _, b := range builtIn {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", b.name, faultTitle(b.name, "OPERATION"), book.Cell(b.means))
	}
	book.Hold(t, page, before+begins+"\n"+table.String()+"\n"+ends+after)
}
