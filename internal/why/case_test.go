package why

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
)

// noon is when the request of the tests came.
var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// refused is a request that a bucket policy denies.
func refused() *emulator.Entry {
	return &emulator.Entry{
		RequestID: "A", Time: noon, World: "w", Caller: "app", Operation: "GetObject", Bucket: "b", Key: "k",
		Status: 403, Code: "AccessDenied",
		Decisions: []authz.Decision{{
			Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Verdict: authz.ExplicitlyDenied, Cause: authz.BucketPolicy,
			DeniedBy: []authz.Layer{authz.BucketPolicy}, Findings: []authz.Finding{{
				Layer: authz.BucketPolicy, Effect: authz.ExplicitDeny, Policy: "b", Statement: &authz.Statement{Sid: "TLS"},
			}},
		}},
	}
}

// advised is what advice has of everything: commands, a patch, a corrected value, what it
// opens, others and one that removes a guardrail.
func advised() *Advice {
	first := journal.Proposal{
		Class: journal.OfValue, Proved: true, Asked: 40, Patch: journal.Patch{"network": journal.Patch{"vpc": "it's"}},
		Changes: []journal.Change{{
			Text: "write the ARN of the objects", Wanted: "arn:aws:s3:::b/k", Seen: "arn:aws:s3:::b",
			Corrected: "arn:aws:s3:::b/*",
			Commands:  []string{"aws s3api put-bucket-policy --bucket b"},
		}},
	}
	grant := journal.Proposal{Class: journal.OfGrant, Opened: 2, Asked: 40, Changes: []journal.Change{{Text: "allow it"}}}
	guard := journal.Proposal{Class: journal.OfGuard, Changes: []journal.Change{{Text: "drop the statement",
		Removes: true}}}
	return &Advice{World: "http://h/w", Advice: emulator.Advice{
		Proposal: first, Others: []journal.Proposal{grant, guard}, Moved: "the bucket policy of b is another",
	}}
}

func written(t *testing.T, c *Case, s Style) string {
	t.Helper()
	var out strings.Builder
	if err := c.Write(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The first proposal is told with all that it takes, the AWS commands before the patch;
// the others follow, and what removes a guardrail is called so.
func TestAdviceIsTold(t *testing.T) {
	text := written(t, &Case{Request: refused(), Advice: advised()}, Style{})
	const want = `
Fix: a value is wrong by a hair
  1. write the ARN of the objects
     wanted  arn:aws:s3:::b/k
     seen    arn:aws:s3:::b
     write   arn:aws:s3:::b/*
       aws s3api put-bucket-policy --bucket b
  Proved: on a copy of the world that has it, every layer allows the request.
  It opens nothing to anybody else, of 40 deeds that were asked.
  To try here:
    curl -X PATCH http://h/w -d '{"network":{"vpc":"it'\''s"}}'
  or, a grant is missing: allow it (opens 2 more)
  or, removes a guardrail: drop the statement
  Since then the world has changed: the bucket policy of b is another
`
	if !strings.HasSuffix(text, want) {
		t.Errorf("%s\nwanted at its end:%s", text, want)
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("plain text has escapes: %q", text)
	}
}

// In colour it is the same text.
func TestColour(t *testing.T) {
	plain, coloured := written(t, &Case{Request: refused(), Advice: advised()}, Style{}),
		written(t, &Case{Request: refused(), Advice: advised()}, Style{Colour: true})
	if !strings.Contains(coloured, "\x1b[31m403 AccessDenied\x1b[0m") {
		t.Errorf("no colour in %q", coloured)
	}
	for _, escape := range []string{"\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m"} {
		coloured = strings.ReplaceAll(coloured, escape, "")
	}
	if coloured != plain {
		t.Errorf("without its colours it is %q, not %q", coloured, plain)
	}
}

// A file is no terminal, and whoever sets NO_COLOR or has a dumb one gets none.
func TestStyleOf(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	if StyleOf(file).Colour || StyleOf(&strings.Builder{}).Colour || !StyleOf(null).Colour {
		t.Error("colour is for devices of characters alone")
	}
	t.Setenv("TERM", "dumb")
	if StyleOf(null).Colour {
		t.Error("a dumb terminal has colours")
	}
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	if StyleOf(null).Colour {
		t.Error("NO_COLOR has colours")
	}
}

// The cause of a refusal by the operation is told with its values under each other.
func TestCauseIsTold(t *testing.T) {
	e := &emulator.Entry{Operation: "PutBucketPolicy", Status: 400, Code: "MalformedPolicy", Cause: &journal.Cause{
		Text: "statement 0: Principal.AWS arn does not exist", Document: "the bucket policy of b",
		Statement: &authz.Statement{Sid: "In"}, Element: "Principal.AWS", Wanted: "that", Seen: "this",
	}}
	text := written(t, &Case{Request: e}, Style{})
	const want = `
No layer denied it: MalformedPolicy is what the operation itself answers.

Cause: statement 0: Principal.AWS arn does not exist.
  in      the bucket policy of b
  where   statement "In", Principal.AWS
  wanted  that
  seen    this
`
	if !strings.HasSuffix(text, want) {
		t.Errorf("%s\nwanted at its end:%s", text, want)
	}
}

// In short it is two lines.
func TestBrief(t *testing.T) {
	lacking := &emulator.Entry{RequestID: "B", Operation: "PutBucketCors", Bucket: "b", Status: 501,
		Code: "NotImplemented", Lacks: "s3fault has no PutBucketCors"}
	ruled := &emulator.Entry{RequestID: "C", Operation: "GetObject", Status: 503, Code: "SlowDown",
		Fault: &journal.Fault{Rule: "slow", Answered: true}}
	caused := &emulator.Entry{RequestID: "D", Operation: "GetObject", Status: 404, Code: "NoSuchKey",
		Cause: &journal.Cause{Text: "no\nobject"}}
	const denied = "A  GetObject b/k by app: 403 AccessDenied, denied by bucket-policy, statement \"TLS\" of policy b\n"
	const nobody, nothing = " by nobody that could be named: ", "\n  nothing is known to do about it\n"
	for want, c := range map[string]*Case{
		denied + "  fix: write the ARN of the objects\n":                                             {Request: refused(), Advice: advised()},
		denied + "  passed since: Z\n":                                                               {Request: refused(), Passed: &Passed{RequestID: "Z"}},
		"B  PutBucketCors b" + nobody + "501 NotImplemented, s3fault has no PutBucketCors" + nothing: {Request: lacking},
		"C  GetObject" + nobody + "503 SlowDown, made by the fault rule slow" + nothing:              {Request: ruled},
		"D  GetObject" + nobody + "404 NoSuchKey, no object" + nothing:                               {Request: caused},
	} {
		var out strings.Builder
		if err := c.Brief(&out, Style{}); err != nil || out.String() != want {
			t.Errorf("%q, %v; wanted %q", out.String(), err, want)
		}
	}
}

// Only the same call of the same caller, made later and allowed, is the same call that has
// passed.
func TestPassedSince(t *testing.T) {
	later := func(edit func(*emulator.Entry)) emulator.Entry {
		e := *refused()
		e.RequestID, e.Time, e.Status, e.Code, e.Decisions = "Z", noon.Add(time.Second), 200, "", nil
		edit(&e)
		return e
	}
	for name, row := range map[string]struct {
		edit func(*emulator.Entry)
		want bool
	}{
		"the same":        {func(*emulator.Entry) {}, true},
		"another key":     {func(e *emulator.Entry) { e.Key = "other" }, false},
		"another caller":  {func(e *emulator.Entry) { e.Caller = "admin" }, false},
		"another service": {func(e *emulator.Entry) { e.Service = "iam" }, false},
		"refused again":   {func(e *emulator.Entry) { e.Status = 403 }, false},
		"earlier":         {func(e *emulator.Entry) { e.Time = noon.Add(-time.Second) }, false},
	} {
		passed := PassedSince(refused(), []emulator.Entry{later(row.edit)})
		if (passed != nil) != row.want {
			t.Errorf("%s: %+v", name, passed)
		}
	}
	text := written(t, &Case{Request: refused(), Passed: &Passed{"Z", noon}}, Style{})
	if !strings.Contains(text, "\n  The same call has passed since: Z at 2026-11-30T12:00:00Z.\n") {
		t.Error(text)
	}
}
