package recorded

import (
	"crypto/md5"
	"encoding/base64"
	"strings"
	"testing"
)

// customerKey are the headers of SSE-C; prefix is empty or "copy-source-".
func customerKey(prefix string) []option {
	key := strings.Repeat("k", 32)
	sum := md5.Sum([]byte(key))
	head := "x-amz-" + prefix + "server-side-encryption-customer-"
	return []option{
		header(head+"algorithm", "AES256"), header(head+"key", base64.StdEncoding.EncodeToString([]byte(key))),
		header(head+"key-md5", base64.StdEncoding.EncodeToString(sum[:])),
	}
}

func tagsOf(inner string) option {
	return text("<Tagging><TagSet>" + inner + "</TagSet></Tagging>")
}

const (
	systemTag = "System tags cannot be added/updated by requester"
	createTag = `User-defined tag keys can't start with "aws:". This prefix is reserved for system tags. ` +
		`Remove "aws:" from your tag keys and try again.`
	objectTag = "Your TagKey cannot be prefixed with aws:"
)

func made(inner string) option {
	return text("<CreateBucketConfiguration>" + inner + "</CreateBucketConfiguration>")
}

func TestBuckets(t *testing.T) {
	run(t, []row{
		{"aws 2", "the bucket's ARN", func(p *play) {
			p.do("PUT", "/new-bucket").want(200).told("x-amz-bucket-arn", "arn:aws:s3:::new-bucket")
			p.do("HEAD", "/new-bucket").want(200).told("x-amz-bucket-arn", "arn:aws:s3:::new-bucket")
			p.do("PUT", "/new-bucket").want(200).told("x-amz-bucket-arn", "arn:aws:s3:::new-bucket")
			p.do("GET", "/").want(200).has("<BucketArn>arn:aws:s3:::new-bucket</BucketArn>").lacks("BucketRegion")
			p.do("GET", "/?prefix=new").want(200).
				has("<BucketArn>arn:aws:s3:::new-bucket</BucketArn>", "<BucketRegion>us-east-1<")
			p.do("HEAD", "/new-bucket", as("sealed")).want(403).told("x-amz-bucket-arn", "")
		}},
		{"aws 2", "made again with tags", func(p *play) {
			tags := "<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>"
			p.do("PUT", "/new-bucket", made(tags)).want(200)
			p.do("PUT", "/new-bucket", made(tags)).want(409, "BucketAlreadyOwnedByYou")
			p.do("PUT", "/new-bucket", made("<Tags></Tags>")).want(200)
			p.do("PUT", "/new-bucket").want(200)
			p.do("GET", "/new-bucket?tagging").want(200).has("<Key>a</Key>")
		}},
		{"aws 2", "a region that is none", func(p *play) {
			message := "The authorization header is malformed; the region 'aws-global' is wrong; expecting 'us-east-1'"
			p.do("PUT", "/new-bucket", signedFor("aws-global")).want(400, "AuthorizationHeaderMalformed", message).
				has("<Region>us-east-1<")
			p.do("PUT", "/new-bucket", signedFor("us-east-9")).want(400, "AuthorizationHeaderMalformed")
			p.do("GET", "/", signedFor("aws-global")).want(400, "AuthorizationHeaderMalformed", message)
			p.do("GET", "/", signedFor("eu-west-1")).want(200)
		}},
		{"control 27", "LocationConstraint EU", func(p *play) {
			p.do("PUT", "/new-bucket", made("<LocationConstraint>EU</LocationConstraint>")).want(200)
			p.do("GET", "/new-bucket?location", signedFor("eu-west-1")).want(200).has(">EU</LocationConstraint>")
			p.do("HEAD", "/new-bucket", signedFor("eu-west-1")).want(200).told("x-amz-bucket-region", "eu-west-1")
			p.do("PUT", "/second-bucket", made("<LocationConstraint>eu-west-1</LocationConstraint>")).want(200)
			p.do("GET", "/second-bucket?location", signedFor("eu-west-1")).want(200).has(">eu-west-1</LocationConstraint>")
		}},
		{"aws 7", "no tags is a set of tags", func(p *play) {
			for _, body := range []option{tagsOf(""), text("<Tagging></Tagging>"), text("<Tagging/>")} {
				p.do("PUT", "/my-bucket?tagging", tagsOf("<Tag><Key>a</Key><Value>b</Value></Tag>")).want(204)
				p.do("PUT", "/my-bucket?tagging", body).want(204)
				p.do("GET", "/my-bucket?tagging").want(404, "NoSuchTagSet")
				p.do("PUT", "/my-bucket/k", text("x"), header("x-amz-tagging", "a=b")).want(200)
				p.do("PUT", "/my-bucket/k?tagging", body).want(200)
				p.do("GET", "/my-bucket/k?tagging").want(200).lacks("<Key>")
			}
		}},
		{"aws 7, control 25", "keys of AWS's own", func(p *play) {
			tag := "<Tag><Key>aws:x</Key><Value>b</Value></Tag>"
			p.do("PUT", "/my-bucket?tagging", tagsOf(tag)).want(400, "InvalidTag", systemTag).has("<TagKey>aws:x</TagKey>")
			p.do("PUT", "/new-bucket", made("<Tags>"+tag+"</Tags>")).want(400, "InvalidTag", createTag).lacks("TagKey>")
			p.do("PUT", "/my-bucket/k", text("x")).want(200)
			p.do("PUT", "/my-bucket/k?tagging", tagsOf(tag)).want(400, "InvalidTag", objectTag).has("<TagKey>aws:x</TagKey>")
			p.do("PUT", "/my-bucket/k", text("x"), header("x-amz-tagging", "aws:x=b")).want(400, "InvalidTag", objectTag)
		}},
		{"aws 21", "x-amz-object-ownership", func(p *play) {
			const name = "x-amz-object-ownership"
			p.do("PUT", "/new-bucket", header(name, "RandomValue")).
				want(400, "InvalidArgument", "Invalid x-amz-object-ownership header: RandomValue").
				has("<ArgumentName>x-amz-object-ownership<").lacks("ArgumentValue")
			p.do("PUT", "/new-bucket", header(name, "")).
				want(400, "InvalidArgument", "Invalid x-amz-object-ownership header: ").
				lacks("ArgumentValue")
			p.do("PUT", "/new-bucket", header(name, "ObjectWriter")).want(200)
		}},
		{"aws 22", "a policy that is no JSON", func(p *play) {
			for _, body := range []string{"no JSON", `{"Version": `, "[1", "[]"} {
				p.do("PUT", "/my-bucket?policy", text(body)).lacks("<Detail>").want(400, "MalformedPolicy")
			}
			p.do("PUT", "/my-bucket?policy", text("no JSON")).
				want(400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
		}},
		{"aws 18", "parameters of ListBuckets", func(p *play) {
			p.do("GET", "/?continuation-token=").want(200).has("<Name>my-bucket</Name>")
			p.do("GET", "/?bucket-region=eu-east-1").
				want(400, "InvalidArgument", "Argument value eu-east-1 is not a valid AWS Region").
				has("<ArgumentName>bucket-region<")
			p.do("GET", "/?bucket-region=nowhere").
				want(400, "InvalidArgument", "Argument value nowhere is not a valid AWS Region")
			p.do("GET", "/?bucket-region=eu-west-1").want(400, "InvalidArgument",
				"Requests with bucket-region specified must be made to the corresponding regional endpoint")
			p.do("GET", "/?bucket-region=us-east-1").want(200).lacks("<Name>europe<")
		}},
		{"aws 25", "a legal hold is read before the bucket's lock", func(p *play) {
			p.do("PUT", "/my-bucket/k", text("x")).want(200)
			p.do("PUT", "/my-bucket/k?legal-hold", text("<LegalHold/>")).want(400, "MalformedXML")
			p.do("PUT", "/my-bucket/k?legal-hold", text("no XML")).want(400, "MalformedXML")
			p.do("PUT", "/my-bucket/k?legal-hold", text("<LegalHold><Status>ON</Status></LegalHold>")).
				want(400, "InvalidRequest", "Bucket is missing Object Lock Configuration")
			p.do("PUT", "/my-bucket/k?retention", text("<Retention><Mode>GOVERNANCE</Mode></Retention>")).
				want(400, "MalformedXML")
		}},
		{"aws 26", "no days of retention", func(p *play) {
			for _, period := range []string{"Days", "Years"} {
				p.do("PUT", "/locked?object-lock", digested("<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"+
					"<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><"+period+">0</"+period+"></DefaultRetention></Rule>"+
					"</ObjectLockConfiguration>")).
					want(400, "InvalidArgument", "Default retention period must be a positive integer value.").
					has("<ArgumentName>" + period + "<").lacks("ArgumentValue")
			}
		}},
	})
}

// The account's Block Public Access, which S3 Control answers for.
func TestControl(t *testing.T) {
	const at, account = "/v20180820/configuration/publicAccessBlock", "123456789012"
	of := header("x-amz-account-id", account)
	configuration := func(inner string) option {
		return text("<PublicAccessBlockConfiguration>" + inner + "</PublicAccessBlockConfiguration>")
	}
	run(t, []row{
		{"control 15, aws 15", "PublicAccessBlock of the account", func(p *play) {
			p.do("DELETE", at, of).want(204)
			for _, body := range []option{configuration(""), text("<PublicAccessBlockConfiguration/>")} {
				p.do("PUT", at, of, body).want(400, "InvalidRequest", "Must specify at least one configuration.")
			}
			p.do("PUT", at, of, configuration("<BlockPublicAcls>false</BlockPublicAcls>")).want(200)
			p.do("GET", at, of).want(200).has("<BlockPublicAcls>false<")
			p.do("DELETE", at, of).want(204)
			p.do("GET", at, of).want(404, "NoSuchPublicAccessBlockConfiguration")
		}},
		{"control 1", "tags of a bucket", func(p *play) {
			tags := "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Amy-bucket"
			p.do("GET", tags, of).want(200).lacks("<Key>")
			body := text("<TagResourceRequest><Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags></TagResourceRequest>")
			p.do("POST", tags, of, body).want(204)
			p.do("GET", tags, of).want(200).has("<Key>a</Key>")
			p.do("DELETE", tags+"?tagKeys=a&tagKeys=none", of).want(204)
			p.do("GET", "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Anobody-has-this", of).
				want(404, "NoSuchResource", "The specified resource doesn't exist.")
			refused := func(tag, message string) {
				p.do("POST", tags, of, text("<TagResourceRequest><Tags>"+tag+"</Tags></TagResourceRequest>")).
					want(400, "InvalidTag", message)
			}
			refused("<Tag><Key>aws:x</Key><Value>1</Value></Tag>", createTag)
			twice := "<Tag><Key>a</Key><Value>1</Value></Tag>"
			refused(twice+twice, "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.")
			refused("<Tag><Key>a!</Key><Value>1</Value></Tag>", "This request contains a tag key or value that isn't valid. "+
				"Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. "+
				"Tag values can contain up to 256 characters.")
			p.do("POST", tags, of, text("<TagResourceRequest><Tags><Tag><Key>a</Key></Tag></Tags></TagResourceRequest>")).
				want(400, "MalformedXML")
		}},
	})
}
