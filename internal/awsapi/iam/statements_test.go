package iam

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// The positions that AWS's simulator tells of AdministratorAccess, and of statements
// on one line.
func TestStatementPositions(t *testing.T) {
	const administrator = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}"
	const one, two = `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`,
		`{"Effect":"Deny","Action":"s3:*","Resource":"*"}`
	for _, test := range []struct {
		name, document string
		statement      int
		start, end     position
	}{
		{"AdministratorAccess", administrator, 0, position{3, 17}, position{8, 6}},
		{"on one line", `{"Version":"2012-10-17","Statement":[` + one + `]}`, 0, position{1, 38}, position{1, 38 +
			len(one)}},
		{"the second", `{"Statement":[` + one + `,` + two + `]}`, 1, position{1, 16 + len(one)}, position{1, 16 + len(one) +
			len(two)}},
		{"without a list", `{"Statement": ` + one + `, "Version":"2012-10-17"}`, 0, position{1, 14}, position{1, 15 +
			len(one)}},
	} {
		p, err := policy.Parse([]byte(test.document))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		got := (&subject{}).located(&authz.Named{Name: "p", Policy: p}, test.statement)
		if got.StartPosition != test.start || got.EndPosition != test.end {
			t.Errorf("%s: from %v to %v, want %v and %v", test.name, got.StartPosition, got.EndPosition, test.start, test.end)
		}
	}
}

func TestConditionKeys(t *testing.T) {
	const condition = `"Condition":{"StringEquals":{"aws:SourceVpc":"v","s3:prefix":"${aws:username}"}}`
	for document, want := range map[string]string{
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}/${*}",` + condition + `}]}`: "aws:PrincipalTag/team aws:SourceVpc aws:username s3:prefix",
		`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",` + condition +
			`}}`: "aws:SourceVpc s3:prefix",
		allowAll: "",
	} {
		p, err := policy.Parse([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(conditionKeys(p), " "); got != want {
			t.Errorf("%s: %s, want %s", document, got, want)
		}
	}
}

const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// Every statement of a policy has its place, and the text there is an object.
func FuzzStatements(f *testing.F) {
	for _, seed := range []string{allowAll, `{"Statement":{"Effect":"Deny","Action":"a:b","Resource":"*"}}`,
		"{\"Id\":\"[{,\",\n\"Statement\" : [ {\"Effect\":\"Deny\",\"Action\":\"a:b\"} ,\n{\"Effect\":\"Deny\",\"Action\":\"a:b\"}]}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		p, err := policy.Parse([]byte(document))
		if err != nil {
			return
		}
		conditionKeys(p)
		spans := statementSpans(document)
		if len(spans) != p.Len() {
			t.Fatalf("%d of %d statements found", len(spans), p.Len())
		}
		for _, s := range spans {
			if text := strings.TrimSpace(document[s.start:s.end]); !strings.HasPrefix(text, "{") || !strings.HasSuffix(text,
				"}") {
				t.Errorf("a statement is %q", text)
			}
		}
	})
}
