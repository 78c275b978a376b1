package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestGrants(t *testing.T) {
	allow := func(rest string) string { return `{"Effect":"Allow",` + rest + `}` }
	deny := func(rest string) string { return `{"Effect":"Deny",` + rest + `}` }
	get := `"Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"`
	for _, test := range []struct {
		name       string
		statements []string
		actions    []string
		resources  []string
		want       []int
	}{
		{"the action itself", []string{allow(get)}, []string{"s3:getobject"}, nil, []int{0}},
		{"another action", []string{allow(get)}, []string{"s3:PutObject"}, nil, nil},
		{"wildcards that meet", []string{allow(get)}, []string{"s3:*Object"}, nil, []int{0}},
		{"wildcards that do not", []string{allow(get)}, []string{"s3:Put*"}, nil, nil},
		{"another bucket", []string{allow(get)}, []string{"s3:GetObject"}, []string{"arn:aws:s3:::c/*"}, nil},
		{"resources that meet", []string{allow(get)}, nil, []string{"arn:aws:s3:::*/secret"}, []int{0}},
		{"all but", []string{allow(`"NotAction":"s3:Get*","Resource":"*"`)}, []string{"s3:GetObject"}, nil, nil},
		{"all but another", []string{allow(`"NotAction":"s3:Get*","Resource":"*"`)}, []string{"s3:*"}, nil, []int{0}},
		{"denied", []string{allow(get), deny(`"Action":"s3:*","Resource":"*"`)}, []string{"s3:GetObject"}, nil, nil},
		{"denied in part", []string{allow(get), deny(`"Action":"s3:GetObject","Resource":"*"`)}, []string{"s3:Get*"}, nil, []int{0}},
		{"denied sometimes", []string{allow(get), deny(`"Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}`)}, []string{"s3:GetObject"}, nil, []int{0}},
		{"two", []string{allow(get), allow(`"Action":"*","Resource":"*"`)}, []string{"s3:GetObject"}, nil, []int{0, 1}},
		{"one character", []string{allow(`"Action":"s3:GetObjec?","Resource":"*"`)}, []string{"s3:GetObject"}, nil, []int{0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := Parse([]byte(`{"Version":"2012-10-17","Statement":[` + strings.Join(test.statements, ",") + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Grants(test.actions, test.resources); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestIssue(t *testing.T) {
	for document, want := range map[string]string{
		`{`: "JSON_SYNTAX_ERROR",
		`{"Statement":[{"Effect":"Allow","Resource":"*"}]}`:                                                                         "MISSING_ACTION",
		`{"Statement":[{"Effect":"Perhaps","Action":"s3:*","Resource":"*"}]}`:                                                       "INVALID_EFFECT",
		`{"Version":"2013","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`:                                        "INVALID_VERSION",
		`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`:                                         "UNSUPPORTED_PRINCIPAL",
		`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLikes":{"aws:username":"a"}}}]}`:        "INVALID_CONDITION_OPERATOR",
		`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"everywhere"}}}]}`: "DATA_TYPE_MISMATCH",
		`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Extra":1}]}`:                                               "UNSUPPORTED_POLICY_ELEMENT",
	} {
		problems := Check([]byte(document), Rules{Kind: Identity})
		if len(problems) == 0 {
			t.Errorf("%s: no problem", document)
			continue
		}
		if got := problems[0].Issue(); got != want {
			t.Errorf("%s: got %s (%v), want %s", document, got, problems[0], want)
		}
	}
}
