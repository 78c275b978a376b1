package examples

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The README leads to the line of each bug.
func TestReadmeLeadsToTheBugs(t *testing.T) {
	page := text(t, "README.md")
	for _, s := range seeded {
		for _, language := range languages {
			file := s.program + "." + language
			link := fmt.Sprintf("(%s/bug/%s#L%d)", s.bug, file, lineOfBug(t, s.bug+"/bug/"+file))
			if !strings.Contains(page, link) {
				t.Errorf("README.md has no link to %s", link)
			}
			if strings.Contains(text(t, s.bug+"/mended/"+file), "BUG") {
				t.Errorf("%s/mended/%s is not mended", s.bug, file)
			}
		}
	}
}

// lineOfBug is the number of the line that says BUG, of which a program has one.
func lineOfBug(t *testing.T, file string) (number int) {
	t.Helper()
	for i, line := range strings.Split(text(t, file), "\n") {
		if !strings.Contains(line, "BUG:") {
			continue
		}
		if number > 0 {
			t.Fatalf("%s has a bug in line %d and one in line %d", file, number, i+1)
		}
		number = i + 1
	}
	if number == 0 {
		t.Fatalf("%s has no bug", file)
	}
	return number
}

func text(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
