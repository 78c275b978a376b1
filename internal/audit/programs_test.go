package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/scenarios"
)

// The programs that are audited are this one: its first argument says which.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "program" {
		if err := applications[os.Args[2]](context.Background(), os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const bucket = "my-bucket"

var applications = map[string]func(context.Context, []string) error{
	"careful":  careful,
	"careless": careless,
	"timed":    timed,
	"lists":    lists,
	"broken":   broken,
	"maker":    maker,
	"sharer":   sharer,
	"waits":    waits,
	"family":   family,
}

// application is how an audit of one of them begins.
func application(t *testing.T, name string, args ...string) Config {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	return Config{File: library, Jobs: 4, Program: launch.Program{
		Args: append([]string{self, "program", name}, args...), Caller: "app", Patience: time.Minute,
	}}
}

func client(ctx context.Context) (*s3.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	return s3.NewFromConfig(cfg), err
}

// careful uses many operations and minds every error.
func careful(ctx context.Context, _ []string) error {
	c, err := client(ctx)
	if err != nil {
		return err
	}
	in, key := aws.String(bucket), aws.String("a/new.txt")
	if _, err := c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: in, Key: aws.String("file.txt")}); err != nil {
		return err
	}
	var missing *types.NoSuchKey
	if _, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: in, Key: aws.String("no.txt")}); !errors.As(err, &missing) {
		return fmt.Errorf("no.txt: %w", err)
	}
	body := strings.NewReader(strings.Repeat("new ", 1000))
	if _, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: in, Key: key, Body: body}); err != nil {
		return err
	}
	got, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: in, Key: key})
	if err != nil {
		return err
	}
	defer got.Body.Close()
	if _, err := io.Copy(io.Discard, got.Body); err != nil {
		return err
	}
	copied := &s3.CopyObjectInput{Bucket: in, Key: aws.String("copy.txt"), CopySource: aws.String(bucket + "/file.txt")}
	if _, err := c.CopyObject(ctx, copied); err != nil {
		return err
	}
	if _, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: in, Key: key}); err != nil {
		return err
	}
	return uploads(ctx, c)
}

func uploads(ctx context.Context, c *s3.Client) error {
	in, key := aws.String(bucket), aws.String("big.bin")
	begun, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: in, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
	})
	if err != nil {
		return err
	}
	part, err := c.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: in, Key: key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: bytes.NewReader(make([]byte, 4000)),
	})
	if err != nil {
		return err
	}
	_, err = c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: in, Key: key, UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{
			Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32}},
		},
	})
	return err
}

// careless does not mind whether its write came to anything.
func careless(ctx context.Context, _ []string) error {
	c, err := client(ctx)
	if err != nil {
		return err
	}
	for _, key := range []string{"one.txt", "two.txt"} {
		_, err := c.PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String(bucket), Key: aws.String(key), Body: strings.NewReader(key),
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	return nil
}

// timed writes under a key that no other run of it has.
func timed(ctx context.Context, _ []string) error {
	c, err := client(ctx)
	if err != nil {
		return err
	}
	key := time.Now().Format("log-20060102-150405.000000000.txt")
	_, err = c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(key)})
	return err
}

func lists(ctx context.Context, _ []string) error {
	c, err := client(ctx)
	if err == nil {
		_, err = c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
	}
	return err
}

// broken asks for a bucket that is not there.
func broken(ctx context.Context, _ []string) error {
	c, err := client(ctx)
	if err != nil {
		return err
	}
	_, err = c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("no-such-bucket-anywhere")})
	return fmt.Errorf("the list is not to be had: %w", err)
}

// maker writes into a bucket that it makes.
func maker(ctx context.Context, _ []string) error {
	c, err := client(ctx)
	if err != nil {
		return err
	}
	in := aws.String("made-by-a-program")
	if _, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: in}); err != nil {
		return err
	}
	_, err = c.PutObject(ctx, &s3.PutObjectInput{Bucket: in, Key: aws.String("x"), Body: strings.NewReader("x")})
	return err
}

// sharer sends an ACL.
func sharer(ctx context.Context, _ []string) error {
	c, err := client(ctx)
	if err != nil {
		return err
	}
	_, err = c.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String("x"), ACL: types.ObjectCannedACLAuthenticatedRead,
	})
	return err
}

// waits tells the address that it is there, by a connection, and waits for its end.
func waits(_ context.Context, args []string) error {
	c, err := net.Dial("tcp", args[0])
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, c)
	return err
}

// family waits with a child of its own.
func family(ctx context.Context, args []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	_, err = os.StartProcess(self, []string{self, "program", "waits", args[0]}, &os.ProcAttr{Env: os.Environ()})
	if err != nil {
		return err
	}
	return waits(ctx, args)
}
