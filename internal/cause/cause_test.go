package cause_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// A cause goes with its refusal, and changes nothing of what the client reads.
func TestCauseGoesWithTheRefusal(t *testing.T) {
	refusal := s3err.New(s3err.NoSuchUpload)
	err := cause.Say(refusal, "no upload %s", "x")
	if c := cause.Of(err); c == nil || c.Text != "no upload x" {
		t.Errorf("the cause is %+v", c)
	}
	if s3err.Of(err) != refusal || !errors.Is(err, refusal) || err.Error() != refusal.Error() {
		t.Errorf("the refusal is %v", err)
	}
	if c := cause.Of(refusal); c != nil {
		t.Errorf("a plain refusal has the cause %+v", c)
	}
	other := refusal.WithMessage("other")
	if kept := cause.Keep(other, err); s3err.Of(kept) != other || cause.Of(kept) != cause.Of(err) {
		t.Errorf("kept: %v, %+v", kept, cause.Of(kept))
	}
	if kept := cause.Keep(other, refusal); kept != error(other) {
		t.Errorf("kept of none: %v", kept)
	}
}

// What a request brings does not fill the journal.
func TestCausesAreBounded(t *testing.T) {
	long := strings.Repeat("ä", 4000)
	c := cause.Of(cause.Explain(s3err.New(s3err.InvalidTag),
		journal.Cause{Text: long, Wanted: long, Seen: long, Element: long}))
	for _, text := range []string{c.Text, c.Wanted, c.Seen, c.Element} {
		if len(text) > 1100 || !utf8.ValidString(text) {
			t.Errorf("%d bytes, valid: %v", len(text), utf8.ValidString(text))
		}
	}
}

// A document of whose fault no nearest name is known still has a cure.
func TestDocumentsAreMended(t *testing.T) {
	for name, row := range map[string]struct{ statement, cure string }{
		"an action of objects, and the bucket": {
			`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b"}`,
			"write arn:aws:s3:::b/* in the place of arn:aws:s3:::b: s3:GetObject works on accesspointobject, object.",
		},
		"an action of the bucket, and objects": {
			`{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":["arn:aws:s3:::b/*"]}`,
			"write arn:aws:s3:::b in the place of arn:aws:s3:::b/*: s3:ListBucket works on",
		},
		"every role of an account": {
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},"Action":"s3:GetObject",` +
				`"Resource":"arn:aws:s3:::b/*"}`,
			"name each principal in full; or name the account, arn:aws:iam::111122223333:root, and hold " +
				"aws:PrincipalArn against arn:aws:iam::111122223333:role/* in a condition with ArnLike.",
		},
		"a role of every account": {
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::*:role/r"},"Action":"s3:GetObject",` +
				`"Resource":"arn:aws:s3:::b/*"}`,
			`name each principal in full; or name "*" and hold aws:PrincipalArn against arn:aws:iam::*:role/r`,
		},
		"a principal that is nobody's": {
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ID"},` +
				`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`,
			"name somebody who is there in the place of arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ID.",
		},
	} {
		text := `{"Version":"2012-10-17","Statement":[` + row.statement + `]}`
		rules := policy.Rules{Kind: policy.Bucket, Bucket: "b", PrincipalExists: func(string) bool { return false }}
		_, problem := policy.Load([]byte(text), rules)
		d := cause.Document{What: "the bucket policy of b", Text: text, Kind: policy.Bucket}
		c := cause.Of(d.Refused(s3err.New(s3err.MalformedPolicy), problem))
		if c == nil || len(c.Cures) == 0 || !strings.Contains(c.Cures[0].Text, row.cure) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// The command of a cure corrects the statement at fault and no other, and is one that the service
// takes; where it would not, there is none.
func TestCommandsCorrectTheStatementAtFault(t *testing.T) {
	const principal = `"Effect":"Allow","Principal":"*",`
	const first = `{` + principal + `"Action":"s3:*","Resource":"arn:aws:s3:::b"},`
	for name, row := range map[string]struct{ statements, text, command string }{
		"the second statement": {
			`[` + first + `{` + principal + `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b"}]`,
			"write arn:aws:s3:::b/* in the place of arn:aws:s3:::b:",
			`[` + first + `{` + principal + `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]`,
		},
		"a statement without a list": {
			`{` + principal + `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b"}`, "write",
			`{` + principal + `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`,
		},
		"another action needs what is there": {
			`[{` + principal + `"Action":["s3:ListBucket","s3:GetObject"],"Resource":"arn:aws:s3:::b"}]`,
			"add arn:aws:s3:::b/* beside arn:aws:s3:::b:",
			`[{` + principal + `"Action":["s3:ListBucket","s3:GetObject"],` +
				`"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}]`,
		},
		"the source spells it otherwise": {
			`[{` + principal + `"Action":"s3:Get\u004fbjekt","Resource":"arn:aws:s3:::b/*"}]`, "write s3:GetObject in",
			`[{` + principal + `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]`,
		},
		"a name that stands in the Sid too": {
			`[{"Sid":"Allo",` + `"Effect":"Allow","Principal":"*","Action":"s3:GetObjet","Resource":"arn:aws:s3:::b/*"}]`,
			"write s3:GetObject in",
			`[{"Sid":"Allo",` + `"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]`,
		},
		"another bucket in each resource": {
			`[{` + principal + `"Action":["s3:ListBucket","s3:GetObject"],` +
				`"Resource":["arn:aws:s3:::a","arn:aws:s3:::a/*"]}]`,
			"write arn:aws:s3:::b in the place of arn:aws:s3:::a, and arn:aws:s3:::b/* in the place of",
			`[{` + principal + `"Action":["s3:ListBucket","s3:GetObject"],` +
				`"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}]`,
		},
		"another bucket in each statement": {
			`[{` + principal + `"Action":"s3:ListBucket","Resource":"arn:aws:s3:::a"},` +
				`{` + principal + `"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}]`,
			"write arn:aws:s3:::b in the place of arn:aws:s3:::a, and arn:aws:s3:::b/*",
			`[{` + principal + `"Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"},` +
				`{` + principal + `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]`,
		},
		"a second fault": {
			`[{` + principal + `"Action":["s3:GetObjet","s3:Nothing"],"Resource":"arn:aws:s3:::b/*"}]`,
			"write s3:GetObject in", "",
		},
	} {
		document := func(statements string) string { return `{"Version":"2012-10-17","Statement":` + statements + `}` }
		d := cause.Document{What: "it", Text: document(row.statements), Kind: policy.Bucket, Bucket: "b",
			Put: func(document string) string { return document }}
		_, problem := policy.Load([]byte(d.Text), policy.Rules{Kind: policy.Bucket, Bucket: "b"})
		c := cause.Of(d.Refused(s3err.New(s3err.MalformedPolicy), problem))
		if c == nil || len(c.Cures) != 1 || !strings.HasPrefix(c.Cures[0].Text, row.text) {
			t.Errorf("%s: %+v", name, c)
			continue
		}
		switch commands := c.Cures[0].Commands; {
		case row.command == "" && len(commands) == 0:
		case len(commands) != 1 || commands[0] != document(row.command):
			t.Errorf("%s: %q", name, commands)
		}
	}
}

// What a cure repeats of a request is bounded too: a command is whole, or not there.
func TestCuresAreBounded(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	cures := make([]journal.Change, 100)
	for i := range cures {
		cures[i] = cause.Cure(long, "short", long)
		cures[i].Wanted, cures[i].Seen, cures[i].Corrected = long, long, long
	}
	c := cause.Of(cause.Explain(s3err.New(s3err.InvalidTag), journal.Cause{Cures: cures}))
	if len(c.Cures) == 0 || len(c.Cures[0].Commands) != 1 {
		t.Fatalf("%d cures, the first with %d commands", len(c.Cures), len(c.Cures[0].Commands))
	}
	if text, _ := json.Marshal(c); len(text) > 64<<10 {
		t.Errorf("it takes %d bytes", len(text))
	}
}

// A policy that cannot be read has no texts, whatever is in it.
func FuzzCorrected(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":{"Action":"a"}}`, "a")
	f.Add(`{"Statement":[{"Resource":["\u0061",1,null]}]}`, "a")
	f.Fuzz(func(t *testing.T, text, wrong string) {
		d := cause.Document{Text: text, Put: func(document string) string { return document }}
		refused := &policy.Error{Path: "Statement[0].Action", Detail: wrong, Nearest: "s3:GetObject"}
		for _, cure := range cause.Of(d.Refused(s3err.New(s3err.MalformedPolicy), refused)).Cures {
			for _, command := range cure.Commands {
				if !json.Valid([]byte(command)) {
					t.Errorf("%q is corrected to %q", text, command)
				}
			}
		}
	})
}

// A command does to a shell, and to the AWS CLI, what its words say.
func TestCommandsOfKeys(t *testing.T) {
	for key, want := range map[string]string{
		"a b's":       `aws s3api head-object --bucket b --key 'a b'\''s'`,
		"-rf":         `aws s3api head-object --bucket b --key=-rf`,
		"a\x1b[2J'\\": `aws s3api head-object --bucket b --key $'a\033[2J\'\\'`,
		"file://x":    "",
		"fileb://x":   "",
		"a\x00":       "",
	} {
		if command := cause.OnObject("head-object", "b", key); command != want {
			t.Errorf("%q: %s", key, command)
		}
	}
}
