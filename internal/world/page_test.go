package world

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

const datesHead = `# Since when S3 answers so

Written from the table of differences (` + "`internal/world/answers.go`" + `); do not edit. A scenario's ` + "`as_of`" + ` chooses the day, its ` + "`responses`" + ` whether the article's own answers are on (interface.md "responses").

| since | what | with responses: article | source |
| --- | --- | --- | --- |
`

// TestDatesPage holds docs/facts/dates.md against the table of differences, and
// wants a source beside every day.
func TestDatesPage(t *testing.T) {
	told, sources := differenceComments(t)
	page := strings.Builder{}
	page.WriteString(datesHead)
	for d, row := range differences {
		since, article := "not at AWS", "from that day"
		if !row.since.IsZero() {
			since = row.since.Format("2006-01-02")
			if sources[d] == "" {
				t.Errorf("answers.go says no source for the day of: %s", told[d])
			}
		}
		switch {
		case row.inArticle:
			article = "always"
		case row.notInArticle:
			article = "never"
		}
		fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", since, book.Cell(told[d]), article, book.Cell(sources[d]))
	}
	book.Hold(t, "../../docs/facts/dates.md", page.String())
}

// differenceComments are what answers.go says of each Difference: at its constant,
// without the name, and above its row.
func differenceComments(t *testing.T) (told, sources []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "answers.go", nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	comments, number := ast.NewCommentMap(files, file, file.Comments), map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			// The constants come first, each explained; then the table.
			if len(told) < len(differences) && n.Doc != nil {
				number[n.Names[0].Name] = len(told)
				told = append(told, oneLine(strings.TrimPrefix(n.Doc.Text(), n.Names[0].Name+": ")))
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && len(comments[n]) > 0 {
				sources[number[key.Name]] = oneLine(comments[n][0].Text())
			}
		case *ast.File:
			sources = make([]string, len(differences))
		}
		return true
	})
	if len(told) != len(differences) {
		t.Fatalf("answers.go explains %d differences of %d", len(told), len(differences))
	}
	return told, sources
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
