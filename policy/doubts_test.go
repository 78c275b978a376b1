package policy

import (
	"fmt"
	"strings"
	"testing"
)

// What AWS takes and what can never match is a warning, with the nearest name and the place.
func TestDoubts(t *testing.T) {
	const object, bucket = "arn:aws:s3:::b/*", "arn:aws:s3:::b"
	for _, row := range []struct{ name, action, resource, condition, want string }{
		{"good", "s3:GetObject", object, `"Bool":{"aws:SecureTransport":"true"}`, ""},
		{"all actions", "*", "*", `"StringEquals":{"s3:prefix":"a"}`, ""},
		{"another service", "iam:GetUsr", "*", `"StringEquals":{"iam:PassedToServce":"a"}`, ""},
		{"any case", "S3:getobject", object, `"StringEquals":{"AWS:SOURCEVPC":"vpc-1"}`, ""},
		{"an action", "s3:GetObjects", object, "",
			"Statement[0].Action[0]: no action of Amazon S3 is s3:GetObjects; did you mean s3:GetObject?"},
		{"an action of KMS", "kms:Decript", "*", "",
			"Statement[0].Action[0]: no action of AWS KMS is kms:Decript; did you mean kms:Decrypt?"},
		{"wildcards", "s3:*Objekt*", "*", "",
			"Statement[0].Action[0]: no action of Amazon S3 is s3:*Objekt*; did you mean s3:*Object*?"},
		{"wildcards of nothing", "s3:Zz*", "*", "", "Statement[0].Action[0]: no action of Amazon S3 is s3:Zz*"},
		{"a bucket's action on objects", "s3:ListBucket", object, "", "Statement[0].Action[0]: s3:ListBucket works on " +
			"a bucket, and no resource of the statement is one; did you mean arn:aws:s3:::b?"},
		{"an object's action on a bucket", "s3:PutObject", bucket, "", "Statement[0].Action[0]: s3:PutObject works on " +
			"an object, and no resource of the statement is one; did you mean arn:aws:s3:::b/*?"},
		{"an account's action on a bucket", "s3:GetAccountPublicAccessBlock", bucket, "",
			"Statement[0].Action[0]: s3:GetAccountPublicAccessBlock works on the account as a whole, which is * as a " +
				"resource, and no resource of the statement is one; did you mean *?"},
		{"all buckets listed", "s3:ListAllMyBuckets", "arn:aws:s3:::*", "", ""},
		{"wildcards on a bucket", "s3:*Object", bucket, "", "Statement[0].Action[0]: s3:*Object works on an object, " +
			"and no resource of the statement is one; did you mean arn:aws:s3:::b/*?"},
		{"a bucket with a star", "s3:GetObject", "arn:aws:s3:::b*", "", ""},
		{"S3's action on a key", "s3:GetObject", "arn:aws:kms:us-east-1:123456789012:key/k", "",
			"Statement[0].Action[0]: s3:GetObject works on an object, and no resource of the statement is one"},
		{"KMS's action on a key", "kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/k", "", ""},
		{"a bucket's region", "s3:GetObject", "arn:aws:s3:us-east-1::b/*", "", "Statement[0].Resource[0]: no resource of " +
			"Amazon S3 has an ARN like arn:aws:s3:us-east-1::b/*: that of a bucket has neither region nor account"},
		{"an account of 11 digits", "kms:Decrypt", "arn:aws:kms:us-east-1:12345678901:key/k", "",
			"Statement[0].Resource[0]: no resource has an ARN like arn:aws:kms:us-east-1:12345678901:key/k: " +
				"the number of an account has 12 digits"},
		{"a key of nobody", "s3:GetObject", object, `"StringEquals":{"aws:SourceAcount":"123456789012"}`,
			"Statement[0].Condition.StringEquals.aws:SourceAcount: no request has the condition key aws:SourceAcount; " +
				"did you mean aws:SourceAccount?"},
		{"another action's key", "s3:GetObject", object, `"StringEquals":{"s3:prefix":"a"}`,
			"Statement[0].Condition.StringEquals.s3:prefix: no request for s3:GetObject has the condition key s3:prefix"},
		{"a key that one of them has", "s3:*", `arn:aws:s3:::b","arn:aws:s3:::b/*`, `"StringLike":{"s3:prefix":"a*"}`, ""},
		{"a key of what is elsewhere", "s3:*", object, `"StringLike":{"s3:prefix":"a*"}`,
			"Statement[0].Condition.StringLike.s3:prefix: no request for an action of the statement has the condition " +
				"key s3:prefix"},
		{"no account", "s3:GetObject", object, `"StringEquals":{"aws:PrincipalAccount":["123456789012","12345678901"]}`,
			"Statement[0].Condition.StringEquals.aws:PrincipalAccount[1]: aws:PrincipalAccount is the number of an " +
				`account, which has 12 digits, and never "12345678901"`},
		{"accounts with wildcards", "s3:GetObject", object, `"StringLike":{"aws:PrincipalAccount":"1234*"}`, ""},
		{"a variable", "s3:GetObject", object, `"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}`, ""},
		{"no ARN", "s3:GetObject", object, `"ArnLike":{"aws:PrincipalArn":"my-role"}`,
			"Statement[0].Condition.ArnLike.aws:PrincipalArn[0]: my-role matches no ARN: an ARN has six parts, " +
				"with colons between them"},
		{"an ARN of 13 digits", "s3:GetObject", object, `"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:1234567890123:*"}`,
			"Statement[0].Condition.ArnLike.aws:SourceArn[0]: arn:aws:sns:*:1234567890123:* matches no ARN: " +
				"the number of an account has 12 digits"},
		{"a star for itself", "s3:GetObject", object, `"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:*"}`,
			"Statement[0].Condition.StringEquals.aws:PrincipalArn[0]: StringEquals takes the * in " +
				`"arn:aws:iam::123456789012:*" for itself: ArnLike and StringLike have wildcards`},
		{"private addresses", "s3:GetObject", object, `"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.1.1"]}`,
			"Statement[0].Condition.IpAddress.aws:SourceIp[0]: aws:SourceIp is the public address of a client, and these " +
				"are private: through a VPC endpoint the request has another key; did you mean aws:VpcSourceIp?"},
		{"one public address", "s3:GetObject", object, `"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}`, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			doc := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["%s"],"Resource":["%s"],`+
				`"Condition":{%s}}]}`, row.action, row.resource, row.condition)
			p, err := Load([]byte(doc), Rules{Kind: Identity})
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, d := range p.Doubts() {
				if !d.Warning() {
					t.Errorf("%v is no warning", d)
				}
				lines = append(lines, d.Error())
			}
			if got := strings.Join(lines, "\n"); got != row.want {
				t.Errorf("doubts\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

// Of what a statement does not do there is little to doubt.
func TestDoubtsAboutNot(t *testing.T) {
	const doc = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["s3:GetObjects","s3:ListBucket"],` +
		`"NotResource":"arn:aws:s3:::b/*","Condition":{"Null":{"s3:prefix":"true"}}}]}`
	p, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	all := p.Doubts()
	if len(all) != 1 || all[0].Path != "Statement[0].NotAction[0]" || all[0].Nearest != "s3:GetObject" {
		t.Errorf("doubts %v", all)
	}
	if refused := Check([]byte(`{}`), Rules{Kind: Bucket}); len(refused) == 0 || refused[0].Warning() {
		t.Errorf("%v is a warning", refused)
	}
}

// Doubts are about any policy that can be read, and never panic.
func FuzzDoubts(f *testing.F) {
	f.Add(`{"Statement":{"Effect":"Allow","Action":"s3:*?Objekt*","Resource":"arn:*:s3:::","Condition":` +
		`{"ArnLike":{"aws:SourceArn":"a:b"}}}}`)
	f.Add(`{"Statement":[{"Effect":"Deny","NotAction":"kms:","NotResource":[],"Condition":{"Null":{"s3:/":"x"}}}]}`)
	f.Fuzz(func(t *testing.T, doc string) {
		p, err := Parse([]byte(doc))
		if err != nil {
			return
		}
		for _, d := range p.Doubts() {
			if d.Path == "" || d.Message == "" || !d.Warning() {
				t.Errorf("%#v", d)
			}
		}
	})
}
