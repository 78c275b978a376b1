package clients

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// minioGo is minio-go, in this process. Over plain HTTP it signs every chunk of
// an upload. It refuses an endpoint with a path, and makes up the code and the
// message of an answer without a body.
var minioGo = client{
	name: "minio-go", run: runMinio, hostOnly: true, presigns: true, streams: true,
	headRefusal: outcome{Status: 403, Code: "AccessDenied", Message: "Access Denied."},
}

func runMinio(t *testing.T, at target, steps []step) []outcome {
	t.Helper()
	endpoint, err := url.Parse(at.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := minio.DefaultTransport(endpoint.Scheme == "https")
	if err != nil {
		t.Fatal(err)
	}
	transport.ResponseHeaderTimeout = cmp.Or(time.Duration(at.Patience)*time.Second, transport.ResponseHeaderTimeout)
	if transport.TLSClientConfig != nil {
		transport.TLSClientConfig.RootCAs = at.roots()
	}
	c, err := minio.New(endpoint.Host, &minio.Options{
		Secure: endpoint.Scheme == "https", Transport: transport,
		Creds:        credentials.NewStaticV4(at.AccessKeyID, at.SecretAccessKey, at.SessionToken),
		Region:       at.Region,
		BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		t.Fatal(err)
	}
	outcomes := make([]outcome, len(steps))
	for i, s := range steps {
		if s.Do == "tell" {
			outcomes[i] = tell(t, s)
			continue
		}
		o, err := minioWithin(t, at.Patience, c, s)
		if err != nil {
			o = minioRefusal(err)
		}
		outcomes[i] = o
	}
	return outcomes
}

// minioWithin is a call with a deadline, if the client has patience for so many seconds
// only: a body that stalls it would wait for without end. Attempts that wait for an answer
// come first.
func minioWithin(t *testing.T, patience int, c *minio.Client, s step) (outcome, error) {
	t.Helper()
	if patience == 0 {
		return minioCall(t.Context(), c, s)
	}
	const attempts = 3
	ctx, cancel := context.WithTimeout(t.Context(), attempts*time.Duration(patience)*time.Second)
	defer cancel()
	return minioCall(ctx, c, s)
}

func minioRefusal(err error) outcome {
	var refused minio.ErrorResponse
	if !errors.As(err, &refused) {
		return outcome{Error: innermost(err)}
	}
	return outcome{Status: refused.StatusCode, Code: refused.Code, Message: refused.Message}
}

func minioCall(ctx context.Context, c *minio.Client, s step) (outcome, error) {
	switch s.Do {
	case "create":
		return outcome{}, c.MakeBucket(ctx, s.Bucket, minio.MakeBucketOptions{})
	case "put", "new", "stream", "upload":
		return outcome{}, minioPut(ctx, c, s)
	case "get", "download":
		return outcome{}, minioGet(ctx, c, s)
	case "head":
		_, err := c.StatObject(ctx, s.Bucket, s.Key, minio.StatObjectOptions{})
		return outcome{}, err
	case "list":
		return minioList(ctx, c, s.Bucket)
	case "copy":
		_, err := c.CopyObject(ctx,
			minio.CopyDestOptions{Bucket: s.Bucket, Object: s.Key},
			minio.CopySrcOptions{Bucket: s.Bucket, Object: s.Source})
		return outcome{}, err
	case "delete":
		return outcome{}, c.RemoveObject(ctx, s.Bucket, s.Key, minio.RemoveObjectOptions{})
	case "several":
		return outcome{}, minioDeleteSeveral(ctx, c, s)
	case "presign":
		return minioPresign(ctx, c, s)
	default:
		panic(fmt.Sprintf("no call for %q", s.Do))
	}
}

// minioPut uploads in parts what is larger than a part, and sends a body of
// unknown length for a stream.
func minioPut(ctx context.Context, c *minio.Client, s step) error {
	body, err := os.Open(s.File)
	if err != nil {
		return err
	}
	defer body.Close()
	info, err := body.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	if s.Do == "stream" {
		size = -1
	}
	opts := minio.PutObjectOptions{PartSize: partSize}
	if s.ACL != "" {
		opts.UserMetadata = map[string]string{"x-amz-acl": s.ACL}
	}
	if s.Do == "new" {
		opts.SetMatchETagExcept("*")
	}
	_, err = c.PutObject(ctx, s.Bucket, s.Key, body, size, opts)
	return err
}

func minioDeleteSeveral(ctx context.Context, c *minio.Client, s step) error {
	keys := make(chan minio.ObjectInfo, len(s.Keys))
	for _, key := range s.Keys {
		keys <- minio.ObjectInfo{Key: key}
	}
	close(keys)
	var err error
	for e := range c.RemoveObjects(ctx, s.Bucket, keys, minio.RemoveObjectsOptions{}) {
		err = e.Err
	}
	return err
}

// minioGet sends one GET. FGetObject asks with HEAD first and so never sees S3's words.
func minioGet(ctx context.Context, c *minio.Client, s step) error {
	body, _, _, err := minio.Core{Client: c}.GetObject(ctx, s.Bucket, s.Key, minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer body.Close()
	out, err := os.Create(s.File)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = io.Copy(out, body)
	return err
}

func minioList(ctx context.Context, c *minio.Client, bucket string) (outcome, error) {
	var o outcome
	for object := range c.ListObjects(ctx, bucket, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err != nil {
			return outcome{}, object.Err
		}
		o.Keys = append(o.Keys, object.Key)
	}
	return o, nil
}

func minioPresign(ctx context.Context, c *minio.Client, s step) (outcome, error) {
	lasting := time.Duration(s.Expires) * time.Second
	presign := func() (*url.URL, error) { return c.PresignedGetObject(ctx, s.Bucket, s.Key, lasting, nil) }
	if s.Method == "put_object" {
		presign = func() (*url.URL, error) { return c.PresignedPutObject(ctx, s.Bucket, s.Key, lasting) }
	}
	made, err := presign()
	if err != nil {
		return outcome{}, err
	}
	return outcome{URL: made.String()}, nil
}
