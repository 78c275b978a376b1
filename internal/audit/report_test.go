package audit

import (
	"encoding/json"
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/journal"
)

// sample is a report with all that reports tell apart, and with names that would be markup.
func sample() *Judgement {
	denied := journal.Entry{
		RequestID: "R1", Operation: "PutObject", Bucket: "b", Key: "a|b", Status: 403, Code: "AccessDenied", Attempt: 1,
		Decisions: []authz.Decision{{Verdict: authz.ExplicitlyDenied, Cause: authz.BucketPolicy}},
	}
	struck := journal.Entry{
		RequestID: "R2", Operation: "GetObject", Bucket: "b", Key: "<x>`", Status: 200,
		Fault: &journal.Fault{Rule: "truncated", Stage: "response_body", Effect: "truncate_after"},
	}
	run := func(name, operation string, exit int, requests ...journal.Entry) *finding.Run {
		return &finding.Run{
			Case: finding.Case{Name: name, Operation: operation}, Requests: requests,
			Ending: finding.Ending{Exit: exit, Took: 1500 * time.Millisecond},
		}
	}
	hung := run("PutObject stalled", "PutObject", -1)
	hung.Ending.TimedOut = true
	r := &Report{
		Command: []string{"./backup", "`x`\x1b[1m"}, World: "plain", Seconds: 12.25, RetryModes: []string{"standard"},
		Baselines: finding.Baselines{run("", "", 0, denied), run("", "", 0)},
		LeftOut:   []string{"PutObject no-permission: the root user has all"},
		Results: []Result{
			{Run: run("PutObject denied", "PutObject", 0, denied), Findings: []finding.Finding{{
				Kind: finding.LostWrite, Text: "one PutObject ended with 403", Keys: []string{"b/a|b"}, Requests: []string{"R1"},
			}}},
			{Run: run("GetObject truncated", "GetObject", 0, struck), Findings: []finding.Finding{{
				Kind: finding.BadRead, Text: "a short read was believed", Keys: []string{"b/<x>`"}, Requests: []string{"R2"},
			}}},
			{Run: hung, Findings: []finding.Finding{{Kind: finding.Hang, Text: "it had not ended after 2s"}}},
			{Run: run("PutObject failed", "PutObject", 1), Findings: []finding.Finding{{Kind: finding.Good, Text: "nothing"}}},
			{Run: run("ip-deny", "", 1), Scenario: "ip-deny", Findings: []finding.Finding{{
				Kind: finding.RuleNeverStruck, Text: "nothing was refused",
			}}},
		},
	}
	known := &Known{[]*acceptance{
		{of: "GetObject truncated", kind: finding.BadRead, written: "known.yaml:2"},
		{of: "GetObject corrupted", kind: finding.BadRead, written: "known.yaml:3"},
	}}
	return Judge(r, known, FailOn)
}

func TestReports(t *testing.T) {
	for _, form := range Forms() {
		text := &strings.Builder{}
		if err := Write(text, form, sample()); err != nil {
			t.Fatal(err)
		}
		book.Hold(t, filepath.Join("testdata", "report."+form), text.String())
	}
}

// TestReportsAreRead: the forms for programs are what they are said to be.
func TestReportsAreRead(t *testing.T) {
	j, text := sample(), &strings.Builder{}
	if err := Write(text, "json", j); err != nil {
		t.Fatal(err)
	}
	told := struct {
		Failed bool
		Counts map[string]int
		Cases  []struct{ Name string }
	}{}
	if err := json.Unmarshal([]byte(text.String()), &told); err != nil {
		t.Fatal(err)
	}
	if !told.Failed || told.Counts["hang"] != 1 || len(told.Cases) != len(j.Results) {
		t.Errorf("the report says %+v", told)
	}
	text.Reset()
	if err := Write(text, "junit", j); err != nil {
		t.Fatal(err)
	}
	var read suites
	if err := xml.Unmarshal([]byte(text.String()), &read); err != nil {
		t.Fatal(err)
	}
	if s := read.Suite; s.Tests != 5 || s.Failures != 2 || s.Skipped != 1 {
		t.Errorf("the suite has %d tests, %d failures, %d skipped", s.Tests, s.Failures, s.Skipped)
	}
}

// A finding of many keys fills no screen.
func TestManyKeysAreCounted(t *testing.T) {
	f := finding.Finding{Kind: finding.LostWrite, Text: "many", Keys: make([]string, keysTold+3)}
	b := &strings.Builder{}
	textFindings(b, &Result{Run: &finding.Run{}}, []Judged{{Finding: f}})
	if n := strings.Count(b.String(), "\n  key "); n != keysTold || !strings.Contains(b.String(), "and 3 keys more") {
		t.Errorf("%d keys are told in %s", n, b)
	}
}
