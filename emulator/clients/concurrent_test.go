package clients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// concurrency is how many requests are under way at once.
const concurrency = 1000

// crowd is a thousand callers of one world and what they were told.
type crowd struct {
	bucket  *string
	app     *s3.Client
	forger  *s3.Client // knows the key's name, not its secret
	mutex   sync.Mutex
	written map[string][][]byte // acknowledged bodies, by key
}

// TestConcurrentRequests sends a thousand mixed requests at once. Under -race it
// is the race test of the whole server; in every run each acknowledged write
// must be there afterwards.
func TestConcurrentRequests(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	c := newCrowd(appOf(srv))
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range concurrency {
		group.Go(func() {
			<-start
			if err := c.act(t.Context(), i); err != nil {
				t.Errorf("request %d: %v", i, err)
			}
		})
	}
	close(start)
	group.Wait()
	c.checkWritten(t)
	c.checkListed(t)
}

func newCrowd(at target) *crowd {
	forged := at
	forged.SecretAccessKey = "not" + at.SecretAccessKey[3:]
	return &crowd{
		bucket: aws.String("my-bucket"), app: once(newGoSDK(at)), forger: once(newGoSDK(forged)),
		written: map[string][][]byte{},
	}
}

// once makes a client that tries once: a retry could hide what the server did.
func once(c *s3.Client) *s3.Client {
	options := c.Options()
	options.RetryMaxAttempts = 1
	return s3.New(options)
}

// act does request i: ten kinds in turn.
func (c *crowd) act(ctx context.Context, i int) error {
	switch i % 10 {
	case 0, 1, 2:
		return c.put(ctx, fmt.Sprintf("own/%04d", i), i)
	case 3:
		return c.put(ctx, "shared", i)
	case 4:
		return c.putOnce(ctx, "once", i)
	case 5:
		return c.read(ctx, "file.txt")
	case 6:
		_, err := c.app.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: c.bucket, Delimiter: aws.String("/")})
		return err
	case 7:
		_, err := c.app.CopyObject(ctx, &s3.CopyObjectInput{
			Bucket: c.bucket, Key: aws.String(fmt.Sprintf("copied/%04d", i)), CopySource: aws.String("my-bucket/file.txt"),
		})
		return err
	case 8:
		_, err := c.app.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: c.bucket, Key: aws.String(fmt.Sprintf("gone/%d", i%50))})
		return err
	default:
		return c.forge(ctx, i)
	}
}

// bodyOf is what request i writes; its length differs from its neighbours'.
func bodyOf(i int) []byte { return noise(100+i*7, uint64(i)) }

func (c *crowd) put(ctx context.Context, key string, i int) error {
	body := bodyOf(i)
	_, err := c.app.PutObject(ctx, &s3.PutObjectInput{Bucket: c.bucket, Key: aws.String(key), Body: bytes.NewReader(body)})
	if err == nil {
		c.note(key, body)
	}
	return err
}

// putOnce writes only if nobody did: all but one are told so.
func (c *crowd) putOnce(ctx context.Context, key string, i int) error {
	body := bodyOf(i)
	_, err := c.app.PutObject(ctx, &s3.PutObjectInput{
		Bucket: c.bucket, Key: aws.String(key), Body: bytes.NewReader(body), IfNoneMatch: aws.String("*"),
	})
	switch codeOf(err) {
	case "":
		c.note(key, body)
		return nil
	case "PreconditionFailed", "ConditionalRequestConflict":
		return nil
	default:
		return err
	}
}

func (c *crowd) note(key string, body []byte) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.written[key] = append(c.written[key], body)
}

func (c *crowd) read(ctx context.Context, key string) error {
	body, err := c.get(ctx, key)
	if err == nil && string(body) != "hello\n" {
		return fmt.Errorf("%s holds %d other bytes", key, len(body))
	}
	return err
}

func (c *crowd) get(ctx context.Context, key string) ([]byte, error) {
	answer, err := c.app.GetObject(ctx, &s3.GetObjectInput{Bucket: c.bucket, Key: aws.String(key)})
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

// forge overwrites file.txt with the wrong secret, and must be refused.
func (c *crowd) forge(ctx context.Context, i int) error {
	_, err := c.forger.PutObject(ctx, &s3.PutObjectInput{
		Bucket: c.bucket, Key: aws.String("file.txt"), Body: bytes.NewReader(bodyOf(i)),
	})
	if code := codeOf(err); code != "SignatureDoesNotMatch" {
		return fmt.Errorf("a forged request is answered with code %q: %v", code, err)
	}
	return nil
}

// codeOf is S3's error code; empty for success, "?" for what is no answer of S3's.
func codeOf(err error) string {
	var api smithy.APIError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &api):
		return api.ErrorCode()
	default:
		return "?"
	}
}

// checkWritten reads every acknowledged write back.
func (c *crowd) checkWritten(t *testing.T) {
	t.Helper()
	if n := len(c.written["once"]); n != 1 {
		t.Errorf("%d writers were the first to write the same key", n)
	}
	if n := len(c.written["shared"]); n != concurrency/10 {
		t.Errorf("%d of %d writes to the shared key were acknowledged", n, concurrency/10)
	}
	for key, bodies := range c.written {
		body, err := c.get(t.Context(), key)
		if err != nil {
			t.Errorf("%s was acknowledged: %v", key, err)
			continue
		}
		if !slices.ContainsFunc(bodies, func(sent []byte) bool { return bytes.Equal(sent, body) }) {
			t.Errorf("%s holds %d bytes that nobody wrote there", key, len(body))
		}
	}
}

// checkListed holds the list against what was acknowledged.
func (c *crowd) checkListed(t *testing.T) {
	t.Helper()
	listed, err := goList(t.Context(), c.app, c.bucket)
	if err != nil {
		t.Fatal(err)
	}
	for key := range c.written {
		if !slices.Contains(listed.Keys, key) {
			t.Errorf("%s was acknowledged and is not listed", key)
		}
	}
	if !slices.IsSorted(listed.Keys) {
		t.Error("the list is not in order")
	}
	var copies int
	for _, key := range listed.Keys {
		if strings.HasPrefix(key, "copied/") {
			copies++
		}
	}
	if copies != concurrency/10 {
		t.Errorf("%d copies are listed, want %d", copies, concurrency/10)
	}
}
