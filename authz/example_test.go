package authz_test

import (
	"fmt"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// A user may read all of S3, and the bucket lets in one address only.
func Example() {
	rights, err := policy.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	office, err := policy.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": {
			"Sid": "OfficeOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
			"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
		}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	ann, err := policy.ParsePrincipal("arn:aws:iam::111122223333:user/ann")
	if err != nil {
		fmt.Println(err)
		return
	}

	question := authz.NewRequest("s3:GetObject", "arn:aws:s3:::my-bucket/file.txt",
		authz.Requester{Principal: &ann, Identity: []authz.Named{{Name: "rights", Policy: rights}}},
		authz.Target{ResourceAccount: "111122223333", BucketPolicy: &authz.Named{Name: "my-bucket", Policy: office}})
	question.Context = policy.NewContext()
	question.Context.Set("aws:SourceIp", "198.51.100.7")

	decision := authz.Evaluate(question)
	fmt.Println(decision.Verdict, "by", decision.Cause)
	if finding, ok := decision.Behind(); ok {
		fmt.Println("statement", finding.Statement.Sid, "of", finding.Policy)
		for _, c := range finding.Compared {
			fmt.Printf("%s %s %s: %s\n", c.Key, c.Operator, c.Wanted, c.Got)
		}
	}
	// Output:
	// ExplicitlyDenied by bucket-policy
	// statement OfficeOnly of my-bucket
	// aws:SourceIp NotIpAddress 203.0.113.0/24: 198.51.100.7
}

// A question of which one side was left out is refused, and says so.
func ExampleNewRequest() {
	nobodys := authz.NewRequest("s3:GetObject", "arn:aws:s3:::my-bucket/file.txt",
		authz.Requester{Principal: &policy.Principal{Kind: policy.Anonymous}}, authz.Target{})
	decision := authz.Evaluate(nobodys)
	finding, _ := decision.Behind()
	fmt.Println(decision.Verdict, finding.Detail)
	// Output: ExplicitlyDenied nobody said to which account the resource belongs
}
