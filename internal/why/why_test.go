package why

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
)

// What AWS might have refused is said of a request that was let through.
func TestWarningsAreExplained(t *testing.T) {
	var out strings.Builder
	entry := &emulator.Entry{
		RequestID: "A", Operation: "PutBucketPolicy", Status: 204,
		Warnings: []string{"the service principal is none that s3fault knows"},
	}
	if err := (&Case{Request: entry}).Write(&out, Style{}); err != nil {
		t.Fatal(err)
	}
	if want := "\n  warning: the service principal is none that s3fault knows\n"; !strings.Contains(out.String(), want) {
		t.Errorf("%q", out.String())
	}
}

// What has passed since is the same call: not that of another prefix, version or resource.
func TestPassedSinceIsTheSameCall(t *testing.T) {
	decided := func(resource string) []authz.Decision {
		return []authz.Decision{{Action: "iam:PutRolePolicy", Resource: resource}}
	}
	with := func(query string) emulator.Entry { return emulator.Entry{Query: query} }
	for name, row := range map[string]struct {
		refused, later emulator.Entry
		same           bool
	}{
		"as it was":          {with("prefix=a"), with("prefix=a"), true},
		"by another program": {with("prefix=a&x-id=ListObjects"), with("prefix=a"), true},
		"another prefix":     {with("prefix=private%2F"), with("prefix=public%2F"), false},
		"another version":    {with("versionId=1"), with(""), false},
		"another role":       {emulator.Entry{Decisions: decided("a")}, emulator.Entry{Decisions: decided("b")}, false},
	} {
		row.refused.RequestID, row.refused.Status, row.later.RequestID, row.later.Status = "A", 403, "B", 200
		if passed := PassedSince(&row.refused, []emulator.Entry{row.later}); (passed != nil) != row.same {
			t.Errorf("%s: %v", name, passed)
		}
	}
}

// No terminal obeys what is in a key, a name or a command, in colour or not.
func TestNothingIsObeyed(t *testing.T) {
	key := "a\x1b[2J\x07b\u009b\u202e\xff\nForged: line"
	c := &Case{Request: &emulator.Entry{RequestID: "A", Operation: "GetObject", Bucket: "b", Key: key, Status: 403,
		Host: "h\x1bc", Cause: &journal.Cause{Text: key, Seen: key}},
		Advice: &Advice{Advice: emulator.Advice{Proposal: journal.Proposal{Class: journal.OfRequest,
			Changes: []journal.Change{{Text: key, Commands: []string{"aws " + key}}}}}}}
	for _, style := range []Style{{}, {Colour: true}} {
		var out strings.Builder
		if err := c.Write(&out, style); err != nil {
			t.Fatal(err)
		}
		text := ours.ReplaceAllString(out.String(), "")
		if !style.Colour {
			text = out.String()
		}
		if strings.ContainsAny(text, "\x1b\x07\u009b\u202e") || strings.Contains(text, "\xff") ||
			strings.Contains(text, "\nForged: line by") {
			t.Errorf("%q", text)
		}
		if !strings.Contains(text, `a\x1b[2J\x07b\x9b\u202e\xff\x0aForged: line`) {
			t.Errorf("the key is not shown: %q", text)
		}
	}
}
