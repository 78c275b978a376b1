package floors

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// books is the folder of what the sources cite. Its README.md says how.
const books = "docs/facts/"

// rowsOf is the book whose rows may be cited without its name, as "row A7", and by
// a test that is named after one.
const rowsOf = "s3-errors"

// The parts of a citation. Between two words a comment may go on in the next line.
const (
	gap    = `(?:[ \t]+|[ \t]*\n[ \t]*(?://|#)[ \t]*)`
	number = `(?:\d+(?:\.\d+)?[a-z]?|[A-Z]\d+[a-z]?|cause` + gap + `\d+)\b`
	name   = `\\?"[A-Za-z][A-Za-z ]*\\?"`
	joint  = `(?:,` + gap + `and|,|` + gap + `and|` + gap + `to)` + gap
	ids    = `((?:` + number + `|` + name + `)(?:` + joint + number + `)*)`
)

var (
	toBook   = regexp.MustCompile(`([\w./-]+)\.md\b(?:` + gap + ids + `)?`)
	toRow    = regexp.MustCompile(`\b[Rr]ows?` + gap + `([A-Z]\d+[a-z]?\b(?:` + joint + `[A-Z]\d+[a-z]?\b)*)`)
	ofTest   = regexp.MustCompile(`"([AQR]\d{1,2}[a-z]?)[ ":,]`)
	ofVector = regexp.MustCompile(`(?m)^ *source: "(new )?(\d+(?:\.\d+)?[a-z]?)\b`)
	loose    = regexp.MustCompile(`^,?` + gap + `(?:sections?|rows?)` + gap + `[A-Z]?\d|^,` + gap + `causes?` + gap)
	each     = regexp.MustCompile(`(to` + gap + `)?(` + number + `|` + name + `)`)
	anchor   = regexp.MustCompile(`<a id="([^"]+)"></a>`)
	spaces   = regexp.MustCompile(gap)
)

// TestCitations: every citation leads to a row of the books, or to a file.
func TestCitations(t *testing.T) {
	for _, against := range unresolved(pages(t)) {
		t.Error(against)
	}
}

// page is a file that may cite or be cited, by its path from the top.
type page struct{ path, text string }

func pages(t *testing.T) (all []page) {
	t.Helper()
	err := filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != top && entry.Name() != "testdata" && isAside(entry.Name()):
			return filepath.SkipDir
		case entry.IsDir() || !slices.Contains([]string{".go", ".json", ".yaml", ".tsv", ".md"}, filepath.Ext(name)):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		from, err := filepath.Rel(top, name)
		all = append(all, page{filepath.ToSlash(from), string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// shelf is what can be cited: the ids of each book, and the repository's files by
// path and by name.
type shelf struct {
	books map[string]map[string]bool
	files map[string]bool
}

// unresolved finds the citations that lead nowhere.
func unresolved(all []page) (against []string) {
	s := shelf{map[string]map[string]bool{}, map[string]bool{}}
	for _, p := range all {
		s.files[p.path], s.files[path.Base(p.path)] = true, true
		if book, ok := strings.CutPrefix(p.path, books); ok && book != "README.md" {
			s.books[strings.TrimSuffix(book, ".md")] = anchors(p.text)
		}
	}
	for _, p := range all {
		against = append(against, s.unresolved(p)...)
	}
	return against
}

// anchors are the ids of a book.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, m := range anchor.FindAllStringSubmatch(text, -1) {
		found[strings.Replace(m[1], "cause-", "cause ", 1)] = true
	}
	return found
}

func (s shelf) unresolved(p page) (against []string) {
	judge := func(form *regexp.Regexp, fault func(m []int) string) {
		for _, m := range form.FindAllStringSubmatchIndex(p.text, -1) {
			if fault := fault(m); fault != "" {
				against = append(against, p.at(m[0])+fault)
			}
		}
	}
	row := func(m []int) string { return s.missing(rowsOf, p.text[m[2]:m[3]]) }
	judge(toBook, func(m []int) string { return s.fault(p, m) })
	judge(toRow, row)
	if strings.HasSuffix(p.path, "_test.go") {
		judge(ofTest, row)
	}
	if path.Dir(p.path) == "emulator/testdata/vectors" {
		judge(ofVector, func(m []int) string {
			book := "authorization"
			if m[2] >= 0 {
				book = "new-since-2025"
			}
			return s.missing(book, p.text[m[4]:m[5]])
		})
	}
	return against
}

// fault says what is wrong with a match of toBook; empty: nothing.
func (s shelf) fault(p page, m []int) string {
	file := p.text[m[2]:m[3]]
	switch _, isBook := s.books[file]; {
	case isBook && loose.MatchString(p.text[m[3]+len(".md"):]):
		return fmt.Sprintf(": a citation is written %s.md ID (%sREADME.md)", file, books)
	case isBook && m[4] >= 0:
		return s.missing(file, p.text[m[4]:m[5]])
	case isBook, p.isLiteral(m[0]), s.files[file+".md"], s.files[path.Join(path.Dir(p.path), file+".md")]:
		return ""
	}
	return fmt.Sprintf(" names %s.md, which is no file and no book in %s", file, books)
}

// missing says which ids of the list the book does not have; empty: it has them all.
func (s shelf) missing(book, list string) string {
	for _, id := range expand(list) {
		if !s.books[book][id] {
			return fmt.Sprintf(" cites %s.md %s, and %s%[1]s.md has no such row", book, id, books)
		}
	}
	return ""
}

// at is a place in the page: "policy/key.go:11".
func (p page) at(offset int) string {
	return fmt.Sprintf("%s:%d", p.path, 1+strings.Count(p.text[:offset], "\n"))
}

// isLiteral says whether what stands there is Go and no comment, where a name that
// ends in .md may be that of a file yet to be made.
func (p page) isLiteral(offset int) bool {
	line := p.text[strings.LastIndexByte(p.text[:offset], '\n')+1 : offset]
	return path.Ext(p.path) == ".go" && !strings.Contains(line, "//")
}

// expand is a list of ids one by one: "A7 to A9, A13" has A8 too.
func expand(list string) (all []string) {
	for _, m := range each.FindAllStringSubmatch(list, -1) {
		id := strings.Trim(spaces.ReplaceAllString(m[2], " "), `\"`)
		if m[1] != "" {
			all = append(all, between(all[len(all)-1], id)...)
		}
		all = append(all, id)
	}
	return all
}

// between are the ids that "A7 to A9" leaves out; none where they do not count up.
func between(from, to string) (all []string) {
	head := strings.TrimRight(from, "0123456789")
	first, err1 := strconv.Atoi(strings.TrimPrefix(from, head))
	last, err2 := strconv.Atoi(strings.TrimPrefix(to, head))
	if err1 != nil || err2 != nil {
		return nil
	}
	for n := first + 1; n < last; n++ {
		all = append(all, head+strconv.Itoa(n))
	}
	return all
}
