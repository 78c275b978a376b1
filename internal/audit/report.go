package audit

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/journal"
)

// forms are the ways in which a report is written.
var forms = map[string]func(io.Writer, *Judgement) error{
	"text": writeText, "json": writeJSON, "junit": writeJUnit, "markdown": writeMarkdown,
}

// Forms are the names of all forms of reports.
func Forms() []string { return slices.Sorted(maps.Keys(forms)) }

// Write writes a report in a form that there is. Error: it cannot be written.
func Write(w io.Writer, form string, j *Judgement) error { return forms[form](w, j) }

// row is a case as a line of a table.
type row struct {
	name, exit, attempts, seconds, findings string
}

func rows(j *Judgement) (all []row) {
	for i := range j.Results {
		r := &j.Results[i]
		all = append(all, row{
			r.Name(), exitOf(r.Run.Ending), fmt.Sprint(r.Run.Attempts()), seconds(r.Run.Ending.Took),
			strings.Join(kindsOf(j.Judged[i]), ", "),
		})
	}
	return all
}

// exitOf is how a program ended, in a word or two.
func exitOf(e finding.Ending) string {
	switch {
	case e.TimedOut:
		return "none"
	case e.Signal != "":
		return e.Signal
	}
	return fmt.Sprint(e.Exit)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

// kindsOf are the kinds of findings, each once, with a mark where they are known.
func kindsOf(all []Judged) (kinds []string) {
	for _, f := range all {
		kind := string(f.Kind)
		if f.Accepted {
			kind += " (accepted)"
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// counted is how many cases have which finding, in the order of findings.
func counted(j *Judgement) string {
	counts, words := j.Counts(), []string{}
	for _, k := range finding.Kinds() {
		if n := counts[k]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, k))
		}
	}
	return strings.Join(words, ", ")
}

// verdict is the report in a sentence.
func verdict(j *Judgement) string {
	what := "no finding that fails"
	if n := failing(j); n > 0 {
		what = fmt.Sprintf("%d of them fail", n)
	}
	return fmt.Sprintf("%d cases in %.1f s: %s; %s", len(j.Results), j.Seconds, counted(j), what)
}

// failing is how many cases have a finding that fails the audit.
func failing(j *Judgement) (n int) {
	for _, all := range j.Judged {
		if slices.ContainsFunc(all, func(f Judged) bool { return f.Fails }) {
			n++
		}
	}
	return n
}

// requestLines are the requests of a finding, as lines for people, those that look alike in one;
// at most so many.
func requestLines(r *finding.Run, f finding.Finding, most int) (lines []string) {
	times := map[string]int{}
	for i := range r.Requests {
		if e := &r.Requests[i]; slices.Contains(f.Requests, e.RequestID) {
			line := requestLine(e)
			if times[line]++; times[line] == 1 {
				lines = append(lines, line)
			}
		}
	}
	for i, line := range lines {
		if n := times[line]; n > 1 {
			lines[i] += fmt.Sprintf(" (%d times)", n)
		}
	}
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("and %d more", more))
	}
	return lines
}

func requestLine(e *journal.Entry) string {
	of := strings.TrimSuffix(e.Bucket+"/"+e.Key, "/")
	line := strings.TrimSpace(fmt.Sprintf("%s %s => %d %s", e.Operation, of, e.Status, e.Code))
	if e.Attempt > 0 {
		line += fmt.Sprintf(", attempt %d", e.Attempt)
	}
	if e.Fault != nil {
		line += fmt.Sprintf(", struck by %s at %s (%s)", e.Fault.Rule, e.Fault.Stage, e.Fault.Effect)
	} else if d := e.Denied(); d != nil {
		line += ", denied by " + string(d.Cause)
	}
	return tree.Printable(line)
}
