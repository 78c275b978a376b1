package audit

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/tree"
)

// requestsTold is how many requests of a finding people are shown.
const requestsTold = 8

// keysTold is how many of its keys.
const keysTold = 20

// writeText writes a table, a line a case, and then the findings with their requests.
func writeText(w io.Writer, j *Judgement) error {
	b := &strings.Builder{}
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CASE\tEXIT\tATTEMPTS\tSECONDS\tFINDINGS")
	for _, r := range rows(j) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", tree.Printable(r.name), r.exit, r.attempts, r.seconds, r.findings)
	}
	_ = t.Flush() // into a Builder
	for i := range j.Results {
		textFindings(b, &j.Results[i], j.Judged[i])
	}
	for _, never := range refusedAnyway(j.Baselines) {
		fmt.Fprintf(b, "\nrefused though nothing goes wrong: %s", tree.Printable(never))
	}
	for _, left := range j.LeftOut {
		fmt.Fprintf(b, "\nleft out: %s", tree.Printable(left))
	}
	for _, stale := range j.Stale {
		fmt.Fprintf(b, "\naccepted, and not found any more: %s", tree.Printable(stale))
	}
	modes := cmp.Or(strings.Join(j.RetryModes, ", "), "none")
	fmt.Fprintf(b, "\nretry modes that the SDKs showed: %s\n%s\n", modes, verdict(j))
	_, err := io.WriteString(w, b.String())
	return err
}

func textFindings(b *strings.Builder, r *Result, all []Judged) {
	for _, f := range all {
		if f.Kind == finding.Good {
			continue
		}
		mark := ""
		if f.Accepted {
			mark = " (accepted)"
		}
		fmt.Fprintf(b, "\n%s: %s%s\n  %s\n", tree.Printable(r.Name()), f.Kind, mark, tree.Printable(f.Text))
		for _, key := range f.Keys[:min(len(f.Keys), keysTold)] {
			fmt.Fprintf(b, "  key %s\n", tree.Printable(key))
		}
		if more := len(f.Keys) - keysTold; more > 0 {
			fmt.Fprintf(b, "  and %d keys more, which --report json names\n", more)
		}
		for _, line := range requestLines(r.Run, f.Finding, requestsTold) {
			fmt.Fprintf(b, "  %s\n", line)
		}
	}
}
