package policy_test

import (
	"fmt"

	"github.com/s3fault/s3fault/policy"
)

func Example() {
	p, err := policy.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": {
			"Effect": "Allow",
			"Principal": {"AWS": "arn:aws:iam::111122223333:role/app/reader"},
			"Action": "s3:GetObject",
			"Resource": "arn:aws:s3:::reports/*",
			"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
		}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	who, err := policy.ParsePrincipal("arn:aws:sts::111122223333:assumed-role/reader/laptop")
	if err != nil {
		fmt.Println(err)
		return
	}
	context := policy.NewContext()
	context.Set("aws:SourceIp", "198.51.100.7")
	request := &policy.Request{Principal: &who, Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/may.csv", Context: context}
	if p.Match(request).Allow < 0 {
		for _, miss := range p.Misses(request, policy.Allow) {
			fmt.Printf("%s wants %s, got %s\n", miss.Element, miss.Wanted, miss.Got)
		}
	}
	context.Set("aws:SourceIp", "203.0.113.7")
	fmt.Println(p.Match(request).Allow)
	// Output:
	// Condition.IpAddress.aws:SourceIp wants 203.0.113.0/24, got 198.51.100.7
	// 0
}

func ExamplePolicy_Validate() {
	p, err := policy.Parse([]byte(`{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObjet", "Resource": "arn:aws:s3:::b/*"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Validate(policy.Rules{Kind: policy.Bucket, Bucket: "b"}))
	// Output: Statement[0].Action: Policy has invalid action (s3:GetObjet); did you mean s3:GetObject?
}
