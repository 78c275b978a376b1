package fault

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/tree"
)

// What is wrong is told with its place and the name that was probably meant, in YAML as in
// JSON.
func TestBadRules(t *testing.T) {
	text, err := os.ReadFile("testdata/bad.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range strings.Split(strings.TrimSpace(string(text)), "\n\n")[1:] {
		lines := strings.Split(row, "\n")
		if len(lines) != 3 {
			t.Fatalf("a row of %d lines: %s", len(lines), row)
		}
		for form, parse := range parsers {
			n, err := parse("f", []byte(lines[1]))
			if err != nil {
				t.Fatalf("%s as %s: %v", lines[0], form, err)
			}
			if _, err = known(t).ReadRules(n); err == nil || err.Error() != lines[2] {
				t.Errorf("%s as %s:\n got  %v\n want %s", lines[0], form, err, lines[2])
			}
		}
	}
}

var parsers = map[string]func(string, []byte) (*tree.Node, error){"JSON": tree.ParseJSON, "YAML": tree.ParseYAML}

// Rules are written as they were read.
func TestRulesAreWrittenAsRead(t *testing.T) {
	lines, err := os.ReadFile("testdata/good.txt")
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(lines)) {
		text = strings.TrimSpace(text)
		rules, err := read(t, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, _ := Describe(rules).MarshalJSON(); string(got) != text {
			t.Errorf("written %s\n read %s", got, text)
		}
	}
}

// Where a rule names no stage, it has the one that fits what it does and the operation.
func TestUsualStages(t *testing.T) {
	for _, row := range []struct {
		effect, operation string
		want              Stage
	}{
		{`{error: {code: SlowDown}}`, "PutObject", BeforeCommit}, {`{error: {code: SlowDown}}`, "GetObject", BeforeCommit},
		{`{latency: 1s}`, "DeleteObject", BeforeCommit}, {`pass`, "ListBuckets", BeforeCommit},
		{`{reset: true}`, "PutObject", BeforeCommit},
		{`{reset: true, after_bytes: 1}`, "PutObject", RequestBody},
		{`{reset: true, after_bytes: 1}`, "GetObject", ResponseBody},
		{`{corrupt: {at: 0}}`, "CompleteMultipartUpload", RequestBody},
		{`{corrupt: {at: 0}}`, "CopyObject", ResponseBody},
		{`{corrupt: {at: 0}}`, "DeleteObject", ""},
		{`{truncate_after: 1}`, "CompleteMultipartUpload", ResponseBody},
		{`{continue: never}`, "PutObject", RequestBody}, {`{continue: never}`, "GetObject", ""},
	} {
		r := planOf(t, "[{effect: "+row.effect+"}]").Rules[0]
		if got, ok := r.stageFor(few.named(t, row.operation)); ok != (row.want != "") || got != row.want {
			t.Errorf("%s of %s strikes at %s, want %s", row.effect, row.operation, got, row.want)
		}
	}
}

// Rules without a name get one that no other has; those of a set have the set's.
func TestNames(t *testing.T) {
	rules, err := read(t, `[{effect: pass}, {name: fault-2, effect: pass}, {use: lost-answer}, {effect: pass}]`)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	if got := strings.Join(names, " "); got != "fault-1 fault-2 lost-answer fault-3" {
		t.Errorf("names: %s", got)
	}
}

// These are the sets that every file can use.
func TestBuiltInSets(t *testing.T) {
	k := known(t)
	for _, name := range []string{
		"slow-down-first", "error-500-first", "reset-before", "reset-within", "lost-answer", "truncated", "corrupted",
		"stalled", "error-in-200", "throttled", "one-percent-500", "flaky-network", "tired-proxy",
	} {
		if len(k.Sets[name]) == 0 {
			t.Errorf("there is no set %s", name)
		}
	}
}

// Whatever text is a list of rules, what is written of them is the same rules.
func FuzzRule(f *testing.F) {
	f.Add([]byte(`[{effect: pass}]`))
	f.Add([]byte(`{"use": "tired-proxy"}`))
	f.Add(builtin)
	f.Add([]byte(`[{match: {operation: [reads, 'iam:*'], part: 2-5, header: {a: b*}},
		when: {between: [1m, 2h], probability: 0.5, per: key}, must_fire: true,
		effects: [{error: {code: SlowDown, retry_after: 3}}, {latency: {lognormal: {median: 1s, p99: 2s}}}, pass]}]`))
	k := known(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := Parse("f", text)
		if err != nil {
			return
		}
		rules, err := k.ReadRules(n)
		if err != nil || len(rules) == 0 {
			return
		}
		first := written(t, rules)
		n, err = tree.ParseJSON("f", first)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		again, err := k.ReadRules(n)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Errorf("written %s\n then %s", first, second)
		}
		(&Counts{}).Meet(&Plan{Rules: rules}, request(t, "PutObject", "a/b")).Strike(BeforeCommit)
	})
}

func written(t *testing.T, rules []*Rule) []byte {
	text, err := Describe(rules).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
