package floors

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

// What no source settles is chosen, and marked so where it stands. The page has all of it.
const unsure = "[unsure]"

// TestUnsurePage holds docs/facts/unsure.md against the marks in the sources.
func TestUnsurePage(t *testing.T) {
	rows := unsureRows(t)
	text := "# What no source settles\n\nWritten from the marks in the sources by `TestUnsurePage`: " +
		fmt.Sprint(len(rows)) + " answers, words and rules for which nobody has published what AWS does, each with what " +
		"was chosen as the likelier. Who knows better, or has seen AWS's own answer, is welcome to say so.\n\n" +
		"| where | what |\n| --- | --- |\n" + strings.Join(rows, "")
	book.Hold(t, top+"/docs/facts/unsure.md", text)
}

// unsureRows are all marks, and what they are about.
func unsureRows(t *testing.T) (rows []string) {
	t.Helper()
	for _, s := range house(t) {
		if !s.test {
			rows = append(rows, unsureIn(&s)...)
		}
	}
	return append(rows, unsureCodes(t)...)
}

// unsureIn are the marks in one file, each with what it stands at.
func unsureIn(s *source) (rows []string) {
	for _, group := range s.file.Comments {
		text := strings.Join(strings.Fields(group.Text()), " ")
		for _, sentence := range sentences(text) {
			if strings.Contains(sentence, unsure) {
				what := plain(sentence)
				if what == "" { // behind code, which says it
					what = "`" + codeAt(s, group.Pos()) + "`"
				}
				rows = append(rows, fmt.Sprintf("| `%s` %s | %s |\n", s.path(), holder(s.file, group), book.Cell(what)))
			}
		}
	}
	return rows
}

var ends = regexp.MustCompile(`[.:?]\s+(?:[A-Z]|$)`)

// sentences splits a text where a full stop is followed by a capital letter; a mark behind
// the stop belongs to the sentence before it.
func sentences(text string) (all []string) {
	text = strings.ReplaceAll(text, ". "+unsure, " "+unsure+".")
	for {
		at := ends.FindStringIndex(text)
		if at == nil {
			return append(all, text)
		}
		all, text = append(all, text[:at[0]+1]), strings.TrimSpace(text[at[0]+1:])
	}
}

// isUnsure is a sentence that says so.
var isUnsure = regexp.MustCompile(`\b(is|are|was|be) \[unsure\]`)

func plain(sentence string) string {
	sentence = isUnsure.ReplaceAllString(sentence, "$1 unsure")
	sentence = strings.Join(strings.Fields(strings.ReplaceAll(sentence, unsure, "")), " ")
	return strings.NewReplacer(" .", ".", " ,", ",", " ;", ";", " )", ")").Replace(sentence)
}

// codeAt is the code of a line, without what is said behind it.
func codeAt(s *source, at token.Pos) string {
	line := strings.Split(s.text, "\n")[positions.Position(at).Line-1]
	code, _, _ := strings.Cut(line, "//")
	return strings.TrimSpace(code)
}

// holder is the declaration that a comment is of, or stands in.
func holder(file *ast.File, of *ast.CommentGroup) string {
	for _, d := range file.Decls {
		doc, name := declared(d)
		if doc == of || d.Pos() <= of.Pos() && of.End() <= d.End() {
			return name
		}
	}
	return ""
}

func declared(d ast.Decl) (*ast.CommentGroup, string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Doc, d.Name.Name
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				return d.Doc, spec.Names[0].Name
			case *ast.TypeSpec:
				return d.Doc, spec.Name.Name
			}
		}
		return d.Doc, ""
	}
	return nil, ""
}

// unsureCodes are the rows of the error catalogue whose words no source has.
func unsureCodes(t *testing.T) (rows []string) {
	for _, p := range pages(t) {
		if p.path != "internal/s3err/testdata/codes.tsv" {
			continue
		}
		for _, line := range strings.Split(p.text, "\n") {
			if cells := strings.Split(line, "\t"); len(cells) == 4 && strings.Contains(cells[3], "unsure") {
				rows = append(rows, fmt.Sprintf("| error code %s | %s |\n", cells[0], book.Cell(cells[2])))
			}
		}
	}
	slices.Sort(rows)
	return rows
}
