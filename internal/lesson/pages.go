package lesson

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/scenarios"
)

// Page is one file of docs/lessons.
type Page struct{ Name, Content string }

// headings are the subjects of the article's fixes, by number.
var headings = map[int]string{
	1:  "What the user or role may do",
	2:  "The bucket policy",
	3:  "Block Public Access",
	4:  "ACLs and Object Ownership",
	5:  "Access from another account",
	6:  "VPC endpoints",
	7:  "Buckets encrypted with KMS",
	8:  "Presigned URLs",
	9:  "Buckets with ACLs disabled",
	10: "Service control policies",
	11: "The region",
	12: "404 shown as 403",
}

// chapter is a page before it is written.
type chapter struct {
	number int // the article's; 0: beyond its fixes
	lesson []*scenarios.Scenario
}

func (c *chapter) file() string {
	if c.number == 0 {
		return "beyond.md"
	}
	return fmt.Sprintf("fix-%02d.md", c.number)
}

func (c *chapter) title() string {
	if c.number == 0 {
		return "Still not working, and beyond"
	}
	if h := headings[c.number]; h != "" {
		return fmt.Sprintf("Fix %d: %s", c.number, h)
	}
	return fmt.Sprintf("Fix %d", c.number)
}

// Pages are the lessons of a file as a book: an index, a page for each of the
// article's fixes, and one for what belongs to none. A scenario stands under each
// of its fixes.
func Pages(file *scenarios.File) ([]Page, error) {
	chapters, err := chapters(file)
	if err != nil {
		return nil, err
	}
	pages := []Page{index(chapters)}
	for _, c := range chapters {
		pages = append(pages, c.page())
	}
	return pages, nil
}

// chapters are in the article's order, what is beyond it last.
func chapters(file *scenarios.File) ([]*chapter, error) {
	byNumber := map[int]*chapter{}
	var all []*chapter
	for _, name := range file.Names() {
		sc, err := file.Scenario(name)
		if err != nil {
			return nil, err
		}
		numbers := sc.Fix
		if len(numbers) == 0 {
			numbers = []int{0}
		}
		for _, n := range numbers {
			if byNumber[n] == nil {
				byNumber[n] = &chapter{number: n}
				all = append(all, byNumber[n])
			}
			byNumber[n].lesson = append(byNumber[n].lesson, sc)
		}
	}
	slices.SortFunc(all, func(a, b *chapter) int {
		return cmp.Or(cmp.Compare(beyond(a), beyond(b)), cmp.Compare(a.number, b.number))
	})
	return all, nil
}

func beyond(c *chapter) int {
	if c.number == 0 {
		return 1
	}
	return 0
}

// generated is the first line of every page.
const generated = "<!-- Written from the scenario file by `s3fault lessons`: change that, not this. -->"

func (c *chapter) page() Page {
	b := &page{}
	b.line("%s\n# %s", generated, c.title())
	for _, sc := range c.lesson {
		b.line("\n%s", strings.TrimSuffix(Markdown(sc, 2), "\n"))
	}
	return Page{Name: c.file(), Content: b.String()}
}

func index(chapters []*chapter) Page {
	b := &page{}
	b.line("%s\n# The lessons", generated)
	b.line("\nEach scenario is a world in which S3 says no for one reason. Start `s3fault serve`, point a shell at a scenario with the line below its heading, and type what follows. `s3fault show NAME` tells the same on a terminal, and `s3fault rehearse` types all of it into the AWS CLI.")
	for _, c := range chapters {
		b.line("\n## [%s](%s)\n", c.title(), c.file())
		for _, sc := range c.lesson {
			b.line("- [%s](%s#%s): %s", sc.Name, c.file(), sc.Name, escape(sc.Title))
		}
	}
	return Page{Name: "README.md", Content: b.String()}
}
