package policy

import (
	"fmt"
	"strings"
	"testing"
)

// finding is one problem as tests compare it: path, message and nearest name.
func finding(e *Error) string {
	if e == nil {
		return ""
	}
	s := e.Path + "|" + e.Message
	if e.Nearest != "" {
		s += "|" + e.Nearest
	}
	return s
}

// How the refusals of a bucket policy begin.
const (
	atPrincipal   = "Statement[0].Principal.AWS|" + msgPrincipal
	atResource    = "Statement[0].Resource|" + msgResource
	atAction      = "Statement[0].Action|" + msgAction
	atNotApplying = "Statement[0].Action|" + msgNotApplicable
	atCondition   = "Statement[0].Condition."
)

// Each row is refused for one reason, and only for that one.
var bucketPolicyRefusals = []struct{ doc, want string }{
	{"", "|" + msgFirstByte},
	{" " + statementWith("", ""), "|" + msgFirstByte},
	{`{"Statement"`, "|" + msgInvalidJSON},
	{`{"Id":"x"}`, "|" + msgMissing + "Statement"},
	{`{"Statement":[]}`, "Statement|" + msgStatementEmpty},
	{statementWith(`"Principal":"*",`, ``), "Statement[0]|" + msgMissing + "Principal"},
	{statementWith(`"Effect":"Allow",`, ``), "Statement[0]|" + msgMissing + "Effect"},
	{statementWith(`"Action":"s3:GetObject",`, ``), "Statement[0]|" + msgMissing + "Action"},
	{statementWith(`,"Resource":"arn:aws:s3:::b/*"`, ``), "Statement[0]|" + msgMissing + "Resource"},
	{statementWith(`"s3:GetObject"`, `[]`), "Statement[0].Action|" + msgMissing + "Action cannot be empty!"},
	{statementWith(`"arn:aws:s3:::b/*"`, `[]`), "Statement[0].Resource|" + msgMissing + "Resource cannot be empty!"},
	{statementWith(`"*"`, `{}`), "Statement[0].Principal|" + msgMissing + "Principal cannot be empty!"},
	{statementWith(`"*"`, `{"AWS":[]}`), "Statement[0].Principal|" + msgMissing + "Principal cannot be empty!"},
	{statementWith(`"Allow"`, `"Permit"`), "Statement[0].Effect|Invalid effect: Permit"},
	{statementWith(`"Statement"`, `"Version":"2012-10-18","Statement"`), "Version|" + msgVersion + "|2012-10-17"},
	{statementWith(`"Statement"`, `"Statment":[],"Statement"`), "Statment|Unknown field Statment|Statement"},
	{statementWith(`"Effect"`, `"Conditon":{},"Effect"`), "Statement[0].Conditon|Unknown field Conditon|Condition"},
	{`{"Statement":[` + repeatStatement(`"Sid":"a"`, 2) + `]}`, "Statement[1].Sid|" + msgSyntax},
	{statementWith(`"Action"`, `"NotAction":"s3:PutObject","Action"`), "Statement[0]|" + msgSyntax},

	{statementWith(`"*"`, `"alice"`), "Statement[0].Principal|" + msgPrincipal},
	{statementWith(`"*"`, `{"AWS":"alice"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"12345"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"arn:aws:iam::111122223333:user/*"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"arn:aws:iam::111122223333:group/g"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"arn:aws:iam::1111:user/u"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"arn:aws:iam::1111:root"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"arn:awz:iam::111122223333:role/r"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"AIDAIOSFODNN7EXAMPLE"}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":["*","arn:aws:iam::111122223333:user/gone"]}`), atPrincipal},
	{statementWith(`"*"`, `{"AWS":"arn:aws:iam::111122223333:role/gone"}`), atPrincipal},
	{statementWith(`"Principal":"*"`, `"NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/gone"}`), "Statement[0].NotPrincipal.AWS|" + msgPrincipal},
	{statementWith(`"*"`, `{"Service":"s3"}`), "Statement[0].Principal.Service|" + msgPrincipal},
	{statementWith(`"*"`, `{"Service":"*"}`), "Statement[0].Principal.Service|" + msgPrincipal},
	{statementWith(`"*"`, `{"Federated":"arn:aws:iam::111122223333:user/u"}`), "Statement[0].Principal.Federated|" + msgPrincipal},
	{statementWith(`"*"`, `{"CanonicalUser":"abc"}`), "Statement[0].Principal.CanonicalUser|" + msgPrincipal},
	{statementWith(`"*"`, `{"Servce":"s3.amazonaws.com"}`), "Statement[0].Principal.Servce|" + msgPrincipal + "|Service"},

	{statementWith(`arn:aws:s3:::b/*`, `*`), atResource},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::other/*`), atResource + "|arn:aws:s3:::b/*"},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::bb*/*`), atResource + "|arn:aws:s3:::b/*"},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::a*x/*`), atResource + "|arn:aws:s3:::b/*"},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::?x`), atResource + "|arn:aws:s3:::b"},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:us-east-1::b/*`), atResource},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:sqs:::b/*`), atResource},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::`), atResource},
	{statementWith(`arn:aws:s3:::b/*`, `b/*`), atResource + "|arn:aws:s3:::b/*"},
	{statementWith(`"arn:aws:s3:::b/*"`, `["arn:aws:s3:::b/*","arn:aws:s3:::other"]`), atResource + "|arn:aws:s3:::b"},
	{statementWith(`s3:GetObject`, `s3:GetObjects`), atAction + "|s3:GetObject"},
	{statementWith(`s3:GetObject`, `s3:Frob*`), atAction},
	{statementWith(`s3:GetObject`, `kms:Decrypt`), atAction},
	{statementWith(`s3:GetObject`, `GetObject`), atAction + "|s3:GetObject"},
	{statementWith(`"Action":"s3:GetObject"`, `"NotAction":"s3:PutObjekt"`), "Statement[0].NotAction|" + msgAction + "|s3:PutObject"},
	{statementWith(`s3:GetObject`, `s3:ListBucket`), atNotApplying},
	{statementWith(`s3:GetObject`, `s3:ListAllMyBuckets`), atNotApplying},
	{statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::b`), atNotApplying},
	{statementWith(`"s3:GetObject"`, `["s3:GetObject","s3:PutBucketPolicy"]`), atNotApplying},

	{withCondition(`{"IpAdress":{"aws:SourceIp":"10.0.0.1"}}`), atCondition + "IpAdress|Invalid Condition type : IpAdress|IpAddress"},
	{withCondition(`{"StringEquals":{"s3:prefx":"a"}}`), atCondition + "StringEquals.s3:prefx|" + msgConditionKey + "|s3:prefix"},
	{withCondition(`{"StringEquals":{"s3:ExistingObjctTag/a":"a"}}`), atCondition + "StringEquals.s3:ExistingObjctTag/a|" + msgConditionKey + "|s3:ExistingObjectTag/"},
	{withCondition(`{"StringEquals":{"kms:ViaService":"a"}}`), atCondition + "StringEquals.kms:ViaService|" + msgConditionKey + "|kms:ViaService"},
	{withCondition(`{"StringEquals":{"s3:prefix":"a"}}`), atCondition + "StringEquals.s3:prefix|" + msgConditionCombine},
	{strings.Replace(withCondition(`{"StringEquals":{"s3:prefix":"a"}}`), `s3:GetObject`, `s3:*`, 1), atCondition + "StringEquals.s3:prefix|" + msgConditionCombine},
	{strings.Replace(withCondition(`{"StringEquals":{"s3:x-amz-acl":"a"}}`), `"s3:GetObject"`, `["s3:PutObject","s3:GetObject"]`, 1), atCondition + "StringEquals.s3:x-amz-acl|" + msgConditionCombine},
	{withCondition(`{"ipaddress":{"aws:SourceIp":"10.0.0.0/33"}}`), atCondition + "ipaddress.aws:SourceIp|" + msgIPAddress},
	{withCondition(`{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","home"]}}`), atCondition + "NotIpAddress.aws:SourceIp|" + msgIPAddress},
	{withCondition(`{"NumericEquals":{"aws:x":"ten"}}`), atCondition + "NumericEquals.aws:x|" + msgSyntax},
	{withCondition(`{"DateEquals":{"aws:x":"soon"}}`), atCondition + "DateEquals.aws:x|" + msgSyntax},
	{withCondition(`{"Bool":{"aws:x":"yes"}}`), atCondition + "Bool.aws:x|" + msgSyntax},
	{withCondition(`{"Null":{"aws:x":"yes"}}`), atCondition + "Null.aws:x|" + msgSyntax},
	{withCondition(`{"BinaryEquals":{"aws:x":"!"}}`), atCondition + "BinaryEquals.aws:x|" + msgSyntax},
	{withCondition(`{"StringEquals":{"aws:x":[]}}`), atCondition + "StringEquals.aws:x|" + msgSyntax},
}

func TestBucketPolicyRefusals(t *testing.T) {
	for _, row := range bucketPolicyRefusals {
		problems := Check([]byte(row.doc), bucketRules)
		if len(problems) != 1 || finding(problems[0]) != row.want || problems[0].Code != "MalformedPolicy" {
			t.Errorf("%s\n got %v\nwant %s", row.doc, problems, row.want)
		}
	}
}

var bucketRules = Rules{Kind: Bucket, Bucket: "b", PrincipalExists: func(arn string) bool { return !strings.HasSuffix(arn, "/gone") }}

func repeatStatement(extra string, n int) string {
	one := `{` + extra + `,"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`
	return strings.TrimSuffix(strings.Repeat(one+",", n), ",")
}

func TestBucketPolicyAccepts(t *testing.T) {
	for _, doc := range []string{
		statementWith("", ""),
		statementWith(`[{`, `{`)[:len(statementWith(`[{`, `{`))-2] + `}`,
		statementWith(`"Statement"`, `"Version":"2008-10-17","Id":"any id","Statement"`),
		statementWith(`"Effect"`, `"Sid":"any sid, really","Effect"`),
		statementWith(`"*"`, `{"AWS":["*","111122223333","arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:user/p/u",
			"arn:aws:iam::111122223333:role/p/r","arn:aws:sts::111122223333:assumed-role/r/s","arn:aws:sts::111122223333:federated-user/f",
			"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"],"Service":"logging.s3.amazonaws.com",
			"Federated":["accounts.google.com","arn:aws:iam::111122223333:saml-provider/x"],"CanonicalUser":"`+userID+`"}`),
		statementWith(`s3:GetObject`, `*`),
		statementWith(`s3:GetObject`, `S3:getobject`),
		statementWith(`s3:GetObject`, `s3:*Object`),
		statementWith(`"Action":"s3:GetObject"`, `"NotAction":"s3:ListBucket"`),
		statementWith(`"Resource":"arn:aws:s3:::b/*"`, `"NotResource":"arn:aws:s3:::b"`),
		statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::b*`),
		statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::*`),
		statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::b*.txt`),
		statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::?/x`),
		strings.Replace(statementWith(`arn:aws:s3:::b/*`, `arn:aws:s3:::${aws:PrincipalTag/bucket}/*`), `{`, `{"Version":"2012-10-17",`, 1),
		`{"Statement":{"Effect":"Deny","Principal":"*","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}}`,
		`{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b*","Condition":{"StringEquals":{"s3:prefix":"x"}}}}`,
		withCondition(`{"StringEquals":{"aws:anything":"x","s3:EXISTINGobjectTag/Team":"x"},"IpAddress":{"aws:SourceIp":["10.0.0.1","2001:db8::/32"]},
			"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"s3:signatureAge":"600.5"},"DateLessThan":{"aws:CurrentTime":["2026-01-01T00:00:00Z",1767225600]},
			"Null":{"aws:SourceVpce":false},"BinaryEquals":{"aws:x":"QmluYXJ5"}}`),
		strings.Replace(withCondition(`{"Bool":{"aws:x":"${aws:y}"}}`), `{`, `{"Version":"2012-10-17",`, 1),
		strings.Replace(withCondition(`{"StringEquals":{"s3:ExistingObjectTag/x":"y"}}`), `s3:GetObject`, `s3:GetObjectAttributes`, 1),
	} {
		if problems := Check([]byte(doc), bucketRules); len(problems) > 0 {
			t.Errorf("%s\nrefused: %v", doc, problems)
		}
		if p, e := Load([]byte(doc), bucketRules); e != nil || p.Source() != doc || p.Validate(bucketRules) != nil {
			t.Errorf("%s\nrefused: %v", doc, e)
		}
	}
}

func TestProblemsComeInAWSsOrder(t *testing.T) {
	doc := ` {"Version":"1","Statement":[{"Effect":"Allow","Principal":{"AWS":"x"},"Action":"s3:No","Resource":"arn:aws:s3:::c",
		"Condition":{"Foo":{"s3:x":"y"}}},{"Effect":"Maybe","Principal":{"AWS":"y"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/x",
		"Condition":{"IpAddress":{"s3:bar":"z"}}}]}`
	want := []string{
		"|" + msgTooLarge, "Version|" + msgVersion, "Statement[1].Effect|Invalid effect: Maybe",
		"Statement[0].Principal.AWS|" + msgPrincipal, "Statement[1].Principal.AWS|" + msgPrincipal,
		"Statement[0].Resource|" + msgResource + "|arn:aws:s3:::b", "Statement[0].Action|" + msgAction,
		"Statement[0].Condition.Foo|Invalid Condition type : Foo",
		"Statement[1].Condition.IpAddress.s3:bar|" + msgConditionKey, "Statement[1].Condition.IpAddress.s3:bar|" + msgIPAddress,
	}
	rules := bucketRules
	rules.MaxSize = 100
	var got []string
	for _, e := range Check([]byte(doc), rules) {
		got = append(got, finding(e))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestSizeLimits(t *testing.T) {
	pad := func(doc string, n int) string { return doc + strings.Repeat(" ", n-len(doc)) }
	long := func(doc string, n int) string {
		return strings.Replace(doc, `{`, `{"Id":"`+strings.Repeat("x", n-len(doc)-len(`"Id":"",`))+`",`, 1)
	}
	identity := `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	for _, row := range []struct {
		kind Kind
		doc  string
		code string
	}{
		{Bucket, pad(statementWith("", ""), 20480), ""},
		{Bucket, pad(statementWith("", ""), 20481), "PolicyTooLarge"},
		{Identity, pad(identity, 30000), ""}, // white space does not count
		{Identity, long(identity, 6144), ""},
		{Identity, long(identity, 6145), "LimitExceeded"},
		{Session, long(identity, 2049), "LimitExceeded"},
		{SCP, pad(identity, 5121), "ConstraintViolationException"},
		{Key, pad(statementWith("", ""), 32769), "LimitExceededException"},
	} {
		e := parse(t, row.doc).Validate(Rules{Kind: row.kind})
		if (e == nil) != (row.code == "") || ProblemOf(e).Code != row.code {
			t.Errorf("kind %d, %d bytes: %v", row.kind, len(row.doc), e)
		}
	}
}

func TestOtherKindsHaveTheirOwnRules(t *testing.T) {
	const (
		vendor        = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
		organizations = "The provided policy document does not meet the requirements of the specified policy type."
		s             = "Statement[0]"
	)
	for _, row := range []struct {
		kind            Kind
		statement, want string
	}{
		{Identity, `"Action":"s3:Anything","Resource":"*","Condition":{"StringEquals":{"foo:bar":"x"}}`, ""},
		{Identity, `"NotAction":["s3:*","*"],"NotResource":["arn:aws:s3:::*","arn:aws:s3:::b"]`, ""},
		{Identity, `"Principal":"*","Action":"s3:*","Resource":"*"`, s + ".Principal|Policy document should not specify a principal."},
		{Identity, `"Action":"s3:*"`, s + "|Policy statement must contain resources."},
		{Identity, `"Resource":"*"`, s + "|Policy statement must contain actions."},
		{Identity, `"Action":"GetObject","Resource":"*"`, s + ".Action|" + vendor + "|s3:GetObject"},
		{Identity, `"Action":"s3:*","Resource":"bucket"`, s + `.Resource|Resource bucket must be in ARN format or "*".`},
		{Identity, `"Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"sourceip":"x"}}`, s + ".Condition.StringEquals.sourceip|" + vendor},
		{Identity, `"Sid":"a b","Action":"s3:*","Resource":"*"`, s + ".Sid|Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"},
		{Identity, `"Action":"s3:*","Resource":"*","Foo":1`, s + ".Foo|Syntax errors in policy."},
		{Identity, `"Action":"s3:*","NotAction":"s3:*","Resource":"*"`, s + "|Syntax errors in policy."},
		{Boundary, `"Action":"s3:*","Resource":"*"`, ""},
		{Boundary, `"NotPrincipal":"*","Action":"s3:*","Resource":"*"`, s + ".NotPrincipal|Policy document should not specify a principal."},
		{Session, `"Action":"s3:*","Resource":"*"`, ""},

		{SCP, `"NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}`, ""},
		{SCP, `"Action":"*","NotResource":"arn:aws:s3:::b"`, ""},
		{SCP, `"Principal":"*","Action":"*","Resource":"*"`, s + ".Principal|" + organizations},
		{SCP, `"Action":"*"`, s + "|" + organizations},

		{RCP, `"Principal":"*","Action":"s3:*","NotResource":"*"`, ""},
		{RCP, `"Principal":{"AWS":"*"},"Action":"s3:*","Resource":"*"`, s + ".Principal|" + organizations},
		{RCP, `"NotPrincipal":"*","Action":"s3:*","Resource":"*"`, s + ".NotPrincipal|" + organizations},
		{RCP, `"Principal":"*","NotAction":"s3:*","Resource":"*"`, s + ".NotAction|" + organizations},
		{RCP, `"Principal":"*","Action":"*","Resource":"*"`, s + ".Action|" + organizations},
		{RCP, `"Action":"s3:*","Resource":"*"`, s + "|" + organizations},

		{Endpoint, `"Principal":"*","Action":"*","Resource":"*"`, ""},
		{Endpoint, `"Principal":{"AWS":"*"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"`, ""},
		{Endpoint, `"Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"`, s + ".Principal|" + msgPrincipal},
		{Endpoint, `"Action":"*","Resource":"*"`, s + "|Missing required field Principal"},

		{Key, `"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"`, ""},
		{Key, `"Principal":{"AWS":"arn:aws:iam::111122223333:user/gone"},"Action":"kms:*","Resource":"*"`, s + ".Principal.AWS|Policy contains a statement with one or more invalid principals."},

		{Key, `"Principal":"*","Action":"kms:*","Resource":"key"`, s + ".Resource|" + msgResource},
		{Key, `"Principal":"*","Action":"Decrypt","Resource":"*"`, s + ".Action|" + msgAction + "|kms:Decrypt"},

		{Trust, `"Principal":{"Service":"ec2.amazonaws.com"},"Action":["sts:AssumeRole","STS:TagSession"]`, ""},
		{Trust, `"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Resource":"*"`, s + ".Resource|Has prohibited field Resource"},
		{Trust, `"Principal":{"Service":"ec2.amazonaws.com"},"Action":"s3:GetObject"`, s + ".Action|AssumeRole policy may only specify STS AssumeRole actions."},
		{Trust, `"Principal":{"AWS":"arn:aws:iam::111122223333:user/gone"},"Action":"sts:AssumeRole"`, s + `.Principal.AWS|Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/gone"`},
		{Trust, `"Action":"sts:AssumeRole"`, s + "|Missing required field Principal"},
	} {
		rules := Rules{Kind: row.kind, PrincipalExists: bucketRules.PrincipalExists}
		problems := Check([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny",`+row.statement+`}]}`), rules)
		var got string
		if len(problems) > 0 {
			got = finding(problems[0])
		}
		if len(problems) > 1 || got != row.want {
			t.Errorf("kind %d %s\n got %v\nwant %s", row.kind, row.statement, problems, row.want)
		}
	}
}

func TestRulesNarrowAndWiden(t *testing.T) {
	named := parse(t, `{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}}`)
	if e := named.Validate(Rules{Kind: Endpoint, Interface: true}); e != nil {
		t.Errorf("interface endpoint: %v", e)
	}
	if e := parse(t, statementWith("", "")).Validate(Rules{Kind: Bucket}); e != nil {
		t.Errorf("any bucket: %v", e)
	}
	allow := parse(t, `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`)
	if e := allow.Validate(Rules{Kind: RCP}); ProblemOf(e).Path != "Statement[0].Effect" {
		t.Errorf("an RCP that allows: %v", e)
	}
	if e := allow.Validate(Rules{Kind: 99}); e == nil {
		t.Error("an unknown kind accepts")
	}
	for kind := Identity; kind <= Boundary; kind++ {
		if _, ok := dialects[kind]; !ok {
			t.Errorf("kind %d has no rules", kind)
		}
	}
}

func TestIsPublic(t *testing.T) {
	allow := func(principal, condition string) string {
		return fmt.Sprintf(`{"Effect":"Allow","Principal":%s,"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{%s}}`, principal, condition)
	}
	everyone := func(condition string) string { return allow(`"*"`, condition) }
	for _, row := range []struct {
		statements string
		want       int
	}{
		{``, -1},
		{everyone(``), 0},
		{allow(`{"AWS":"*"}`, ``), 0},
		{allow(`{"AWS":["111122223333","*"]}`, ``), 0},
		{allow(`{"AWS":"444455556666"}`, ``), -1},
		{allow(`{"AWS":"arn:aws:iam::111122223333:role/r"}`, ``), -1},
		{allow(`{"Service":"logging.s3.amazonaws.com"}`, ``), -1},
		{allow(`{"Federated":"graph.facebook.com"}`, ``), 0},
		{allow(`{"Federated":"arn:aws:iam::111122223333:saml-provider/x"}`, ``), -1},
		{allow(`{"AWS":"111122223333","Federated":"graph.facebook.com"}`, ``), 0},
		{allow(`{"CanonicalUser":"`+userID+`"}`, ``), -1},
		{`{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}`, 0},
		{`{"Effect":"Allow","Action":"*","Resource":"*"}`, 0},
		{`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`, -1},
		{allow(`{"AWS":"111122223333"}`, ``) + "," + everyone(``), 1},

		{everyone(`"StringEquals":{"aws:PrincipalOrgID":"o-1"}`), -1},
		{everyone(`"StringEquals":{"aws:principalaccount":"111122223333"}`), -1},
		{everyone(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/r"}`), -1},
		{everyone(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}`), 0},
		{everyone(`"StringEquals":{"aws:SourceVpc":"vpc-91237329"}`), -1},
		{everyone(`"StringLike":{"aws:SourceVpc":"vpc-*"}`), 0},
		{everyone(`"StringEquals":{"aws:SourceVpc":"vpc-*"}`), 0},
		{everyone(`"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}`), -1},
		{everyone(`"StringLike":{"aws:SourceVpce":["vpce-1","vpce-*"]}`), 0},
		{everyone(`"StringEquals":{"aws:SourceVpce":[]}`), 0},
		{everyone(`"StringEquals":{"aws:SourceVpce":"${aws:PrincipalTag/v}"}`), 0},
		{everyone(`"StringEquals":{"aws:SourceOwner":"111122223333"}`), -1},
		{everyone(`"StringEquals":{"aws:SourceAccount":"111122223333"}`), -1},
		{everyone(`"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:t"}`), -1},
		{everyone(`"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"k"}`), -1},
		{everyone(`"StringEquals":{"aws:userid":"AIDAIOSFODNN7EXAMPLE"}`), -1},
		{everyone(`"StringLike":{"aws:userid":"AROAIOSFODNN7EXAMPLE:*"}`), 0},
		{everyone(`"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}`), -1},
		{everyone(`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:accesspoint/*"}`), -1},
		{everyone(`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:*:accesspoint/x"}`), 0},
		{everyone(`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:*:111122223333:accesspoint/*"}`), 0},
		{everyone(`"StringEquals":{"s3:DataAccessPointArn":"ap"}`), 0},
		{everyone(`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:other/*"}`), 0},
		{everyone(`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:accesspoint/${aws:username}"}`), 0},

		{everyone(`"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`), -1},
		{everyone(`"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`), -1},
		{everyone(`"IpAddress":{"aws:SourceIp":"8.0.0.0/7"}`), 0},
		{everyone(`"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}`), 0},
		{everyone(`"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`), -1},
		{everyone(`"IpAddress":{"aws:SourceIp":"2000::/31"}`), 0},
		{everyone(`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/0"]}`), 0},
		{everyone(`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`), 0},
		{everyone(`"IpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"}`), 0},
		{everyone(`"StringEquals":{"aws:SourceIp":"203.0.113.1"}`), 0},
		{everyone(`"StringNotEquals":{"aws:SourceVpc":"vpc-1"}`), 0},
		{everyone(`"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}`), 0},
		{everyone(`"ForAllValues:StringEquals":{"aws:SourceVpc":"vpc-1"}`), 0},
		{everyone(`"ForAnyValue:StringEquals":{"aws:SourceVpc":"vpc-1"}`), -1},
		{everyone(`"StringEquals":{"aws:Referer":"me"}`), 0},
		{everyone(`"Bool":{"aws:SecureTransport":"true"}`), 0},
		{everyone(`"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:SourceVpc":"vpc-1"}`), -1},
	} {
		p := parse(t, `{"Version":"2012-10-17","Statement":[`+row.statements+`]}`)
		if got := p.PublicStatement(); got != row.want || p.IsPublic() != (row.want >= 0) {
			t.Errorf("%s: %d, want %d", row.statements, got, row.want)
		}
	}
}

// The bucket that a resource of its policy was to name is told, where another stands there.
func TestResourceOfTheBucket(t *testing.T) {
	for resource, want := range map[string]string{
		"arn:aws:s3:::acme-dat/*":      "arn:aws:s3:::acme-data/*",
		"arn:aws:s3:::elsewhere":       "arn:aws:s3:::acme-data",
		"arn:aws-cn:s3:::acme-dat/a/b": "arn:aws-cn:s3:::acme-data/a/b",
		"arn:asw:s3:::acme-data/*":     "arn:aws:s3:::acme-data/*",
		"acme-data/*":                  "arn:aws:s3:::acme-data/*",
		"s3://acme-data/a":             "arn:aws:s3:::acme-data/a",
		"*":                            "",
		"arn:aws:s3:::":                "",
		"arn:aws:sqs:us-east-1:111122223333:queue":        "",
		"arn:aws:s3:us-east-1:111122223333:accesspoint/p": "",
	} {
		if got := inBucket(resource, "acme-data"); got != want {
			t.Errorf("%s was to be %q, want %q", resource, got, want)
		}
	}
	if got := inBucket("arn:aws:s3:::b", ""); got != "" {
		t.Errorf("in no bucket: %q", got)
	}
}
