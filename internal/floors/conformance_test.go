package floors

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

// Of ceph/s3-tests: what was run, and where. The tests that did not pass stand in
// docs/facts/s3-tests.tsv, each with its reason.
const (
	suiteCommit = "8f0ae7b"
	suiteDay    = "2026-12-01"
	suiteRun    = 651
)

// TestConformancePage holds docs/conformance.md against the table of tests that do not pass,
// and against the marks of what no source settles.
func TestConformancePage(t *testing.T) {
	left := suiteLeft(t)
	b := &strings.Builder{}
	fmt.Fprintf(b, conformance, suiteCommit, suiteDay, suiteRun-len(left), suiteRun, len(unsureRows(t)))
	reasons, tests := byReason(left)
	for _, reason := range reasons {
		fmt.Fprintf(b, "| %d | %s | %s | %s |\n", len(tests[reason]), book.Cell(reason.why), book.Cell(reason.source),
			strings.Join(tests[reason], " "))
	}
	book.Hold(t, top+"/docs/conformance.md", b.String())
}

// reason is why tests do not pass, and who says so.
type reason struct{ why, source string }

// suiteLeft are the rows of the table: a test, why it does not pass, and who says so.
func suiteLeft(t *testing.T) (rows [][]string) {
	t.Helper()
	for _, p := range pages(t) {
		if p.path != "docs/facts/s3-tests.tsv" {
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(p.text), "\n")[1:] {
			cells := strings.Split(line, "\t")
			if len(cells) != 3 || cells[1] == "" {
				t.Fatalf("%s: %q is no test with its reason and its source", p.path, line)
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// byReason are the tests of each reason, the reason of most of them first.
func byReason(rows [][]string) (all []reason, tests map[reason][]string) {
	tests = map[reason][]string{}
	for _, row := range rows {
		r := reason{row[1], row[2]}
		if tests[r] == nil {
			all = append(all, r)
		}
		tests[r] = append(tests[r], "`"+strings.TrimPrefix(row[0], "test_")+"`")
	}
	slices.SortStableFunc(all, func(a, b reason) int { return len(tests[b]) - len(tests[a]) })
	return all, tests
}

const conformance = `# Where s3fault stands beside AWS

Three things say how near the answers are, and each can be repeated.

## Answers that AWS was recorded giving

` + "`go test ./emulator/recorded`" + ` plays what public suites of tests recorded of AWS, a row each by the number of its case; ` +
	"`go test ./emulator/controls`" + ` does the same for IAM, STS, KMS, EC2, Organizations, CloudTrail and S3 Control, and breaks each constraint of their public models alone.

## ceph/s3-tests

The suite at commit %s, on %s, in its own world (three accounts, bucket defaults from before April 2023, ` + "`as_of: 2025-06-01`" + `), with boto3 1.43.11, without what the suite itself marks fails_on_aws: **%d of %d pass**, ` + "`list_buckets_paginated`" + ` among them by itself: it wants an account without buckets. Where the suite and AWS disagree AWS wins. The others, each with its reason, are below; the table is [facts/s3-tests.tsv](facts/s3-tests.tsv).

## What no source settles

[facts/unsure.md](facts/unsure.md) has **%d** answers, words and rules that nobody has published, each with what was chosen as the likelier.

## The tests of ceph/s3-tests that do not pass

| n | why | source | tests |
| --- | --- | --- | --- |
`
