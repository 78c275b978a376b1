package decide

import (
	"strings"
	"testing"
)

// caseWith is a case with an identity policy that allows it, in which one piece of text is replaced.
func caseWith(t *testing.T, old, replacement string) []byte {
	t.Helper()
	const c = `{"id":"x","request":{"principal":"arn:aws:iam::111122223333:user/u","action":"s3:GetObject","resource":"arn:aws:s3:::b/k",` +
		`"resourceAccount":"111122223333","context":{"aws:SourceIp":"203.0.113.9"}},` +
		`"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}]}`
	if !strings.Contains(c, old) {
		t.Fatalf("no %s in the case", old)
	}
	return []byte(strings.Replace(c, old, replacement, 1))
}

func TestWhatIsNoCase(t *testing.T) {
	for _, row := range []struct{ old, replacement, want string }{
		{`"request":`, `"Request":`, "request is missing; is Request meant to be it?"},
		{`"request":`, `"unheard-of":`, "request is missing"},
		{`"request":`, `"request":null,"x":`, "request is missing"},
		{`"request":{`, `"request":[],"x":{`, "request must be an object, not a list"},
		{`"principal":`, `"principle":`, "request.principal is missing; is request.principle meant to be it?"},
		{`"arn:aws:iam::111122223333:user/u"`, `7`, "request.principal must be a string, not a number"},
		{`:user/u`, `:role/r`, `request.principal: principal "arn:aws:iam::111122223333:role/r" is no user, assumed role, federated user or root`},
		{`"action":"s3:GetObject",`, ``, "request.action is missing"},
		{`"arn:aws:s3:::b/k"`, `true`, "request.resource must be a string, not a boolean"},
		{`"resource":"arn:aws:s3:::b/k",`, ``, "request.resource is missing"},
		{`"111122223333"`, `111122223333`, "request.resourceAccount must be a string, not a number"},
		{`{"aws:SourceIp":"203.0.113.9"}`, `"203.0.113.9"`, "request.context must be an object, not a string"},
		{`"203.0.113.9"`, `{"a":1}`, "request.context.aws:SourceIp must be a string or a list of strings, not an object"},
		{`"203.0.113.9"`, `["a",["b"]]`, "request.context.aws:SourceIp must be a string or a list of strings, not a list"},
		{`"203.0.113.9"`, `[null]`, "request.context.aws:SourceIp must be a string or a list of strings, not null"},
		{`[{"name"`, `{"name`, "column "},
		{`"identityPolicies":[{"name":"p",`, `"identityPolicies":{"x":[],`, "column "},
		{`"identityPolicies":[`, `"identityPolicies":{},"x":[`, "identityPolicies must be a list, not an object"},
		{`"identityPolicies":[`, `"identityPolicies":["p",`, "identityPolicies[0] must be an object, not a string"},
		{`"name":"p"`, `"name":["p"]`, "identityPolicies[0].name must be a string, not a list"},
		{`{"Version":"2012-10-17",`, `"not a policy","x":{`, "identityPolicies[0].policy: Policies must be valid JSON"},
		{`"identityPolicies":[`, `"scps":[{"orgIdentifier":7}],"x":[`, "scps[0].orgIdentifier must be a string, not a number"},
		{`"identityPolicies":[`, `"rcps":[{"policies":[{"policy":{"Statement":{"Condition":{"StrngLike":{}}}}}]}],"x":[`,
			"rcps[0].policies[0].policy: Statement[0].Condition.StrngLike: Invalid Condition type : StrngLike; did you mean StringLike?"},
		{`"identityPolicies":[`, `"restrictPublicBuckets":"yes","x":[`, "restrictPublicBuckets must be a boolean, not a string"},
		{`"identityPolicies":[`, `"sessionPolicy":{"Statement":{"Condition":{"Bol":{}}}},"x":[`, "sessionPolicy: Statement[0].Condition.Bol: "},
		{`"identityPolicies":[`, `"sessionPolicy":[{"Statement":[]},{"Statement":{"Condition":{"Bol":{}}}}],"x":[`, "sessionPolicy[1]: Statement[0].Condition.Bol: "},
		{`"identityPolicies":[`, `"sessionPolicy":[{},{},{},{},{}],"x":[`, "sessionPolicy has 5 policies; a session is limited by 4 at most"},
		{`"id":"x"`, "\"id\":\"\xff\"", "the case is not valid UTF-8"},
	} {
		a := New().Decide(caseWith(t, row.old, row.replacement))
		if !strings.HasPrefix(a.Error, row.want) {
			t.Errorf("%s in the place of %s: %s by %q, error %q", row.replacement, row.old, a.Decision, a.DeniedBy, a.Error)
		}
	}
}

// What a case may say in more than one way. All are allowed, by the identity policy.
func TestWaysToWriteACase(t *testing.T) {
	for _, row := range []struct{ name, old, replacement string }{
		{"as it is", ``, ``},
		{"no id", `"id":"x",`, ``},
		{"unknown fields", `"id":"x"`, `"id":"x","comment":[1],"REQUEST":7`},
		{"null is absent", `"identityPolicies"`, `"scps":null,"rcps":null,"sessionPolicy":null,"resourcePolicy":null,"permissionBoundaries":null,"vpcEndpointPolicies":null,"restrictPublicBuckets":null,"identityPolicies"`},
		{"empty is absent", `"identityPolicies"`, `"scps":[],"rcps":[],"permissionBoundaries":[],"vpcEndpointPolicies":[],"identityPolicies"`},
		{"no name", `"name":"p",`, ``},
		{"a policy in a string", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`, `"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"`},
		{"the last of two members counts", `"action":"s3:GetObject"`, `"action":"sqs:SendMessage","action":"s3:GetObject"`},
		{"a second policy that says nothing", `"identityPolicies":[`, `"identityPolicies":[{"name":"none"},{"policy":null},{"policy":{}},`},
		{"other white space", `"request":{`, "\"request\" :\t{ "},
		{"a condition key that is null", `"203.0.113.9"`, `null`},
		{"a condition key without values", `"203.0.113.9"`, `[]`},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := New().Decide(caseWith(t, row.old, row.replacement))
			if a.Error != "" || a.Decision != "Allowed" || len(a.DeniedBy) > 0 {
				t.Errorf("%s by %q, error %q", a.Decision, a.DeniedBy, a.Error)
			}
		})
	}
}

func TestIDsAreEchoed(t *testing.T) {
	for written, want := range map[string]string{`"id":"a\"b"`: `"a\"b"`, `"id":7`: `7`, `"id":null`: `""`, `"x":1`: `""`, `"id":"<é>"`: `"<é>"`} {
		for _, broken := range []bool{false, true} {
			doc := caseWith(t, `"id":"x"`, written)
			if broken {
				doc = []byte(strings.Replace(string(doc), "request", "r", 1))
			}
			a := New().Decide(doc)
			if got := string(a.appendLine(nil)); !strings.HasPrefix(got, `{"id":`+want+`,`) || broken != (a.Error != "") {
				t.Errorf("%s: %s", written, got)
			}
		}
	}
}

// FuzzDecide holds for any line: one answer comes, as JSON, and it is an error or a decision with its findings.
func FuzzDecide(f *testing.F) {
	f.Add([]byte(`{"id":"x"}`))
	f.Add([]byte(`[`))
	for _, v := range loadVectors(f) {
		f.Add([]byte(v.Case))
	}
	decider := New()
	f.Fuzz(func(t *testing.T, line []byte) {
		a := decider.Decide(line)
		r := replyIn(t, a.appendLine(nil))
		switch {
		case r.Error != "":
			if r.Decision != "" || len(r.Findings) > 0 {
				t.Errorf("an error and a decision: %+v", r)
			}
		case (r.Decision == "Allowed") != (len(r.DeniedBy) == 0) || len(r.Findings) == 0:
			t.Errorf("%+v", r)
		}
	})
}
