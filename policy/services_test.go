package policy

import (
	"slices"
	"testing"
)

func TestServicePrincipals(t *testing.T) {
	for name, want := range map[string]struct{ form, known bool }{
		"logging.s3.amazonaws.com":             {true, true},
		"delivery.logs.amazonaws.com":          {true, true},
		"lambda.amazonaws.com":                 {true, true},
		"ec2.amazonaws.com.cn":                 {true, true},
		"logs.us-gov-west-1.amazonaws.com":     {true, true},
		"events.amazon.com":                    {true, true},
		"brand-new.amazonaws.com":              {true, false},
		"brand.new.eu-west-1.amazonaws.com.cn": {true, false},
		"logs.west.amazonaws.com":              {true, false},
		"amazonaws.com":                        {false, false},
		".amazonaws.com":                       {false, false},
		"s3":                                   {false, false},
		"s3.example.com":                       {false, false},
		"s3.amazonaws.com.example.com":         {false, false},
		"s3amazonaws.com":                      {false, false},
		"S3.amazonaws.com":                     {false, false},
		"*.amazonaws.com":                      {false, false},
		"s3.amazonaws.com.":                    {false, false},
		"":                                     {false, false},
	} {
		if form, known := isServicePrincipal(name), IsKnownService(name); form != want.form || known != want.known {
			t.Errorf("%q: form %v, known %v", name, form, known)
		}
	}
	for _, name := range knownServices {
		if !isServicePrincipal(name + ".amazonaws.com") {
			t.Errorf("%q is in the list and is no service", name)
		}
	}
}

func TestUncertainPrincipals(t *testing.T) {
	p, err := Parse([]byte(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":["111122223333","` + OriginIdentityARN + `E1"],"Service":["s3.amazonaws.com","new.amazonaws.com"]},"Action":"s3:*","Resource":"*"},
		{"Effect":"Deny","NotPrincipal":{"CanonicalUser":"` + userID + `","Service":"new.amazonaws.com"},"Action":"s3:*","Resource":"*"},
		{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := p.Uncertain()
	slices.Sort(got)
	if want := []string{userID, OriginIdentityARN + "E1", "new.amazonaws.com"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestOriginAccessIdentities(t *testing.T) {
	cdn, err := ParsePrincipal(OriginIdentityARN + "E1")
	if err != nil || cdn.Kind != OriginAccessIdentity || cdn.InAccount() || cdn.String() != OriginIdentityARN+"E1" {
		t.Fatalf("%+v, %v", cdn, err)
	}
	cdn.CanonicalID = userID
	for element, want := range map[string]Naming{
		`"*"`: Direct, `{"AWS":"*"}`: Direct, `{"AWS":"111122223333"}`: NotNamed,
		`{"AWS":"` + OriginIdentityARN + `E1"}`: Direct, `{"AWS":"` + OriginIdentityARN + `E2"}`: NotNamed,
		`{"CanonicalUser":"` + userID + `"}`: Direct, `{"AWS":"arn:aws:iam::111122223333:user/E1"}`: NotNamed,
		`{"Service":"cloudfront.amazonaws.com"}`: NotNamed,
	} {
		p, err := Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":` + element + `,"Action":"s3:GetObject","Resource":"*"}}`))
		if err != nil {
			t.Fatal(err)
		}
		m := p.Match(&Request{Principal: &cdn, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Context: NewContext()})
		if m.Naming != want {
			t.Errorf("%s: %v, want %v", element, m.Naming, want)
		}
	}
	for _, s := range []string{OriginIdentityARN, "arn:aws:iam::cloudfront:user/E1"} {
		if _, err := ParsePrincipal(s); err == nil {
			t.Errorf("%q is read as a principal", s)
		}
	}
}
