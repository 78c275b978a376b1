package s3err

import (
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

const codesHead = `# Error codes

Written from the catalogue (` + "`internal/s3err/catalogue.go`" + `) and the sources beside its test; do not edit. Where S3 fills something in, or has several texts for a code, the words are "various". "closes" marks a code after which S3 closes the connection.

| code | status | words | closes | source |
| --- | --- | --- | --- | --- |
`

// TestCodesPage holds docs/facts/codes.md against the catalogue.
func TestCodesPage(t *testing.T) {
	page := strings.Builder{}
	page.WriteString(codesHead)
	for _, f := range facts(t) {
		words, closes := "various", ""
		if f.message != "" {
			words = "`" + f.message + "`"
		}
		if c, ok := Lookup(f.code); ok && c.close {
			closes = "yes"
		}
		fmt.Fprintf(&page, "| %s | %d | %s | %s | %s |\n", f.code, f.status, book.Cell(words), closes, f.source)
	}
	book.Hold(t, "../../docs/facts/codes.md", page.String())
}
