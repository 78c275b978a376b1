package policy

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestGlob(t *testing.T) {
	for _, row := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "a", true}, {"a", "A", false}, {"a", "ab", false},
		{"*", "", true}, {"*", "a/b:c\nd", true}, {"**", "x", true}, {"a*", "a", true}, {"a*", "ba", false},
		{"?", "é", true}, {"??", "é", false}, {"*??", "€", false}, {"*??", "a€", true}, {"?", "/", true},
		{"arn:aws:s3:::b*", "arn:aws:s3:::b/k", true}, {"arn:aws:s3:::b/*", "arn:aws:s3:::b", false},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/", true}, {"*b", "abab", true}, {"*ab*ab", "abab", true},
		{"*ab*ab", "aba", false}, {"a?c*e", "abcde", true}, {"a*?", "a", false}, {"a*?", "ab", true},
	} {
		p := compilePattern(row.pattern, syntax{wildcards: true})
		if got := p.match(row.s, nil); got != row.want {
			t.Errorf("%q matches %q: %v", row.pattern, row.s, got)
		}
	}
}

func TestActionsMatchInAnyCase(t *testing.T) {
	for _, row := range []struct {
		pattern, action string
		want            bool
	}{
		{"s3:GetObject", "s3:getobject", true}, {"S3:get*", "s3:GetObject", true}, {"s3:*Object", "s3:GETOBJECT", true},
		{"s3:Get?bject", "s3:GetObject", true}, {"s3:Get*", "s3:PutObject", false}, {"*", "kms:Decrypt", true},
		{"s3:GetObject", "s3:GetObjectAcl", false}, {"s3:*Acl", "s3:GetObject", false}, {"s3:*", "s3", false},
	} {
		p := compilePattern(row.pattern, syntax{wildcards: true, fold: true})
		if got := p.match(row.action, nil); got != row.want {
			t.Errorf("%q matches %q: %v", row.pattern, row.action, got)
		}
	}
}

// A pattern of many stars against a long text that almost fits takes exponential time if every star is retried. With
// a bound of n·m it is a few million steps; without, the test would not end.
func TestGlobDoesNotBlowUp(t *testing.T) {
	p := compilePattern(strings.Repeat("a*", 400)+"b", syntax{wildcards: true})
	if p.match(strings.Repeat("a", 8000), nil) {
		t.Error("matched without a b")
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("a*b?c", "aXXbYc")
	f.Add("*??", "a€")
	f.Add("${*}*", "*x")
	f.Fuzz(func(t *testing.T, text, s string) {
		if len(text) > 64 || len(s) > 256 || !utf8.ValidString(text) || !utf8.ValidString(s) {
			return
		}
		p := compilePattern(text, syntax{wildcards: true})
		if got, want := p.match(s, nil), matchByTable([]rune(text), []rune(s)); got != want {
			t.Errorf("%q matches %q: %v, want %v", text, s, got, want)
		}
		folded := compilePattern(text, syntax{wildcards: true, fold: true})
		if p.match(s, nil) && !folded.match(s, nil) {
			t.Errorf("%q matches %q only with regard to case", text, s)
		}
		variable := compilePattern(text, syntax{wildcards: true, variables: true})
		variable.match(s, nil)
		variable.describe(nil)
	})
}

// matchByTable is the textbook definition: reach[j] says whether the pattern so far fits the first j characters.
func matchByTable(pattern, s []rune) bool {
	reach := make([]bool, len(s)+1)
	reach[0] = true
	for _, p := range pattern {
		next := make([]bool, len(s)+1)
		for j := range next {
			switch {
			case p == '*':
				next[j] = reach[j] || j > 0 && next[j-1]
			case j > 0:
				next[j] = reach[j-1] && (p == '?' || p == s[j-1])
			}
		}
		reach = next
	}
	return reach[len(s)]
}
