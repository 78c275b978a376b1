package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/journal"
)

// logged is an entry of a request for a key.
func logged(key string) emulator.Entry {
	return emulator.Entry{
		RequestID: "4442587FB7D0A2F9", World: "ip-deny", Caller: "app", Operation: "GetObject", Bucket: "my-bucket", Key: key,
		Status: 200, BytesIn: 1, BytesOut: 6, Attempt: 2, Duration: 1234567 * time.Nanosecond, Answered: true,
	}
}

func TestTextLine(t *testing.T) {
	struck := logged("file.txt")
	struck.Fault = &journal.Fault{Rule: "too \x1b[31mbusy"}
	struck.Lacks = "the\nsecond \x07line"
	for _, c := range []struct {
		entry  emulator.Entry
		wanted string
	}{
		{logged("file.txt"), "GetObject my-bucket/file.txt => 200 attempt=2 in=1 out=6 took=1.235ms 4442587FB7D0A2F9\n"},
		{logged("a b"), `GetObject "my-bucket/a b" => 200 `},
		{logged("a\x1b]0;x\x07\nb\xff"), `GetObject "my-bucket/a\x1b]0;x\a\nb\xff" => 200 `},
		{logged("ä/é"), "GetObject my-bucket/ä/é => 200 "},
		{struck, `by the fault rule "too \x1b[31mbusy" attempt=2 in=1 out=6 took=1.235ms 4442587FB7D0A2F9: the second \aline` + "\n"},
	} {
		line := string(appendText(nil, &c.entry))
		if !strings.Contains(line, c.wanted) || strings.Count(line, "\n") != 1 || strings.ContainsAny(line, "\x1b\x07") {
			t.Errorf("%q has no %q", line, c.wanted)
		}
	}
}

// FuzzLog: whatever a client calls its things, each request is one line, of printable
// characters or of JSON that has it all.
func FuzzLog(f *testing.F) {
	f.Add("file.txt", "iam:CreateUser", "lacks")
	f.Add("a\nb\r\x1b[2J\u2028", "x y", "\xff\x00\"\\")
	f.Fuzz(func(t *testing.T, key, operation, lacks string) {
		e := logged(key)
		e.Operation, e.Lacks = operation, lacks
		line := string(appendText(nil, &e))
		if printable(line) != strings.TrimSuffix(line, "\n") || strings.Count(line, "\n") != 1 {
			t.Errorf("%q", line)
		}
		coded := jsonLine(e)
		var back emulator.Entry
		if err := json.Unmarshal(coded, &back); err != nil || bytes.Count(coded, []byte("\n")) != 1 {
			t.Errorf("%q: %v", coded, err)
		}
		if back.RequestID != e.RequestID || back.Duration != e.Duration.Round(time.Nanosecond) {
			t.Errorf("%+v is not %+v", back, e)
		}
	})
}

// The JSON line has the layer and the statement in front, and of the decisions what was
// said; the entry itself stays as the journal has it.
func TestJSONLine(t *testing.T) {
	e := logged("file.txt")
	e.Decisions = []authz.Decision{{
		Action: "s3:GetObject", Verdict: authz.ExplicitlyDenied, Cause: authz.BucketPolicy,
		Findings: []authz.Finding{
			{Layer: authz.BucketPolicy, Effect: authz.ExplicitDeny, Statement: &authz.Statement{Sid: "OfficeOnly"}},
			{Layer: authz.SCP, Effect: authz.NotApplicable},
		},
	}}
	line := string(jsonLine(e))
	if !strings.HasPrefix(line, `{"layer":"bucket-policy","statement":{"index":0,"sid":"OfficeOnly"},"request_id":"4442587FB7D0A2F9",`) ||
		!strings.Contains(line, `"duration_ms":1.234567,`) || strings.Contains(line, "scp") {
		t.Error(line)
	}
	if len(e.Decisions[0].Findings) != 2 {
		t.Error("the log has changed the entry")
	}
	if text := string(appendText(nil, &e)); !strings.Contains(text, " => 200 bucket-policy statement=OfficeOnly attempt=2 ") {
		t.Error(text)
	}
}

// What cannot be told in JSON is told in JSON.
func TestJSONLineOfWhatCannotBe(t *testing.T) {
	e := logged("file.txt")
	e.Time, e.RequestID = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "\a"
	var told map[string]string
	if err := json.Unmarshal(jsonLine(e), &told); err != nil || told["request_id"] != "\a" || told["error"] == "" {
		t.Errorf("%s: %v", jsonLine(e), err)
	}
}
