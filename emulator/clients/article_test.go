package clients

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/internal/rehearse"
	"github.com/s3fault/s3fault/scenarios"
)

// articleRow is one line of the table in docs/article.md.
type articleRow struct {
	command  string
	scenario string
	page     string // of docs/lessons
	printed  string // empty: nothing
}

// TestArticle types every command of the article into the real AWS CLI, in the
// scenario that docs/article.md names, and holds what it prints against the table.
func TestArticle(t *testing.T) {
	t.Parallel()
	rows := articleTable(t)
	t.Run("whole", func(t *testing.T) { articleIsWhole(t, rows) })
	steps := rehearsed(t, rows)
	for _, row := range rows {
		t.Run(row.scenario+" "+row.command, func(t *testing.T) {
			var printed []string
			for _, s := range steps[row.scenario] {
				if !isTyped(s.Run, row.command) {
					continue
				}
				if s.Missing != "" {
					t.Fatal(s.Missing + " is not installed")
				}
				printed = append(printed, oneSpaced(s.Printed))
			}
			if len(printed) == 0 {
				t.Fatalf("the lesson of %s does not type it", row.scenario)
			}
			if !slices.ContainsFunc(printed, row.isPrinted) {
				t.Errorf("it prints not %q but %q", row.printed, printed)
			}
		})
	}
}

// root is the folder of the repository.
const root = "../.."

// articleIsWhole: no command of the article is left out.
func articleIsWhole(t *testing.T, rows []articleRow) {
	list, err := os.ReadFile(filepath.Join("testdata", "article", "commands.txt"))
	if err != nil {
		t.Fatal(err)
	}
	commands := strings.Split(strings.TrimSpace(string(list)), "\n")
	for i, command := range commands {
		if i >= len(rows) || rows[i].command != command {
			t.Fatalf("docs/article.md lacks the article's %q, which is its command %d", command, i+1)
		}
	}
	for _, row := range rows {
		page, err := os.ReadFile(filepath.Join(root, "docs", "lessons", row.page))
		if err != nil || !strings.Contains(string(page), "\n## "+row.scenario+"\n") {
			t.Errorf("docs/article.md: %s is not in docs/lessons/%s (%v)", row.scenario, row.page, err)
		}
	}
	if len(rows) != len(commands) {
		t.Errorf("docs/article.md has %q, which is not the article's", rows[len(commands)].command)
	}
}

// tableRow is a line of the table: fix, command, scenario, what is printed.
var tableRow = regexp.MustCompile("^\\| (?:[0-9]+|more) \\| `(.*)` \\| \\[([a-z0-9-]+)\\]\\(lessons/([a-z0-9-]+\\.md)#([a-z0-9-]+)\\) \\| (?:`(.*)`|nothing) \\|$")

func articleTable(t *testing.T) []articleRow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "article.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []articleRow
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| fix |") || strings.HasPrefix(line, "| --- |") {
			continue
		}
		found := tableRow.FindStringSubmatch(line)
		if found == nil || found[2] != found[4] {
			t.Fatalf("docs/article.md has a row of another form: %s", line)
		}
		unescape := strings.NewReplacer(`\|`, "|").Replace
		rows = append(rows, articleRow{command: unescape(found[1]), scenario: found[2], page: found[3], printed: unescape(found[5])})
	}
	return rows
}

// rehearsed plays the table's scenarios, and fails for each that does not go as
// its lesson says.
func rehearsed(t *testing.T, rows []articleRow) map[string][]rehearse.Step {
	t.Helper()
	programs.Need(t, "bash", "aws")
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	stage, err := rehearse.Open(t.Context(), rehearse.Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	var names []string
	for _, row := range rows {
		if !slices.Contains(names, row.scenario) {
			names = append(names, row.scenario)
		}
	}
	steps := map[string][]rehearse.Step{}
	stage.All(t.Context(), names, func(p rehearse.Played) {
		if p.Err != nil {
			t.Errorf("%s: %v", p.Scenario, p.Err)
		}
		for _, s := range p.Steps {
			if s.Problem != "" {
				t.Errorf("%s %s %q: %s\n%s", p.Scenario, s.Part, s.Run, s.Problem, s.Printed)
			}
		}
		steps[p.Scenario] = p.Steps
	})
	return steps
}

// isTyped says whether what was typed is the article's command, or a program that
// has it as a line.
func isTyped(typed, command string) bool {
	typed = strings.ReplaceAll(typed, "python3", "python")
	if oneSpaced(strings.ReplaceAll(typed, "\\\n", " ")) == command {
		return true
	}
	for line := range strings.Lines(typed) {
		if strings.TrimSpace(line) == command {
			return true
		}
	}
	return false
}

func oneSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// isPrinted says whether the output is what the table says.
func (r articleRow) isPrinted(output string) bool {
	if r.printed == "" {
		return output == ""
	}
	return printsLine(output, r.printed)
}

// printsLine says whether the output has the line, whose "…" stands for any text.
func printsLine(output, line string) bool {
	for part := range strings.SplitSeq(line, "…") {
		_, rest, found := strings.Cut(output, part)
		if !found {
			return false
		}
		output = rest
	}
	return true
}
