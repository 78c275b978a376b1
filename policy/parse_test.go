package policy

import (
	"errors"
	"strings"
	"testing"
)

// malformed documents are refused by Parse, each for one reason.
var malformed = []struct{ doc, path, message, nearest string }{
	{``, "", msgFirstByte, ""},
	{`x`, "", msgFirstByte, ""},
	{`[]`, "", msgFirstByte, ""},
	{`null`, "", msgFirstByte, ""},
	{`"Statement"`, "", msgFirstByte, ""},
	{`{`, "", msgInvalidJSON, ""},
	{`{"Statement":[]`, "", msgInvalidJSON, ""},
	{`{"Statement":[]}}`, "", msgInvalidJSON, ""},
	{`{"Statement":[],}`, "", msgInvalidJSON, ""},
	{`{"Statement":[],"Statement":[]}`, "", msgInvalidJSON, ""},
	{"{\"Id\":\"\xff\",\"Statement\":[]}", "", msgInvalidJSON, ""},
	{`{"Id":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `,"Statement":[]}`, "", msgInvalidJSON, ""},
	{`{"Version":20121017,"Statement":[]}`, "Version", msgInvalidJSON, ""},
	{`{"Id":7,"Statement":[]}`, "Id", msgInvalidJSON, ""},
	{`{"Statement":"x"}`, "Statement", msgInvalidJSON, ""},
	{`{"Statement":[7]}`, "Statement[0]", msgInvalidJSON, ""},
	{`{"Version":"2012-10-17"}`, "", "Missing required field Statement", ""},
	{statementWith(`"Effect"`, `"Effekt"`), "Statement[0]", "Missing required field Effect", ""},
	{statementWith(`"Action"`, `"Acton"`), "Statement[0]", "Missing required field Action", ""},
	{statementWith(`"Allow"`, `"allow"`), "Statement[0].Effect", "Invalid effect: allow", "Allow"},
	{statementWith(`"Allow"`, `["Allow"]`), "Statement[0].Effect", msgInvalidJSON, ""},
	{statementWith(`"Effect"`, `"Sid":1,"Effect"`), "Statement[0].Sid", msgInvalidJSON, ""},
	{statementWith(`"s3:GetObject"`, `7`), "Statement[0].Action", msgInvalidJSON, ""},
	{statementWith(`"s3:GetObject"`, `["s3:GetObject",["s3:Put"]]`), "Statement[0].Action", msgInvalidJSON, ""},
	{statementWith(`"arn:aws:s3:::b/*"`, `{}`), "Statement[0].Resource", msgInvalidJSON, ""},
	{statementWith(`"*"`, `["*"]`), "Statement[0].Principal", msgInvalidJSON, ""},
	{statementWith(`"*"`, `{"AWS":111122223333}`), "Statement[0].Principal.AWS", msgInvalidJSON, ""},
	{statementWith(`"Action"`, `"NotAction":"s3:PutObject","Action"`), "Statement[0]", msgSyntax, ""},
	{statementWith(`"Action"`, `"NotPrincipal":"*","Action"`), "Statement[0]", msgSyntax, ""},
	{statementWith(`"Action"`, `"NotResource":"*","Action"`), "Statement[0]", msgSyntax, ""},
	{withCondition(`"x"`), "Statement[0].Condition", msgInvalidJSON, ""},
	{withCondition(`{"StringEquals":"x"}`), "Statement[0].Condition.StringEquals", msgInvalidJSON, ""},
	{withCondition(`{"StringEquals":{"aws:x":{}}}`), "Statement[0].Condition.StringEquals.aws:x", msgInvalidJSON, ""},
	{withCondition(`{"StringEquals":{"aws:x":null}}`), "Statement[0].Condition.StringEquals.aws:x", msgInvalidJSON, ""},
	{withCondition(`{"IpAdress":{"aws:SourceIp":"10.0.0.1"}}`), "Statement[0].Condition.IpAdress", "Invalid Condition type : IpAdress", "IpAddress"},
	{withCondition(`{"ForAnyvalues:stringLike":{"aws:x":"y"}}`), "Statement[0].Condition.ForAnyvalues:stringLike", "Invalid Condition type : ForAnyvalues:stringLike", "ForAnyValue:StringLike"},
	{withCondition(`{"StringEqualsIfExist":{"aws:x":"y"}}`), "Statement[0].Condition.StringEqualsIfExist", "Invalid Condition type : StringEqualsIfExist", "StringEqualsIfExists"},
	{withCondition(`{"NullIfExists":{"aws:x":"true"}}`), "Statement[0].Condition.NullIfExists", "Invalid Condition type : NullIfExists", "Null"},
	{withCondition(`{"ForAnyValue:Null":{"aws:x":"true"}}`), "Statement[0].Condition.ForAnyValue:Null", "Invalid Condition type : ForAnyValue:Null", "Null"},
	{withCondition(`{"Frobnicates":{"aws:x":"true"}}`), "Statement[0].Condition.Frobnicates", "Invalid Condition type : Frobnicates", ""},
	{withCondition(`{"":{"aws:x":"true"}}`), "Statement[0].Condition.", "Invalid Condition type : ", ""},
}

func TestParseRefuses(t *testing.T) {
	for _, row := range malformed {
		p, err := Parse([]byte(row.doc))
		var e *Error
		if !errors.As(err, &e) || p != nil {
			t.Errorf("%s: no *Error but %v", row.doc, err)
			continue
		}
		if e.Path != row.path || e.Message != row.message || e.Nearest != row.nearest || e.Code != "MalformedPolicy" {
			t.Errorf("%s\n got %+v", row.doc, *e)
		}
		if !strings.HasPrefix(e.Error(), row.path) || !strings.Contains(e.Error(), row.message) || !strings.Contains(e.Error(), row.nearest) {
			t.Errorf("%s: prints as %s", row.doc, e.Error())
		}
	}
}

func TestSyntaxErrorsAreLocated(t *testing.T) {
	for doc, want := range map[string]string{
		"{\n  \"Statement\": [\n    oops\n]}": "line 3, column 5: ",
		"{\n  \"Statement\": [":               "line 2, column 16: unexpected end",
		"{\"Id\":\"a\",\n\"Id\":\"b\"}":       "line 2, column 4: duplicate member \"Id\"",
	} {
		_, err := Parse([]byte(doc))
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Detail, want) {
			t.Errorf("%q: %v", doc, err)
		}
	}
}

// Parse takes what only a validation minds.
func TestParseTolerates(t *testing.T) {
	for _, doc := range []string{
		"\n\t " + statementWith("", ""),
		`{"Statement":[]}`,
		statementWith(`"s3:GetObject"`, `"ec2:Frobnicate"`),
		statementWith(`"s3:GetObject"`, `[]`),
		statementWith(`"arn:aws:s3:::b/*"`, `"no arn"`),
		statementWith(`"Effect"`, `"Comment":{"a":[1]},"Effect"`),
		statementWith(`"*"`, `{"Robot":"x"}`),
		statementWith(`"Statement"`, `"Version":"2099-01-01","Statement"`),
		withCondition(`{"numericequals":{"x":"y"},"DATEEQUALS":{"x":"y"},"IpAddress":{"x":"y"},"bool":{"x":"y"}}`),
		withCondition(`{}`),
	} {
		parse(t, doc)
	}
}

// statementWith is a valid bucket policy in which one piece of text is replaced.
func statementWith(old, replacement string) string {
	const doc = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`
	return strings.Replace(doc, old, replacement, 1)
}

func withCondition(block string) string {
	return statementWith(`"Action"`, `"Condition":`+block+`,"Action"`)
}
