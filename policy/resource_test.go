package policy

import (
	"testing"
)

// What covers an action that has no resource (authorization.md cause 1).
func TestActionsWithoutResource(t *testing.T) {
	inChina := &Principal{Kind: User, Account: account, ARN: "arn:aws-cn:iam::111122223333:user/alice"}
	for _, row := range []struct {
		element, listed, action, resource string
		principal                         *Principal
		want                              bool
	}{
		{"Resource", "*", "s3:ListAllMyBuckets", "*", nil, true},
		{"Resource", "arn:aws:s3:::*", "s3:ListAllMyBuckets", "*", nil, true},
		{"Resource", "arn:aws:s3:::*", "S3:LISTALLMYBUCKETS", "*", nil, true},
		{"Resource", "arn:aws:s3:::*", "s3:GetAccountPublicAccessBlock", "*", nil, true},
		{"Resource", "arn:aws:s3:::*", "s3:ListAccessPoints", "*", nil, true},
		{"Resource", "arn:aws:s3:::*", "s3:OneThatIsYetToCome", "*", nil, true},
		{"Resource", "arn:aws:s3:*:*:*", "s3:ListAllMyBuckets", "*", nil, true},
		{"Resource", "arn:*:s3:::*", "s3:ListAllMyBuckets", "*", nil, true},
		{"Resource", "arn:aws:s3*", "s3:ListAllMyBuckets", "*", nil, true},
		{"Resource", "arn:aws:*", "s3:ListAllMyBuckets", "*", nil, true},
		{"Resource", "arn:aws:s3:::${aws:none}*", "s3:ListAllMyBuckets", "*", nil, false},
		{"Resource", "arn:aws:s3:::my-bucket", "s3:ListAllMyBuckets", "*", nil, false},
		{"Resource", "arn:aws:s3:::my-*", "s3:ListAllMyBuckets", "*", nil, false},
		{"Resource", "arn:aws:s3:::*/*", "s3:ListAllMyBuckets", "*", nil, false},
		{"Resource", "arn:aws:s3:us-east-1:111122223333:*", "s3:ListAllMyBuckets", "*", nil, false},
		{"Resource", "arn:aws:kms:*:*:*", "s3:ListAllMyBuckets", "*", nil, false},
		{"NotResource", "arn:aws:s3:::*", "s3:ListAllMyBuckets", "*", nil, false},
		{"NotResource", "arn:aws:s3:::my-bucket", "s3:ListAllMyBuckets", "*", nil, true},
		{"NotResource", "*", "s3:ListAllMyBuckets", "*", nil, false},
		{"Resource", "arn:aws-cn:s3:::*", "s3:ListAllMyBuckets", "*", inChina, true},
		{"Resource", "arn:aws:s3:::*", "s3:ListAllMyBuckets", "*", inChina, false},
		{"Resource", "arn:aws-cn:s3:::*", "s3:ListAllMyBuckets", "*", alice, false},
		// Of an action that has a resource, and of other services, * is not every resource.
		{"Resource", "arn:aws:s3:::*", "s3:GetObject", "*", nil, false},
		{"Resource", "arn:aws:s3:::*", "s3:ListBucket", "*", nil, false},
		{"Resource", "arn:aws:kms:*:*:*", "kms:ListKeys", "*", nil, false},
		{"Resource", "arn:aws:iam:::*", "iam:GetAccountSummary", "*", nil, false},
		{"Resource", "arn:aws:s3:::*", "s3-object-lambda:ListAccessPoints", "*", nil, false},
		{"Resource", "arn:aws:s3:::*", "s3", "*", nil, false},
	} {
		for _, effect := range []string{"Allow", "Deny"} {
			p := parse(t, `{"Version":"2012-10-17","Statement":{"Effect":"`+effect+`","Action":"*","`+row.element+`":"`+row.listed+`"}}`)
			m := p.Match(&Request{Principal: row.principal, Action: row.action, Resource: row.resource})
			if got := m.Allow >= 0 || m.Deny >= 0; got != row.want {
				t.Errorf("%s: %s of %s on %s by %v: %v", effect, row.action, row.element, row.listed, row.principal, got)
			}
		}
	}
}

func TestMissOfActionWithoutResource(t *testing.T) {
	p := parse(t, `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::my-bucket"}}`)
	misses := p.Misses(&Request{Action: "s3:ListAllMyBuckets", Resource: "*"}, Allow)
	if want := (Miss{Element: "Resource", Wanted: "arn:aws:s3:::my-bucket", Got: "*"}); len(misses) != 1 || misses[0] != want {
		t.Errorf("got %+v, want %+v", misses, want)
	}
	everything := parse(t, `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"}}`)
	if misses := everything.Misses(&Request{Action: "s3:ListAllMyBuckets", Resource: "*"}, Allow); len(misses) != 0 {
		t.Errorf("what matches is missed: %+v", misses)
	}
}
