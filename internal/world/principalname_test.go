package world

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

const (
	oldARN = "arn:aws:iam::123456789012:user/my-user"
	deadID = "AIDAEXAMPLEEXAMPLE123"
)

func TestPrincipalAs(t *testing.T) {
	for name, row := range map[string]struct{ before, after string }{
		"one":             {`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"OLD"},"Action":"s3:*","Resource":"*"}]}`, `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"NEW"},"Action":"s3:*","Resource":"*"}]}`},
		"of several":      {`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*", "NotPrincipal" : {"AWS": [ "OLD/a", "OLD" ,"1"]}}}`, `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*", "NotPrincipal" : {"AWS": [ "OLD/a", "NEW" ,"1"]}}}`},
		"not a condition": {`{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":"OLD"}}}}`, ""},
		"not a resource":  {`{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"OLD"}}`, ""},
	} {
		before, after := strings.ReplaceAll(row.before, "OLD", oldARN), strings.NewReplacer("OLD", oldARN, "NEW", deadID).Replace(row.after)
		p, err := policy.Parse([]byte(before))
		if err != nil {
			t.Fatal(err)
		}
		given := &authz.Named{Name: "p", Policy: p}
		got := renamedIn(given, oldARN, deadID)
		if after == "" {
			if got != given {
				t.Errorf("%s: changed to %s", name, got.Policy.Source())
			}
			continue
		}
		if got.Policy.Source() != after {
			t.Errorf("%s: got %s, want %s", name, got.Policy.Source(), after)
		}
	}
}

func TestWithPrincipalAs(t *testing.T) {
	s := unsealed(t)
	document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + oldARN + `"},"Action":"sts:AssumeRole"}]}`
	p, err := policy.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	s.Accounts[account].Roles["app"].Trust = &authz.Named{Name: "trust", Policy: p}
	s.Buckets["my-bucket"].Policy = BucketPolicy("my-bucket", p)
	s.Keys = map[string]*Key{"k": {Account: account, Policy: KeyPolicy(p)}}
	next := s.WithPrincipalAs(oldARN, deadID)
	for name, at := range map[string]func(*State) *authz.Named{
		"bucket": func(s *State) *authz.Named { return s.Buckets["my-bucket"].Policy },
		"key":    func(s *State) *authz.Named { return s.Keys["k"].Policy },
		"role":   func(s *State) *authz.Named { return s.Accounts[account].Roles["app"].Trust },
	} {
		if got := at(next).Policy.Source(); got != strings.Replace(document, oldARN, deadID, 1) {
			t.Errorf("%s: got %s", name, got)
		}
		if at(s).Policy.Source() != document {
			t.Errorf("%s: the state that there was changed", name)
		}
	}
}

// What is renamed and renamed back is the same text.
func FuzzPrincipalAs(f *testing.F) {
	f.Add(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":["` + oldARN + `"]},"Action":"s3:*","Resource":"*"}]}`)
	f.Add(`{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"` + oldARN + `" },"Action":"s3:*","Resource":"` + oldARN + `"}}`)
	f.Fuzz(func(t *testing.T, document string) {
		p, err := policy.Parse([]byte(document))
		if err != nil || strings.Contains(document, deadID) || strings.Contains(document, `\`) {
			return
		}
		there := renamedIn(&authz.Named{Policy: p}, oldARN, deadID)
		if back := renamedIn(there, deadID, oldARN); back.Policy.Source() != document {
			t.Errorf("%q became %q and %q", document, there.Policy.Source(), back.Policy.Source())
		}
	})
}
