package deeds

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/policy"
)

// allows says whether a policy of one statement matches.
func allows(t *testing.T, statement map[string]any, r policy.Request) bool {
	t.Helper()
	statement["Effect"] = "Allow"
	doc, err := json.Marshal(map[string]any{"Statement": statement})
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	return p.Match(&r).Allow >= 0
}

// What a pattern is filled in with is matched by the pattern, as an action, a resource and a
// value of StringLike.
func TestFilledPatternsMatch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range rounds.Of(500, 20000) {
		var b strings.Builder
		for range 1 + r.IntN(8) {
			b.WriteString([]string{"*", "?", "a", "/", "docs", "."}[r.IntN(6)])
		}
		filled, ok := fill("arn:aws:s3:::" + b.String())
		if !ok {
			t.Fatalf("%q is not filled in", b.String())
		}
		statement := map[string]any{"Action": "*", "Resource": "arn:aws:s3:::" + b.String()}
		if !allows(t, statement, policy.Request{Action: "s3:GetObject", Resource: filled}) {
			t.Fatalf("%s is filled in as %s, which it does not match", b.String(), filled)
		}
	}
	if _, ok := fill("home/${aws:username}/*"); ok {
		t.Error("a policy variable is filled in, and nobody knows with what")
	}
}

// Of every operator there are values for which a condition holds and others for which it
// does not, and the policy says the same of each.
func TestConditionsAreMetAndUnmet(t *testing.T) {
	values := map[string][]string{
		"Numeric": {"5"}, "Date": {"2026-01-02T03:04:05Z"}, "Bool": {"true"}, "Binary": {"aGVsbG8="},
		"IpAddress": {"198.51.100.0/24"}, "NotIpAddress": {"198.51.100.0/24"}, "Arn": {"arn:aws:s3:::*"}, "String": {"a*c"},
	}
	for _, operator := range policy.Operators() {
		if operator == "Null" {
			continue // about absence alone
		}
		forms := []string{operator, operator + "IfExists", "ForAnyValue:" + operator, "ForAllValues:" + operator}
		for _, form := range forms {
			for family, wanted := range values {
				if !strings.HasPrefix(operator, family) {
					continue
				}
				c := newCondition(form, "aws:UserAgent", wanted)
				if len(c.holds) == 0 || len(c.holdsNot) == 0 {
					t.Errorf("%s %v: %d values meet it, %d do not", form, wanted, len(c.holds), len(c.holdsNot))
				}
				holds(t, form, wanted, c.holds, true)
				holds(t, form, wanted, c.holdsNot, false)
			}
		}
	}
}

func holds(t *testing.T, operator string, wanted []string, tried [][]string, want bool) {
	t.Helper()
	for _, values := range tried {
		ctx := policy.NewContext()
		ctx.Set("aws:UserAgent", values...)
		statement := map[string]any{"Action": "*", "Resource": "*",
			"Condition": map[string]any{operator: map[string]any{"aws:UserAgent": wanted}}}
		if allows(t, statement, policy.Request{Action: "s3:GetObject", Resource: "*", Context: ctx}) != want {
			t.Errorf("%s %v with %v: it does not hold as said", operator, wanted, values)
		}
	}
}

// A range that is all addresses is met from elsewhere than a narrow one, and the narrow one
// is also tried from its neighbours.
func TestAddresses(t *testing.T) {
	if c := newCondition("IpAddress", "aws:SourceIp", texts{"0.0.0.0/0"}); len(c.holds) < 3 {
		t.Errorf("everywhere is met from %v alone", c.holds)
	}
	c := newCondition("NotIpAddress", "aws:SourceIp", texts{"203.0.113.0/24"})
	if len(c.holdsNot) == 0 || len(c.holds) == 0 {
		t.Errorf("inside %v, outside %v", c.holdsNot, c.holds)
	}
}

// FuzzStatements reads whatever a policy may be compiled from.
func FuzzStatements(f *testing.F) {
	f.Add(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"s3:*","Resource":"*"}]}`)
	f.Add(`{"Statement":{"Effect":"Deny","NotPrincipal":"*","NotAction":["s3:Get*"],"NotResource":"x",
		"Condition":{"Bool":{"a":true}}}}`)
	f.Add(`{"Statement":[1,"x",{"Action":{"a":[]}}]}`)
	f.Fuzz(func(t *testing.T, source string) {
		for _, s := range statementsIn(source) {
			if covers := s.covers(); covers != nil {
				covers("s3:GetObject", "arn:aws:s3:::my-bucket/file.txt")
			}
		}
	})
}
