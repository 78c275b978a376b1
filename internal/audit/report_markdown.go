package audit

import (
	"fmt"
	"io"
	"strings"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/tree"
)

// writeMarkdown writes what fits a pull request: what fails first, the table folded.
func writeMarkdown(w io.Writer, j *Judgement) error {
	b := &strings.Builder{}
	mark := "✅"
	if j.Failed() {
		mark = "❌"
	}
	fmt.Fprintf(b, "### %s s3fault audit of %s\n\n%s.\n", mark, code(strings.Join(j.Command, " ")), verdict(j))
	for _, never := range refusedAnyway(j.Baselines) {
		fmt.Fprintf(b, "\nRefused though nothing goes wrong: %s\n", cell(never))
	}
	for _, fails := range []bool{true, false} {
		markdownFindings(b, j, fails)
	}
	b.WriteString("\n<details><summary>All cases</summary>\n\n" +
		"| case | exit | attempts | seconds | findings |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range rows(j) {
		columns := []string{cell(r.name), cell(r.exit), r.attempts, r.seconds, cell(r.findings)}
		fmt.Fprintf(b, "| %s |\n", strings.Join(columns, " | "))
	}
	for _, left := range j.LeftOut {
		fmt.Fprintf(b, "\nLeft out: %s\n", cell(left))
	}
	b.WriteString("\n</details>\n")
	for _, stale := range j.Stale {
		fmt.Fprintf(b, "\nAccepted, and not found any more: %s\n", cell(stale))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownFindings writes the findings that fail the audit, or the others, those in a fold.
func markdownFindings(b *strings.Builder, j *Judgement, fails bool) {
	var lines []string
	for i := range j.Results {
		for _, f := range j.Judged[i] {
			if f.Fails == fails && f.Kind != finding.Good {
				lines = append(lines, markdownFinding(&j.Results[i], f))
			}
		}
	}
	if len(lines) == 0 {
		return
	}
	text := "\n" + strings.Join(lines, "")
	if !fails {
		text = "\n<details><summary>What does not fail</summary>\n" + text + "\n</details>\n"
	}
	b.WriteString(text)
}

func markdownFinding(r *Result, f Judged) string {
	mark := ""
	if f.Accepted {
		mark = " (accepted)"
	}
	text := fmt.Sprintf("- **%s**%s, %s: %s\n", f.Kind, mark, cell(r.Name()), cell(f.Text))
	for _, line := range requestLines(r.Run, f.Finding, 3) {
		text += "  - " + code(line) + "\n"
	}
	return text
}

// code is a text as it was, in Markdown's quotes.
func code(text string) string { return "`" + strings.ReplaceAll(tree.Printable(text), "`", "'") + "`" }

var markup = strings.NewReplacer("|", `\|`, "<", "&lt;", "`", "'", "*", `\*`, "_", `\_`, "[", `\[`)

// cell is a text that neither ends a cell of a table nor begins markup.
func cell(text string) string { return markup.Replace(tree.Printable(text)) }
