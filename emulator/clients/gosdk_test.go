package clients

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// partSize is the size of the parts that the tests upload, in bytes.
const partSize = 5 << 20

// goSDK is the AWS SDK for Go v2, in this process.
var goSDK = client{
	name: "aws-sdk-go-v2", run: runGoSDK, presigns: true,
	headRefusal: outcome{Status: 403, Code: "Forbidden", Message: "Forbidden"},
}

// newGoSDK connects the SDK without reading the environment.
func newGoSDK(at target) *s3.Client {
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: at.AccessKeyID, SecretAccessKey: at.SecretAccessKey,
			SessionToken: at.SessionToken}, nil
	})
	options := s3.Options{
		Region:       at.Region,
		Credentials:  credentials,
		UsePathStyle: at.Endpoint != "",
		// As config.LoadDefaultConfig has them, which reads the environment.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
	}
	if at.Endpoint != "" {
		options.BaseEndpoint = aws.String(at.Endpoint)
	}
	http := awshttp.NewBuildableClient().WithTimeout(time.Duration(at.Patience) * time.Second)
	if roots := at.roots(); roots != nil {
		http = http.WithTransportOptions(trust(at, roots))
	}
	options.HTTPClient = http
	return s3.New(options)
}

// trust has the SDK trust our authority, and go through our proxy if there is one.
func trust(at target, roots *x509.CertPool) func(*http.Transport) {
	return func(t *http.Transport) {
		t.TLSClientConfig.RootCAs = roots
		if proxy, err := url.Parse(at.setting("HTTPS_PROXY")); err == nil && proxy.Host != "" {
			t.Proxy = http.ProxyURL(proxy)
		}
	}
}

func runGoSDK(t *testing.T, at target, steps []step) []outcome {
	t.Helper()
	sdk := newGoSDK(at)
	outcomes := make([]outcome, len(steps))
	for i, s := range steps {
		if s.Do == "tell" {
			outcomes[i] = tell(t, s)
			continue
		}
		o, err := goCall(t.Context(), sdk, s)
		if err != nil {
			o = goRefusal(err)
		}
		outcomes[i] = o
	}
	return outcomes
}

func goRefusal(err error) outcome {
	var api smithy.APIError
	var response *awshttp.ResponseError
	if !errors.As(err, &api) {
		return outcome{Error: innermost(err)}
	}
	o := outcome{Code: api.ErrorCode(), Message: api.ErrorMessage()}
	if errors.As(err, &response) {
		o.Status = response.HTTPStatusCode()
	}
	return o
}

func goCall(ctx context.Context, sdk *s3.Client, s step) (outcome, error) {
	bucket, key := aws.String(s.Bucket), aws.String(s.Key)
	var err error
	switch s.Do {
	case "create":
		_, err = sdk.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket})
	case "put", "new":
		err = goPut(ctx, sdk, s)
	case "get", "download":
		err = goGet(ctx, sdk, s)
	case "head":
		_, err = sdk.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key})
	case "list":
		return goList(ctx, sdk, bucket)
	case "copy":
		source := s.Bucket + "/" + escapeKey(s.Source)
		_, err = sdk.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: key, CopySource: aws.String(source)})
	case "delete":
		_, err = sdk.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: key})
	case "several":
		return goDeleteSeveral(ctx, sdk, s)
	case "upload":
		err = goUpload(ctx, sdk, s)
	case "presign":
		return goPresign(ctx, sdk, s)
	default:
		panic(fmt.Sprintf("no call for %q", s.Do))
	}
	return outcome{}, err
}

func goPut(ctx context.Context, sdk *s3.Client, s step) error {
	body, err := os.Open(s.File)
	if err != nil {
		return err
	}
	defer body.Close()
	in := &s3.PutObjectInput{
		Bucket: aws.String(s.Bucket), Key: aws.String(s.Key), Body: body, ACL: types.ObjectCannedACL(s.ACL),
	}
	if s.Do == "new" {
		in.IfNoneMatch = aws.String("*")
	}
	_, err = sdk.PutObject(ctx, in)
	return err
}

// goDeleteSeveral has the keys that stay as its outcome's.
func goDeleteSeveral(ctx context.Context, sdk *s3.Client, s step) (o outcome, err error) {
	in := &s3.DeleteObjectsInput{Bucket: aws.String(s.Bucket), Delete: &types.Delete{}}
	for _, key := range s.Keys {
		in.Delete.Objects = append(in.Delete.Objects, types.ObjectIdentifier{Key: aws.String(key)})
	}
	out, err := sdk.DeleteObjects(ctx, in)
	if err != nil {
		return o, err
	}
	for _, e := range out.Errors {
		o.Keys = append(o.Keys, aws.ToString(e.Key))
	}
	return o, nil
}

func goGet(ctx context.Context, sdk *s3.Client, s step) error {
	answer, err := sdk.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(s.Bucket), Key: aws.String(s.Key)})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	out, err := os.Create(s.File)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = io.Copy(out, answer.Body)
	return err
}

func goList(ctx context.Context, sdk *s3.Client, bucket *string) (outcome, error) {
	var o outcome
	pages := s3.NewListObjectsV2Paginator(sdk, &s3.ListObjectsV2Input{Bucket: bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outcome{}, err
		}
		for _, object := range page.Contents {
			o.Keys = append(o.Keys, aws.ToString(object.Key))
		}
	}
	return o, nil
}

func goUpload(ctx context.Context, sdk *s3.Client, s step) error {
	content, err := os.ReadFile(s.File)
	if err != nil {
		return err
	}
	bucket, key := aws.String(s.Bucket), aws.String(s.Key)
	// Who says nothing here may not list the checksums that each part then has by default.
	upload, err := sdk.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: bucket, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
	})
	if err != nil {
		return err
	}
	var parts []types.CompletedPart
	for offset := 0; offset < len(content); offset += partSize {
		number := aws.Int32(int32(len(parts) + 1))
		part, err := sdk.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: bucket, Key: key, UploadId: upload.UploadId, PartNumber: number,
			Body: bytes.NewReader(content[offset:min(offset+partSize, len(content))]),
		})
		if err != nil {
			return err
		}
		parts = append(parts, types.CompletedPart{
			PartNumber: number, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32,
		})
	}
	_, err = sdk.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: key, UploadId: upload.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	return err
}

func goPresign(ctx context.Context, sdk *s3.Client, s step) (outcome, error) {
	lasting := s3.WithPresignExpires(time.Duration(s.Expires) * time.Second)
	presigner := s3.NewPresignClient(sdk, lasting)
	bucket, key := aws.String(s.Bucket), aws.String(s.Key)
	if s.Method == "put_object" {
		made, err := presigner.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key})
		if err != nil {
			return outcome{}, err
		}
		return outcome{URL: made.URL}, nil
	}
	made, err := presigner.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
	if err != nil {
		return outcome{}, err
	}
	return outcome{URL: made.URL}, nil
}
