package threads

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// bucket is that of nearly all threads.
var bucket = aws.String("acme-data")

// get reads an object.
func get(key string) request {
	return func(p *program) error {
		_, err := p.s3().GetObject(background, &s3.GetObjectInput{Bucket: bucket, Key: &key})
		return err
	}
}

// getThrough reads the object a through a proxy that edits what passes.
func getThrough(edit func(*http.Request)) request {
	return func(p *program) error {
		_, err := p.through(edit).GetObject(background, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("a")})
		return err
	}
}

func acceptEncoding(value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Accept-Encoding", value) }
}

// put writes an object, with what edit adds to the call.
func put(key string, edit ...func(*s3.PutObjectInput)) request {
	return func(p *program) error {
		in := &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: strings.NewReader("x")}
		for _, f := range edit {
			f(in)
		}
		_, err := p.s3().PutObject(background, in)
		return err
	}
}

func encrypted(in *s3.PutObjectInput)   { in.ServerSideEncryption = types.ServerSideEncryptionAes256 }
func ifNoneThere(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") }

func tagged(in *s3.PutObjectInput) { in.Tagging = aws.String("team=blue") }

func withKMS(in *s3.PutObjectInput) { in.ServerSideEncryption = types.ServerSideEncryptionAwsKms }

// withKey asks for encryption with a KMS key.
func withKey(arn string) func(*s3.PutObjectInput) {
	return func(in *s3.PutObjectInput) {
		withKMS(in)
		in.SSEKMSKeyId = &arn
	}
}

// withACL sends a canned ACL with the upload.
func withACL(acl types.ObjectCannedACL) func(*s3.PutObjectInput) {
	return func(in *s3.PutObjectInput) { in.ACL = acl }
}

// list lists what is below a prefix; empty: the whole bucket.
func list(prefix string) request {
	return func(p *program) error {
		in := &s3.ListObjectsV2Input{Bucket: bucket}
		if prefix != "" {
			in.Prefix = &prefix
		}
		_, err := p.s3().ListObjectsV2(background, in)
		return err
	}
}

func putPolicy(policy string) request {
	return func(p *program) error {
		_, err := p.s3().PutBucketPolicy(background, &s3.PutBucketPolicyInput{Bucket: bucket, Policy: &policy})
		return err
	}
}

// lets writes a bucket policy that lets a principal read.
func lets(principal string) request { return letsRead(principal, "arn:aws:s3:::acme-data/*") }

// letsOn writes one that lets the user read a resource.
func letsOn(resource string) request { return letsRead(theUser, resource) }

func letsRead(principal, resource string) request {
	return putPolicy(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal +
		`"},"Action":"s3:GetObject","Resource":"` + resource + `"}]}`)
}

// trusts makes the role target trust a principal.
func trusts(principal string) request {
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal +
		`"},"Action":"sts:AssumeRole"}]}`
	return func(p *program) error {
		c := iam.NewFromConfig(sdkv2.Config(p.t, p.srv, p.as))
		in := &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("target"), PolicyDocument: &policy}
		_, err := c.UpdateAssumeRolePolicy(background, in)
		return err
	}
}

func assumeRole(p *program) error { return assumeRoleFor("")(p) }

// assumeRoleFor assumes the role target with an external id; empty: without one.
func assumeRoleFor(externalID string) request {
	return func(p *program) error {
		in := &sts.AssumeRoleInput{RoleArn: aws.String(target), RoleSessionName: aws.String("xx")}
		if externalID != "" {
			in.ExternalId = &externalID
		}
		_, err := sts.NewFromConfig(sdkv2.Config(p.t, p.srv, p.as)).AssumeRole(background, in)
		return err
	}
}

// tagsByControl asks S3 Control, whose SDK puts the account into the host name.
func tagsByControl(p *program) error {
	config := sdkv2.Config(p.t, p.srv, p.as)
	config.HTTPClient = p.wherever()
	in := &s3control.ListTagsForResourceInput{AccountId: aws.String("210987654321")}
	in.ResourceArn = aws.String("arn:aws:s3:::acme-data")
	_, err := s3control.NewFromConfig(config).ListTagsForResource(background, in)
	return err
}

// uploadInParts gives up as clients do: it aborts what it began.
func uploadInParts(p *program) error {
	c, key := p.s3(), aws.String("big")
	began, err := c.CreateMultipartUpload(background, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
	if err != nil {
		return err
	}
	part := &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: began.UploadId, PartNumber: aws.Int32(1)}
	part.Body = strings.NewReader("part")
	_, err = c.UploadPart(background, part)
	end := &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: began.UploadId}
	if _, ended := c.AbortMultipartUpload(background, end); err == nil {
		err = ended
	}
	return err
}

func createBucket(name string) request {
	return func(p *program) error {
		_, err := p.s3().CreateBucket(background, &s3.CreateBucketInput{Bucket: &name})
		return err
	}
}

func createTagged(p *program) error {
	tags := []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}
	in := &s3.CreateBucketInput{Bucket: aws.String("acme-tagged")}
	in.CreateBucketConfiguration = &types.CreateBucketConfiguration{Tags: tags}
	_, err := p.s3().CreateBucket(background, in)
	return err
}

func createPublic(p *program) error {
	in := &s3.CreateBucketInput{Bucket: aws.String("acme-public"), ACL: types.BucketCannedACLPublicRead}
	_, err := p.s3().CreateBucket(background, in)
	return err
}

func deleteBucket(p *program) error {
	_, err := p.s3().DeleteBucket(background, &s3.DeleteBucketInput{Bucket: bucket})
	return err
}

func getVersion(p *program) error {
	in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String("v")}
	in.VersionId = aws.String("3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH")
	_, err := p.s3().GetObject(background, in)
	return err
}

// withoutToken reads the object a with a session's keys alone.
func withoutToken(p *program) error {
	caller := p.srv.Credentials(p.as)
	keys := credentials.NewStaticCredentialsProvider(caller.AccessKeyID, caller.SecretAccessKey, "")
	in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String("a")}
	_, err := p.s3(func(o *s3.Options) { o.Credentials = keys }).GetObject(background, in)
	return err
}

// putWithOwnKey encrypts with a key of the program's own, in a bucket that is new.
func putWithOwnKey(p *program) error {
	if err := createBucket(*bucket)(p); err != nil {
		return err
	}
	key := strings.Repeat("k", 32)
	sum := md5.Sum([]byte(key))
	return put("a", func(in *s3.PutObjectInput) {
		in.SSECustomerAlgorithm = aws.String("AES256")
		in.SSECustomerKey = aws.String(base64.StdEncoding.EncodeToString([]byte(key)))
		in.SSECustomerKeyMD5 = aws.String(base64.StdEncoding.EncodeToString(sum[:]))
	})(p)
}

// presignedGet reads the object a by a URL.
func presignedGet(p *program) error { return presignedGetAfter(0)(p) }

// presignedGetAfter reads it by a URL that is made some time before.
func presignedGetAfter(age time.Duration) request {
	return func(p *program) error {
		hours := func(o *s3.PresignOptions) { o.Expires = 12 * time.Hour }
		in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String("a")}
		url, err := s3.NewPresignClient(p.s3()).PresignGetObject(background, in, hours)
		if err != nil {
			return err
		}
		if age > 0 {
			p.srv.Advance(age)
		}
		return use("GET", url.URL, "", nil)
	}
}

// presignedPNG writes the object a by a URL that is signed for a picture.
func presignedPNG(contentType string) request {
	return func(p *program) error {
		in := &s3.PutObjectInput{Bucket: bucket, Key: aws.String("a"), ContentType: aws.String("image/png")}
		url, err := s3.NewPresignClient(p.s3()).PresignPutObject(background, in)
		if err != nil {
			return err
		}
		return use("PUT", url.URL, "x", http.Header{"Content-Type": {contentType}})
	}
}

// presignedPut writes the object a by a URL, with headers beside those that were signed.
func presignedPut(header http.Header) request {
	return func(p *program) error {
		in := &s3.PutObjectInput{Bucket: bucket, Key: aws.String("a")}
		url, err := s3.NewPresignClient(p.s3()).PresignPutObject(background, in)
		if err != nil {
			return err
		}
		return use("PUT", url.URL, "x", header)
	}
}

// preflighted is what a browser asks before a page writes the object a by a URL.
func preflighted(p *program) error {
	in := &s3.PutObjectInput{Bucket: bucket, Key: aws.String("a")}
	url, err := s3.NewPresignClient(p.s3()).PresignPutObject(background, in)
	if err != nil {
		return err
	}
	return use("OPTIONS", url.URL, "", http.Header{"Origin": {"https://app.example"},
		"Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"content-type"}})
}

// as lets another caller ask.
func as(caller string, ask request) request {
	return func(p *program) error {
		other := *p
		other.as = caller
		return ask(&other)
	}
}

func getPaying(p *program) error {
	in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String("a"), RequestPayer: types.RequestPayerRequester}
	_, err := p.s3().GetObject(background, in)
	return err
}

// getIn reads the object a with a client of that region.
func getIn(region string) request {
	return func(p *program) error {
		in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String("a")}
		_, err := p.s3(func(o *s3.Options) { o.Region = region }).GetObject(background, in)
		return err
	}
}

// getInTime reads the object a with the clock set right: as the SDK does, it takes the
// difference from what S3 answered, and asks again.
func getInTime(p *program) error {
	in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String("a")}
	_, err := p.s3(func(o *s3.Options) { o.Retryer = retry.NewStandard() }).GetObject(background, in)
	return err
}

func copyTagged(p *program) error {
	in := &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("copy"), CopySource: aws.String("acme-data/tagged")}
	_, err := p.s3().CopyObject(background, in)
	return err
}

// assumeWithWebIdentity exchanges the caller's token for a session of the role target.
func assumeWithWebIdentity(p *program) error {
	c := sts.NewFromConfig(sdkv2.Config(p.t, p.srv, p.as))
	in := &sts.AssumeRoleWithWebIdentityInput{RoleArn: aws.String(target), RoleSessionName: aws.String("xx")}
	in.WebIdentityToken = aws.String(p.srv.Token(emulator.NewToken{Caller: p.as}))
	_, err := c.AssumeRoleWithWebIdentity(background, in)
	return err
}
