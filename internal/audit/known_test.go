package audit

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/finding"
)

func TestKnown(t *testing.T) {
	known, err := ParseKnown("known.yaml", []byte(`accept:
  - {case: PutObject denied, finding: lost-write, keys: ["b/tmp-*"]}
  - {case: GetObject truncated, finding: bad-read}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{Results: []Result{{
		Run: &finding.Run{Case: finding.Case{Name: "PutObject denied"}},
		Findings: []finding.Finding{
			{Kind: finding.LostWrite, Keys: []string{"b/tmp-1"}}, {Kind: finding.LostWrite, Keys: []string{"b/tmp-1", "b/kept"}},
		},
	}}}
	j := Judge(r, known, FailOn)
	if got := j.Judged[0]; !got[0].Accepted || got[0].Fails || got[1].Accepted || !got[1].Fails {
		t.Errorf("judged %+v", got)
	}
	if len(j.Stale) != 1 || !strings.Contains(j.Stale[0], `known.yaml:3: bad-read of "GetObject truncated"`) {
		t.Errorf("stale is %q", j.Stale)
	}
}

// TestKnownIsAReport: a report in JSON accepts all that it has.
func TestKnownIsAReport(t *testing.T) {
	r := &Report{Results: []Result{{
		Run:      &finding.Run{Case: finding.Case{Name: "PutObject denied"}},
		Findings: []finding.Finding{{Kind: finding.LostWrite, Keys: []string{"b/1"}}},
	}}}
	text := &strings.Builder{}
	if err := Write(text, "json", Judge(r, nil, FailOn)); err != nil {
		t.Fatal(err)
	}
	known, err := ParseKnown("report.json", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	r.Results[0].Findings[0].Keys[0] = "b/2"
	if j := Judge(r, known, FailOn); j.Failed() || len(j.Stale) > 0 {
		t.Errorf("judged %+v", j)
	}
}

func TestKnownIsNone(t *testing.T) {
	for text, want := range map[string]string{
		"accept: 1": "k:1:9: a list is wanted here",
		"accept: [{finding: lost-wriet, case: a}]":        `k:1:20: unknown finding "lost-wriet" (did you mean "lost-write"?)`,
		"accept: [{kind: lost-write}]":                    `k:1:11: unknown key "kind"`,
		"accept: [{case: a}]":                             "k:1:10: an accepted finding needs `case` and `finding`",
		"accept: [{case: a, finding: hang, keys: ['[']}]": "is no glob",
		"[]":                                 "k:1:1: k is no report in JSON, and no mapping with `accept`",
		"{}":                                 "neither `accept` nor the `cases`",
		"cases: 3":                           "k:1:8: a list is wanted here",
		"cases: [{name: a, findings: 3}]":    "k:1:29: a list is wanted here",
		"{accept: [], acept: []}":            `k:1:14: unknown key "acept"`,
		"cases: [{}]":                        "has `name` and `findings`",
		"cases: [{name: a, findings: [{}]}]": "has `finding`",
	} {
		if _, err := ParseKnown("k", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// FuzzParseKnown: no text panics.
func FuzzParseKnown(f *testing.F) {
	f.Add([]byte("accept: [{case: a, finding: hang, keys: ['*']}]"))
	f.Add([]byte(`{"version":1,"cases":[{"name":"a","findings":[{"finding":"good"}]}]}`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		if k, err := ParseKnown("k", text); err == nil {
			Judge(&Report{}, k, FailOn)
		}
	})
}
