package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMatchReportsBothEffects(t *testing.T) {
	p := parse(t, `{"Version":"2012-10-17","Id":"x","Statement":[
		{"Sid":"none","Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"},
		{"Sid":"account","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:Get*","Resource":"*"},
		{"Sid":"role","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"s3:Get*","Resource":"*"},
		{"Sid":"role2","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"*","Resource":"*"},
		{"Sid":"no","Effect":"Deny","Principal":"*","NotAction":"s3:Put*","Resource":"arn:aws:s3:::b/secret/*"},
		{"Sid":"no2","Effect":"Deny","Principal":"*","Action":"*","NotResource":["arn:aws:s3:::b/k","arn:aws:s3:::b/j"]}]}`)
	if p.Len() != 6 || p.Sid(2) != "role" || p.Effect(4) != Deny || p.Version() != "2012-10-17" || !p.HasPrincipals() {
		t.Errorf("accessors: %d %q %v %q", p.Len(), p.Sid(2), p.Effect(4), p.Version())
	}
	if p.Sid(-1) != "" || p.Sid(6) != "" || p.Effect(6) != Deny || p.Values(6, &Request{}) != nil {
		t.Error("an index outside the policy has a statement")
	}
	for _, row := range []struct {
		action, resource string
		want             Match
	}{
		{"s3:GetObject", "arn:aws:s3:::b/k", Match{-1, 2, ByRole}},
		{"s3:GetObject", "arn:aws:s3:::b/secret/k", Match{4, 2, ByRole}},
		{"s3:GetObject", "arn:aws:s3:::b/other", Match{5, 2, ByRole}},
		{"s3:PutObject", "arn:aws:s3:::b/j", Match{-1, 0, Direct}},
		{"s3:ListBucket", "arn:aws:s3:::b/k", Match{-1, 3, ByRole}},
	} {
		if got := p.Match(&Request{Principal: ci, Action: row.action, Resource: row.resource}); got != row.want {
			t.Errorf("%s %s: %+v, want %+v", row.action, row.resource, got, row.want)
		}
	}
	for resource, want := range map[string][]int{"arn:aws:s3:::b/k": {1, 2, 3}, "arn:aws:s3:::b/secret/k": {1, 2, 3, 4, 5}} {
		if got := p.Matching(&Request{Principal: ci, Action: "s3:GetObject", Resource: resource}); !slices.Equal(got, want) {
			t.Errorf("%s: the statements %v match, want %v", resource, got, want)
		}
	}
}

func TestStatementWithoutPrincipalNamesNobody(t *testing.T) {
	p := parse(t, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	if got := p.Match(&Request{Action: "s3:GetObject"}); got != (Match{-1, 0, NotNamed}) || p.HasPrincipals() {
		t.Errorf("%+v, HasPrincipals %v", got, p.HasPrincipals())
	}
}

func TestMissingVariableInResourceMatchesNothing(t *testing.T) {
	for _, row := range []struct {
		element string
		want    bool
	}{{"Resource", false}, {"NotResource", true}} {
		p := parse(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","`+row.element+`":"arn:aws:s3:::b/${aws:username}*"}}`)
		if got := p.Match(&Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x"}).Allow == 0; got != row.want {
			t.Errorf("%s: %v", row.element, got)
		}
	}
}

// What is escaped in the JSON of a document means what it stands for, names of elements included.
func TestEscapedTexts(t *testing.T) {
	p := parse(t, `{"Statement":[{"\u0045ffect":"Allow","Action":"s3:Get\u004fbject","Resource":"arn:aws:s3:::b\/\"k\""}]}`)
	for resource, want := range map[string]int{`arn:aws:s3:::b/"k"`: 0, `arn:aws:s3:::b\/\"k\"`: -1} {
		if m := p.Match(&Request{Action: "s3:GetObject", Resource: resource}); m.Allow != want {
			t.Errorf("%s: %+v", resource, m)
		}
	}
}

func TestMissesNameTheElement(t *testing.T) {
	c := NewContext()
	c.Set("aws:SourceIp", "198.51.100.7")
	c.Set("aws:username", "alice")
	c.Set("aws:TagKeys", "a", "b")
	r := &Request{Principal: alice, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Context: c}
	for _, row := range []struct {
		statement string
		want      Miss
	}{
		{`"Principal":{"AWS":["444455556666","arn:aws:iam::111122223333:role/ci"]},"Action":"s3:PutObject","Resource":"x"`,
			Miss{Element: "Principal", Wanted: "444455556666, arn:aws:iam::111122223333:role/ci", Got: alice.ARN}},
		{`"NotPrincipal":"*","Action":"*","Resource":"*"`, Miss{Element: "NotPrincipal", Wanted: "*", Got: alice.ARN}},
		{`"Principal":"*","Action":["s3:PutObject","s3:List*"],"Resource":"x"`,
			Miss{Element: "Action", Wanted: "s3:PutObject, s3:List*", Got: "s3:GetObject"}},
		{`"NotAction":"s3:Get*","Resource":"x"`, Miss{Element: "NotAction", Wanted: "s3:Get*", Got: "s3:GetObject"}},
		{`"Action":"*","Resource":"arn:aws:s3:::b"`, Miss{Element: "Resource", Wanted: "arn:aws:s3:::b", Got: "arn:aws:s3:::b/k"}},
		{`"Action":"*","NotResource":"arn:aws:s3:::b/*"`, Miss{Element: "NotResource", Wanted: "arn:aws:s3:::b/*", Got: "arn:aws:s3:::b/k"}},
		{`"Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/*"`,
			Miss{Element: "Resource", Wanted: "arn:aws:s3:::b/${aws:username}/* = arn:aws:s3:::b/alice/*", Got: "arn:aws:s3:::b/k"}},
		{`"Action":"*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/T}?${*}"`,
			Miss{Element: "Resource", Wanted: "arn:aws:s3:::b/${aws:PrincipalTag/T}?${*} = arn:aws:s3:::b/${aws:principaltag/t}?*", Got: "arn:aws:s3:::b/k"}},
		{`"Action":"*","Resource":"*","Condition":{"ipaddress":{"aws:SourceIp":["203.0.113.0/24","192.0.2.1"]}}`,
			Miss{Element: "Condition.IpAddress.aws:SourceIp", Wanted: "203.0.113.0/24, 192.0.2.1", Got: "198.51.100.7"}},
		{`"Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"},"Bool":{"aws:SecureTransport":true}}`,
			Miss{Element: "Condition.Bool.aws:SecureTransport", Wanted: "true", Got: Absent}},
		{`"Action":"*","Resource":"*","Condition":{"forallvalues:StringLikeIfExists":{"aws:TagKeys":["${aws:username}","c"]}}`,
			Miss{Element: "Condition.ForAllValues:StringLikeIfExists.aws:TagKeys", Wanted: "${aws:username} = alice, c", Got: "a, b"}},
		{`"Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":[]}}`,
			Miss{Element: "Condition.StringEquals.aws:username", Wanted: "", Got: "alice"}},
	} {
		p := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"S","Effect":"Deny",`+row.statement+`}]}`)
		row.want.Statement, row.want.Sid = 1, "S"
		if got := p.Misses(r, Deny); !slices.Equal(got, []Miss{row.want}) {
			t.Errorf("%s\n got %+v\nwant %+v", row.statement, got, row.want)
		}
		if got := p.Misses(r, Allow); got != nil {
			t.Errorf("the Allow that matches is missed: %+v", got)
		}
	}
}

func TestValuesShowWhatWasCompared(t *testing.T) {
	p := parse(t, `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{
		"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"},"Bool":{"aws:ViaAWSService":"false"},"Null":{"aws:SourceVpce":true}}}}`)
	c := NewContext()
	c.Set("aws:SourceIp", "198.51.100.7")
	want := []Comparison{
		{0, "NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "198.51.100.7", true},
		{0, "Bool", "aws:ViaAWSService", "false", Absent, false},
		{0, "Null", "aws:SourceVpce", "true", Absent, true},
	}
	if got := p.Values(0, &Request{Context: c}); !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	policies, r := benchmarkWorld(t)
	for _, action := range []string{"s3:GetObject", "s3:PutObject"} {
		r.Action = action
		if n := testing.AllocsPerRun(100, func() {
			for _, p := range policies {
				p.Match(r)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", action, n)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	policies, r := benchmarkWorld(b)
	for _, action := range []string{"s3:GetObject", "s3:PutObject"} {
		b.Run(action, func(b *testing.B) {
			r.Action = action
			b.ReportAllocs()
			for b.Loop() {
				for _, p := range policies {
					p.Match(r)
				}
			}
		})
	}
}

// benchmarkWorld is ten policies of five statements of which every kind of element and operator has a part.
func benchmarkWorld(t testing.TB) ([]*Policy, *Request) {
	policies := make([]*Policy, 10)
	for i := range policies {
		policies[i] = parse(t, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:role/a","arn:aws:iam::111122223333:role/x/ci"]},
			 "Action":["s3:Get*","s3:List*"],"Resource":["arn:aws:s3:::b%d","arn:aws:s3:::b/${aws:PrincipalTag/team}/*"]},
			{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
			{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:role/ci","arn:aws:sts::111122223333:assumed-role/ci/s1"]},
			 "Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}}},
			{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*Object","Resource":"arn:aws:s3:::b/*/k?y",
			 "Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/c*"},"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00+01:00"}}},
			{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*",
			 "Condition":{"NumericGreaterThan":{"s3:signatureAge":600000},"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}}}]}`, i))
	}
	c := NewContext()
	for key, value := range map[string]string{"aws:PrincipalTag/team": "red", "aws:SecureTransport": "true",
		"aws:SourceIp": "203.0.113.9", "aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci",
		"aws:CurrentTime": "2026-05-01T12:00:00+02:00", "s3:signatureAge": "600001", "aws:PrincipalOrgPaths": "o-2/r/ou"} {
		c.Set(key, value)
	}
	return policies, &Request{Principal: ci, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/red/key", Context: c}
}

func BenchmarkParse(b *testing.B) {
	policies, _ := benchmarkWorld(b)
	doc := []byte(policies[0].Source())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzParse holds for any document: nothing panics; every statement of either effect matches or has exactly one
// miss; the order of statements decides nothing; and what Validate says is what Problems says first.
func FuzzParse(f *testing.F) {
	policies, _ := benchmarkWorld(f)
	f.Add([]byte(policies[3].Source()), "s3:GetObject", "arn:aws:s3:::b/red/key", "203.0.113.9")
	for _, row := range malformed {
		f.Add([]byte(row.doc), "s3:GetObject", "arn:aws:s3:::b/k", "203.0.113.9")
	}
	f.Fuzz(func(t *testing.T, doc []byte, action, resource, value string) {
		p, err := Parse(doc)
		for kind := Identity; kind <= Boundary; kind++ {
			rules := Rules{Kind: kind, Bucket: "b"}
			problems := Check(doc, rules)
			if _, e := Load(doc, rules); (e == nil) != (len(problems) == 0) || e != nil && e.Error() != problems[0].Error() {
				t.Errorf("kind %d: Load %v, Check %v", kind, e, problems)
			}
			if err != nil && len(problems) == 0 {
				t.Errorf("kind %d: Parse refuses what Check takes: %v", kind, err)
			}
		}
		if err != nil {
			return
		}
		c := NewContext()
		c.Set("aws:SourceIp", value)
		c.Set("aws:username", resource)
		for _, who := range []*Principal{alice, root, ci, temp, logs, nobody, nil} {
			checkMatch(t, p, &Request{Principal: who, Action: action, Resource: resource, Context: c})
		}
	})
}

func checkMatch(t *testing.T, p *Policy, r *Request) {
	m := p.Match(r)
	missed := map[Effect]int{}
	for _, e := range []Effect{Deny, Allow} {
		for _, miss := range p.Misses(r, e) {
			missed[e]++
			if miss.Statement == m.Deny || miss.Statement == m.Allow || miss.Element == "" {
				t.Errorf("%+v misses %+v", m, miss)
			}
		}
	}
	if p.Denies(r) != (m.Deny >= 0) {
		t.Errorf("%+v, and Denies says %v", m, p.Denies(r))
	}
	total := map[Effect]int{}
	for i := range p.Len() {
		total[p.Effect(i)]++
		p.Values(i, r)
	}
	if (m.Deny >= 0) != (missed[Deny] < total[Deny]) || (m.Allow >= 0) != (missed[Allow] < total[Allow]) {
		t.Errorf("%+v with misses %v of %v", m, missed, total)
	}
	reversed := *p
	reversed.statements = slices.Clone(p.statements)
	slices.Reverse(reversed.statements)
	back := reversed.Match(r)
	if (m.Deny >= 0) != (back.Deny >= 0) || (m.Allow >= 0) != (back.Allow >= 0) || m.Naming != back.Naming {
		t.Errorf("%+v, reversed %+v", m, back)
	}
	p.IsPublic()
}

func TestPoliciesAreSafeForConcurrentUse(t *testing.T) {
	policies, r := benchmarkWorld(t)
	done := make(chan Match)
	for range 8 {
		go func() {
			var last Match
			for _, p := range policies {
				last = p.Match(r)
				p.Misses(r, Deny)
				p.Problems(Rules{Kind: Bucket})
			}
			done <- last
		}()
	}
	first := <-done
	for range 7 {
		if m := <-done; m != first {
			t.Errorf("%+v and %+v", m, first)
		}
	}
}

func TestSourceIsTheDocumentAsGiven(t *testing.T) {
	doc := ` {"Statement" : [ ] }` + "\n"
	if p := parse(t, doc); p.Source() != doc || !json.Valid([]byte(p.Source())) {
		t.Errorf("%q", p.Source())
	}
	if !strings.Contains(Effect(7).String(), "7") || Deny.String() != "Deny" {
		t.Error("effects do not print")
	}
}
