// Gosdk does lists of S3 calls with the AWS SDK for Go: plans as JSON on stdin, reports on
// stdout, as boto3_client.py has them. It is built twice: with the module's own versions of
// the SDK, and with those of newer.mod.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

const partSize = 5 << 20

type target struct {
	Endpoint, Region string
	AccessKeyID      string `json:"access_key_id"`
	SecretAccessKey  string `json:"secret_access_key"`
	SessionToken     string `json:"session_token"`
	Patience         int    // seconds
}

type step struct {
	Do, Bucket, Key, Source, File string
	Keys                          []string
}

type outcome struct {
	Status  int      `json:"status"`
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Keys    []string `json:"keys"`
	Error   string   `json:"error"`
}

type plan struct {
	Target target
	Steps  []step
}

func main() {
	var in struct{ Plans []plan }
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		log.Fatal(err)
	}
	reports := make([][]outcome, len(in.Plans))
	var all sync.WaitGroup
	for i, p := range in.Plans {
		all.Go(func() { reports[i] = p.follow() })
	}
	all.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(reports); err != nil {
		log.Fatal(err)
	}
}

func (p plan) follow() []outcome {
	c := caller{p.Target.client()}
	var report []outcome
	for _, s := range p.Steps {
		keys, err := c.does(context.Background(), s)
		report = append(report, told(keys, err))
	}
	return report
}

func (at target) client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(at.Endpoint), Region: at.Region, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: at.AccessKeyID, SecretAccessKey: at.SecretAccessKey,
				SessionToken: at.SessionToken}, nil
		}),
		HTTPClient:                 awshttp.NewBuildableClient().WithTimeout(time.Duration(at.Patience) * time.Second),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
	})
}

func told(keys []string, err error) outcome {
	if err == nil {
		return outcome{Keys: keys}
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		for errors.Unwrap(err) != nil {
			err = errors.Unwrap(err)
		}
		return outcome{Error: err.Error()}
	}
	o := outcome{Code: api.ErrorCode(), Message: api.ErrorMessage()}
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		o.Status = response.HTTPStatusCode()
	}
	return o
}

type caller struct{ *s3.Client }

func (c caller) does(ctx context.Context, s step) (keys []string, err error) {
	bucket, key := aws.String(s.Bucket), aws.String(s.Key)
	switch s.Do {
	case "put", "new":
		err = c.put(ctx, s)
	case "get", "download":
		err = c.get(ctx, s)
	case "head":
		_, err = c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key})
	case "copy":
		source := aws.String(url.PathEscape(s.Bucket + "/" + s.Source))
		_, err = c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: key, CopySource: source})
	case "several":
		return c.deleteSeveral(ctx, s)
	case "upload":
		err = c.upload(ctx, s)
	default:
		err = fmt.Errorf("no call for %q", s.Do)
	}
	return nil, err
}

func (c caller) put(ctx context.Context, s step) error {
	body, err := os.Open(s.File)
	if err != nil {
		return err
	}
	defer body.Close()
	in := &s3.PutObjectInput{Bucket: aws.String(s.Bucket), Key: aws.String(s.Key), Body: body}
	if s.Do == "new" {
		in.IfNoneMatch = aws.String("*")
	}
	_, err = c.PutObject(ctx, in)
	return err
}

func (c caller) get(ctx context.Context, s step) error {
	answer, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(s.Bucket), Key: aws.String(s.Key)})
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

// deleteSeveral returns the keys that stay.
func (c caller) deleteSeveral(ctx context.Context, s step) (left []string, err error) {
	in := &s3.DeleteObjectsInput{Bucket: aws.String(s.Bucket), Delete: &types.Delete{}}
	for _, key := range s.Keys {
		in.Delete.Objects = append(in.Delete.Objects, types.ObjectIdentifier{Key: aws.String(key)})
	}
	out, err := c.DeleteObjects(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, e := range out.Errors {
		left = append(left, aws.ToString(e.Key))
	}
	return left, nil
}

func (c caller) upload(ctx context.Context, s step) error {
	content, err := os.ReadFile(s.File)
	if err != nil {
		return err
	}
	bucket, key := aws.String(s.Bucket), aws.String(s.Key)
	upload, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: bucket, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
	})
	if err != nil {
		return err
	}
	var parts []types.CompletedPart
	for offset := 0; offset < len(content); offset += partSize {
		number := aws.Int32(int32(len(parts) + 1))
		part, err := c.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: bucket, Key: key, UploadId: upload.UploadId, PartNumber: number,
			Body: bytes.NewReader(content[offset:min(offset+partSize, len(content))]),
		})
		if err != nil {
			return err
		}
		parts = append(parts, types.CompletedPart{PartNumber: number, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32})
	}
	_, err = c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: key, UploadId: upload.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	return err
}
