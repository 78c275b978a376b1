package awshost

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for host, want := range map[string]Name{
		"s3.amazonaws.com":                                                         {Service: "s3"},
		"s3.eu-west-1.amazonaws.com":                                               {Service: "s3", Region: "eu-west-1"},
		"s3-eu-west-1.amazonaws.com":                                               {Service: "s3", Region: "eu-west-1"},
		"s3-us-gov-west-1.amazonaws.com":                                           {Service: "s3", Region: "us-gov-west-1"},
		"my.bucket.s3.amazonaws.com":                                               {Service: "s3", Bucket: "my.bucket"},
		"sts.s3.us-east-1.amazonaws.com":                                           {Service: "s3", Bucket: "sts", Region: "us-east-1"},
		"b.s3.dualstack.us-west-2.amazonaws.com":                                   {Service: "s3", Bucket: "b", Region: "us-west-2"},
		"b.s3-fips.us-east-1.amazonaws.com":                                        {Service: "s3", Bucket: "b", Region: "us-east-1"},
		"b.s3-fips.dualstack.us-east-1.amazonaws.com":                              {Service: "s3", Bucket: "b", Region: "us-east-1"},
		"b.s3.cn-north-1.amazonaws.com.cn":                                         {Service: "s3", Bucket: "b", Region: "cn-north-1"},
		"123456789012.s3-control.us-east-1.amazonaws.com":                          {Service: "s3control", Account: "123456789012", Region: "us-east-1"},
		"s3-control.us-east-1.amazonaws.com":                                       {Service: "s3control", Region: "us-east-1"},
		"123456789012.s3-control-fips.dualstack.us-east-1.amazonaws.com":           {Service: "s3control", Account: "123456789012", Region: "us-east-1"},
		"b.s3-website-us-east-1.amazonaws.com":                                     {Service: "s3", Bucket: "b", Region: "us-east-1", Website: true},
		"my.b.s3-website.us-east-2.amazonaws.com":                                  {Service: "s3", Bucket: "my.b", Region: "us-east-2", Website: true},
		"reports-123456789012.s3-accesspoint.us-east-1.amazonaws.com":              {Service: "s3", Point: "reports", Account: "123456789012", Region: "us-east-1"},
		"my-ap-123456789012.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com": {Service: "s3", Point: "my-ap", Account: "123456789012", Region: "us-east-1"},
		"iam.amazonaws.com":                                                        {Service: "iam"},
		"iam.us-gov.amazonaws.com":                                                 {Service: "iam"},
		"iam.global.api.aws":                                                       {Service: "iam"},
		"iam.cn-north-1.amazonaws.com.cn":                                          {Service: "iam", Region: "cn-north-1"},
		"sts.amazonaws.com":                                                        {Service: "sts"},
		"sts.eu-central-1.amazonaws.com":                                           {Service: "sts", Region: "eu-central-1"},
		"sts-fips.us-east-1.amazonaws.com":                                         {Service: "sts", Region: "us-east-1"},
		"kms.us-east-1.amazonaws.com":                                              {Service: "kms", Region: "us-east-1"},
		"ec2.us-east-1.api.aws":                                                    {Service: "ec2", Region: "us-east-1"},
		"organizations.us-east-1.amazonaws.com":                                    {Service: "organizations", Region: "us-east-1"},
		"cloudtrail.us-east-1.amazonaws.com":                                       {Service: "cloudtrail", Region: "us-east-1"},
		"access-analyzer.eu-west-1.amazonaws.com":                                  {Service: "access-analyzer", Region: "eu-west-1"},
		"s3-accelerate.amazonaws.com":                                              {Service: "s3", Accelerated: true},
		"b.s3-accelerate.amazonaws.com":                                            {Service: "s3", Bucket: "b", Accelerated: true},
		"a.b.s3-accelerate.dualstack.amazonaws.com":                                {Service: "s3", Bucket: "a.b", Accelerated: true},
		"iam-toolbox.us-east-1.amazonaws.com":                                      {Service: "iam-toolbox", Region: "us-east-1"},
	} {
		if got, ok := Read(host); !ok || got != want {
			t.Errorf("Read(%q) = %+v, %v, want %+v", host, got, ok, want)
		}
	}
}

func TestReadNone(t *testing.T) {
	for _, host := range []string{
		"", ".", "localhost", "127.0.0.1", "::1", "example.com", "amazonaws.com", ".amazonaws.com", "api.aws",
		"s3.amazonaws.com.example.com", "s3amazonaws.com", "s3.us-east-1.amazonaws.co", "s3.nowhere.amazonaws.com",
		"dynamodb.us-east-1.amazonaws.com", "sts.nowhere.amazonaws.com", "a.sts.us-east-1.amazonaws.com",
		"kms.amazonaws.com", "123456789012.sts.us-east-1.amazonaws.com", "123456789012.amazonaws.com",
		"b.s3-accelerate.us-east-1.amazonaws.com", "b.s3-accelerate.amazonaws.com.cn", "b.s3-website.amazonaws.com", "s3-website-us-east-1.amazonaws.com",
		"b.s3-website.us-east-1.api.aws", "b.s3-website-nowhere.amazonaws.com",
		"ap-123456789012.s3-accesspoint.us-east-1.amazonaws.com", "reports.s3-accesspoint.us-east-1.amazonaws.com",
		"reports-123456789012.s3-accesspoint.nowhere.amazonaws.com", "reports-123456789012.s3-accesspoint.amazonaws.com",
		"reports-12345678901a.s3-accesspoint.us-east-1.amazonaws.com", "s3.us-east-1.api.aws", "s3-fips.amazonaws.com",
		"12345678901.s3-control.us-east-1.amazonaws.com", "ec2.us-east-1.dualstack.amazonaws.com",
	} {
		if got, ok := Read(host); ok {
			t.Errorf("Read(%q) = %+v", host, got)
		}
	}
}

// Endpoints that stand beside S3's are known, and buckets of such names are not taken for them.
func TestLacks(t *testing.T) {
	for front, want := range map[string]string{
		"b--use1-az4--x-s3.s3express-use1-az4.us-east-1":           "directory buckets",
		"s3express-use1-az4.us-east-1":                             "directory buckets",
		"b--usw2-az1--x-s3.s3express-usw2-az1.dualstack.us-west-2": "directory buckets",
		"s3express-control.us-east-1":                              "directory buckets",
		"s3-website-us-east-1":                                     "website endpoint without a bucket",
		"s3-website.us-east-2":                                     "website endpoint without a bucket",
		"x.mrap.accesspoint.s3-global":                             "S3 Multi-Region Access Points",
		"s3express-b.s3.us-east-1":                                 "", "s3.us-east-1": "", "b.s3": "", "": "",
	} {
		if got := Lacks(front); got != want {
			t.Errorf("Lacks(%q) = %q, want %q", front, got, want)
		}
	}
}

// What can be read is AWS's, and its service one that there is.
func FuzzRead(f *testing.F) {
	for _, host := range []string{"b.s3.eu-west-1.amazonaws.com", "iam.global.api.aws", "..s3-control..amazonaws.com", "-fips.api.aws"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		n, ok := Read(host)
		if !ok {
			return
		}
		label := strings.Replace(n.Service, "s3control", "s3-control", 1)
		if !Is(host) || !strings.Contains(" "+strings.Join(Services(), " ")+" ", " "+label+" ") {
			t.Errorf("Read(%q) = %+v", host, n)
		}
		if n.Region != "" && !IsRegion(n.Region) {
			t.Errorf("Read(%q) has the region %q", host, n.Region)
		}
	})
}

// A bucket's website endpoint is read to what it was made of.
func FuzzWebsite(f *testing.F) {
	f.Add("b.s3-website-us-east-1")
	f.Add("a.b.s3-website.eu-central-1")
	f.Add("b.s3-website")
	f.Add(".s3-website-.s3-website")
	f.Fuzz(func(t *testing.T, front string) {
		bucket, region, ok := ReadWebsite(front)
		if !ok || region == "" {
			return
		}
		n, ok := Read(WebsiteOf(bucket, region))
		if !ok || !n.Website || n.Bucket != bucket || n.Region != region {
			t.Errorf("%q is %q in %q, whose endpoint is read as %+v", front, bucket, region, n)
		}
	})
}
