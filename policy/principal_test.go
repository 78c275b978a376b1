package policy

import (
	"strings"
	"testing"
)

const (
	account = "111122223333"
	other   = "444455556666"
	userID  = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
)

var (
	alice = &Principal{Kind: User, Account: account, ARN: "arn:aws:iam::111122223333:user/team/alice", CanonicalID: userID}
	root  = &Principal{Kind: Root, Account: account, ARN: "arn:aws:iam::111122223333:root", CanonicalID: userID}
	// deploy's role is known with its path, ci's only as its session shows it.
	deploy = &Principal{Kind: RoleSession, Account: account, ARN: "arn:aws:sts::111122223333:assumed-role/deploy/s1",
		RoleARN: "arn:aws:iam::111122223333:role/app/deploy", Provider: "arn:aws:iam::111122223333:saml-provider/idp"}
	ci = &Principal{Kind: RoleSession, Account: account, ARN: "arn:aws:sts::111122223333:assumed-role/ci/s1",
		RoleARN: "arn:aws:iam::111122223333:role/ci"}
	temp = &Principal{Kind: FederatedUser, Account: account, ARN: "arn:aws:sts::111122223333:federated-user/alice",
		IssuerARN: "arn:aws:iam::111122223333:user/team/alice"}
	logs   = &Principal{Kind: Service, Service: "logging.s3.amazonaws.com"}
	nobody = &Principal{Kind: Anonymous}
)

func TestPrincipalNamesRequester(t *testing.T) {
	for _, row := range []struct {
		element string
		who     *Principal
		want    Naming
	}{
		{`"*"`, alice, Direct}, {`"*"`, nobody, Direct}, {`"*"`, nil, Direct}, {`"*"`, logs, Direct},
		{`{"AWS":"*"}`, nobody, Direct}, {`{"AWS":["444455556666","*"]}`, temp, Direct},

		{`{"AWS":"111122223333"}`, alice, ByAccount}, {`{"AWS":"111122223333"}`, root, ByAccount},
		{`{"AWS":"111122223333"}`, deploy, ByAccount}, {`{"AWS":"111122223333"}`, temp, ByAccount},
		{`{"AWS":"111122223333"}`, nobody, NotNamed}, {`{"AWS":"111122223333"}`, logs, NotNamed},
		{`{"AWS":"111122223333"}`, &Principal{Kind: Service, Service: "logging.s3.amazonaws.com", Account: account}, NotNamed},
		{`{"AWS":"444455556666"}`, alice, NotNamed},
		{`{"AWS":"arn:aws:iam::111122223333:root"}`, alice, ByAccount},
		{`{"AWS":"arn:aws:iam::444455556666:root"}`, alice, NotNamed},
		{`{"AWS":"11112222333"}`, alice, NotNamed}, {`{"AWS":""}`, nobody, NotNamed},

		{`{"AWS":"arn:aws:iam::111122223333:user/team/alice"}`, alice, ByUser},
		{`{"AWS":"arn:aws:iam::111122223333:user/alice"}`, alice, NotNamed},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/Alice"}`, alice, NotNamed},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/*"}`, alice, NotNamed},
		{`{"AWS":"arn:aws:iam::444455556666:user/team/alice"}`, alice, NotNamed},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/alice"}`, root, NotNamed},
		{`{"AWS":["111122223333","arn:aws:iam::111122223333:user/team/alice"]}`, alice, ByUser},

		{`{"AWS":["arn:aws:iam::111122223333:user/team/alice","*"]}`, alice, Direct},

		{`{"AWS":"arn:aws:iam::111122223333:role/app/deploy"}`, deploy, ByRole},
		{`{"AWS":"arn:aws:iam::111122223333:role/deploy"}`, deploy, NotNamed},
		{`{"AWS":"arn:aws:iam::111122223333:role/app/Deploy"}`, deploy, NotNamed},
		{`{"AWS":"arn:aws:iam::444455556666:role/app/deploy"}`, deploy, NotNamed},
		{`{"AWS":"arn:aws-cn:iam::111122223333:role/ci"}`, ci, NotNamed},
		{`{"AWS":"arn:aws:iam::111122223333:role/ci"}`, ci, ByRole},
		{`{"AWS":"arn:aws:iam::111122223333:role/any/path/ci"}`, ci, ByRole},
		{`{"AWS":"arn:aws:sts::111122223333:assumed-role/deploy/s1"}`, deploy, Direct},
		{`{"AWS":"arn:aws:sts::111122223333:assumed-role/deploy/s2"}`, deploy, NotNamed},
		{`{"AWS":"arn:aws:sts::111122223333:assumed-role/deploy"}`, deploy, NotNamed},
		{`{"AWS":["arn:aws:iam::111122223333:role/ci","arn:aws:sts::111122223333:assumed-role/ci/s1"]}`, ci, Direct},

		{`{"AWS":"arn:aws:sts::111122223333:federated-user/alice"}`, temp, Direct},
		{`{"AWS":"arn:aws:sts::111122223333:federated-user/bob"}`, temp, NotNamed},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/alice"}`, temp, ByRole},
		{`{"AWS":"arn:aws:iam::111122223333:user/alice"}`, temp, NotNamed},

		{`{"Service":"logging.s3.amazonaws.com"}`, logs, Direct},
		{`{"Service":"cloudtrail.amazonaws.com"}`, logs, NotNamed},
		{`{"Service":"logging.s3.amazonaws.com"}`, alice, NotNamed},
		{`{"Service":["cloudtrail.amazonaws.com","logging.s3.amazonaws.com"],"AWS":"444455556666"}`, logs, Direct},
		{`{"Federated":"arn:aws:iam::111122223333:saml-provider/idp"}`, deploy, Direct},
		{`{"Federated":"arn:aws:iam::111122223333:saml-provider/idp"}`, ci, NotNamed},
		{`{"CanonicalUser":"` + userID + `"}`, alice, ByAccount},
		{`{"CanonicalUser":"` + userID + `"}`, deploy, NotNamed},

		{`{"AWS":"AIDAIOSFODNN7EXAMPLE"}`, alice, NotNamed},
		{`{"Robot":"*"}`, alice, NotNamed}, {`"arn:aws:iam::111122223333:user/team/alice"`, alice, NotNamed},
		{`{}`, alice, NotNamed}, {`{"AWS":[]}`, alice, NotNamed},
	} {
		p := parse(t, `{"Statement":{"Effect":"Allow","Principal":`+row.element+`,"Action":"*","Resource":"*"}}`)
		m := p.Match(&Request{Principal: row.who, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"})
		if m.Naming != row.want || (m.Allow == 0) != (row.want != NotNamed) {
			t.Errorf("%s for %s: %+v, want naming %d", row.element, row.who, m, row.want)
		}
	}
}

func TestNotPrincipalSpares(t *testing.T) {
	const session, role = `"arn:aws:sts::111122223333:assumed-role/ci/s1"`, `"arn:aws:iam::111122223333:role/ci"`
	for _, row := range []struct {
		element string
		who     *Principal
		bounded bool
		spared  bool
	}{
		{`"*"`, nobody, false, true},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/alice"}`, alice, false, true},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/alice"}`, alice, true, false},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/alice"}`, root, false, false},
		{`{"AWS":"111122223333"}`, alice, false, false},
		{`{"AWS":"111122223333"}`, root, false, true},
		{`{"AWS":"444455556666"}`, root, false, false},
		{`{"AWS":` + session + `}`, ci, false, false},
		{`{"AWS":` + role + `}`, ci, false, false},
		{`{"AWS":[` + session + `,` + role + `]}`, ci, false, true},
		{`{"AWS":[` + session + `,` + role + `]}`, ci, true, false},
		{`{"AWS":[` + session + `,` + role + `]}`, deploy, false, false},
		{`{"AWS":"arn:aws:sts::111122223333:federated-user/alice"}`, temp, false, true},
		{`{"AWS":"arn:aws:iam::111122223333:user/team/alice"}`, temp, false, false},
		{`{"Service":"logging.s3.amazonaws.com"}`, logs, false, true},
		{`{"AWS":"111122223333"}`, logs, false, false},
		{`{"AWS":"111122223333"}`, nobody, false, false},
	} {
		p := parse(t, `{"Statement":{"Effect":"Deny","NotPrincipal":`+row.element+`,"Action":"*","Resource":"*"}}`)
		r := &Request{Principal: row.who, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Bounded: row.bounded}
		if spared := p.Match(r).Deny < 0; spared != row.spared {
			t.Errorf("NotPrincipal %s for %s (bounded %v): spared %v", row.element, row.who, row.bounded, spared)
		}
	}
}

func TestNotPrincipalWithAllowGrantsTheOthers(t *testing.T) {
	p := parse(t, `{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/team/alice"},"Action":"*","Resource":"*"}}`)
	for who, want := range map[*Principal]Match{
		alice:  {Deny: -1, Allow: -1},
		nobody: {Deny: -1, Allow: 0, Naming: Direct},
	} {
		if got := p.Match(&Request{Principal: who, Action: "s3:GetObject", Bounded: true}); got != want {
			t.Errorf("%s: %+v", who, got)
		}
	}
}

func TestParsePrincipal(t *testing.T) {
	for _, row := range []struct {
		text string
		want Principal
	}{
		{"anonymous", Principal{}},
		{"logging.s3.amazonaws.com", *logs},
		{"arn:aws:iam::111122223333:root", Principal{Kind: Root, Account: account}},
		{"arn:aws:iam::111122223333:user/a/b", Principal{Kind: User, Account: account}},
		{"arn:aws-cn:sts::111122223333:assumed-role/R/S", Principal{Kind: RoleSession, Account: account,
			RoleARN: "arn:aws-cn:iam::111122223333:role/R"}},
		{"arn:aws:sts::444455556666:federated-user/N", Principal{Kind: FederatedUser, Account: other,
			IssuerARN: "arn:aws:iam::444455556666:user/N"}},
	} {
		if strings.HasPrefix(row.text, "arn:") {
			row.want.ARN = row.text
		}
		if got, err := ParsePrincipal(row.text); err != nil || got != row.want {
			t.Errorf("%s: %+v, %v", row.text, got, err)
		}
		if row.want.String() != row.text {
			t.Errorf("%s prints as %s", row.text, row.want.String())
		}
	}
	for _, text := range []string{"", "*", "alice", "111122223333", "arn:", "arn:aws:iam::1:root", "arn:aws:iam::111122223333:user/",
		"arn:aws:iam::111122223333:user/a/", "arn:aws:iam::111122223333:role/R", "arn:aws:iam:us-east-1:111122223333:root",
		"arn:aws:sts::111122223333:assumed-role/R", "arn:aws:sts::111122223333:assumed-role/R/S/T", "arn:aws:sts::111122223333:assumed-role//S",
		"arn:aws:sts::111122223333:federated-user/", "arn:aws:s3:::b", ".amazonaws.com", "S3.amazonaws.com"} {
		if got, err := ParsePrincipal(text); err == nil {
			t.Errorf("%q accepted as %+v", text, got)
		}
	}
}
