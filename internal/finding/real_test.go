package finding_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/scenarios"
)

type settings []func(*s3.Options)

// job is a program that uses the SDK; an error is that with which it ends.
type job func(context.Context, *s3.Client) error

var bucket = aws.String("my-bucket")

func put(key, body string) *s3.PutObjectInput {
	return &s3.PutObjectInput{Bucket: bucket, Key: aws.String(key), Body: strings.NewReader(body)}
}

var long = strings.Repeat("0123456789abcdef", 256) // 4 KiB

// sideBySide does something so often at a time.
func sideBySide(n int, do func(int) error) error {
	var all sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func eightOfOneKey(ctx context.Context, c *s3.Client) error {
	return sideBySide(8, func(int) error { _, err := c.PutObject(ctx, put("one", long)); return err })
}

func twoHundredKeys(ctx context.Context, c *s3.Client) error {
	return sideBySide(200, func(i int) error { _, err := c.PutObject(ctx, put(fmt.Sprint("k", i), long)); return err })
}

func putAndForget(ctx context.Context, c *s3.Client) error {
	_, _ = c.PutObject(ctx, put("a", long))
	return nil
}

func putNew(ctx context.Context, c *s3.Client) error {
	in := put("new", long)
	in.IfNoneMatch = aws.String("*")
	_, err := c.PutObject(ctx, in)
	return err
}

// putNewAndLook knows its own object by reading it.
func putNewAndLook(ctx context.Context, c *s3.Client) error {
	err := putNew(ctx, c)
	if refused, ok := errors.AsType[smithy.APIError](err); ok && refused.ErrorCode() == "PreconditionFailed" {
		if body, err := read(ctx, c, "new", ""); err == nil && string(body) == long {
			return nil
		}
	}
	return err
}

func read(ctx context.Context, c *s3.Client, key, section string) ([]byte, error) {
	in := &s3.GetObjectInput{Bucket: bucket, Key: aws.String(key)}
	if section != "" {
		in.Range = aws.String(section)
	}
	got, err := c.GetObject(ctx, in)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	return io.ReadAll(got.Body)
}

func readAndBelieve(ctx context.Context, c *s3.Client) error {
	if _, err := c.PutObject(ctx, put("a", long)); err != nil {
		return err
	}
	_, _ = read(ctx, c, "a", "")
	return nil
}

func readAndGoOn(ctx context.Context, c *s3.Client) error {
	if _, err := c.PutObject(ctx, put("a", long)); err != nil {
		return err
	}
	body, err := read(ctx, c, "a", "")
	if err != nil {
		var rest []byte
		rest, err = read(ctx, c, "a", fmt.Sprintf("bytes=%d-", len(body)))
		body = append(body, rest...)
	}
	if err == nil && string(body) != long {
		err = errors.New("other bytes")
	}
	return err
}

func readTwice(ctx context.Context, c *s3.Client) error {
	if _, err := c.PutObject(ctx, put("a", long)); err != nil {
		return err
	}
	if _, err := read(ctx, c, "a", ""); err == nil {
		return nil
	}
	_, err := read(ctx, c, "a", "")
	return err
}

func deleteAndForget(ctx context.Context, c *s3.Client) error {
	var all []types.ObjectIdentifier
	for _, key := range []string{"d/1", "d/2"} {
		if _, err := c.PutObject(ctx, put(key, key)); err != nil {
			return err
		}
		all = append(all, types.ObjectIdentifier{Key: aws.String(key)})
	}
	_, err := c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{Objects: all}})
	return err
}

// upload sends two parts; one that fails is left out where it forgets.
func upload(forgets bool) job {
	return func(ctx context.Context, c *s3.Client) error {
		made, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: aws.String("u")})
		if err != nil {
			return err
		}
		var done []types.CompletedPart
		for number, body := range [][]byte{bytes.Repeat([]byte("x"), 5<<20), []byte("end")} {
			n := aws.Int32(int32(number + 1))
			part, err := c.UploadPart(ctx, &s3.UploadPartInput{
				Bucket: bucket, Key: made.Key, UploadId: made.UploadId, PartNumber: n, Body: bytes.NewReader(body),
			})
			switch {
			case err == nil:
				done = append(done, types.CompletedPart{PartNumber: n, ETag: part.ETag})
			case !forgets:
				return err
			}
		}
		_, err = c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: bucket, Key: made.Key, UploadId: made.UploadId,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: done},
		})
		return err
	}
}

// withoutIDs takes the SDK's ids of calls away.
func withoutIDs(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		_, err := stack.Build.Remove("ClientRequestID")
		return err
	})
}

// checking has the SDK hold bodies against their checksums, which it does not without a
// configuration.
func checking(o *s3.Options) {
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported
	o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
}

// played runs a job in a world with fault rules, and is its record.
func played(t *testing.T, stage *launch.Stage, faults string, do job, options ...func(*s3.Options)) *finding.Run {
	t.Helper()
	w, err := stage.World("plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r := &finding.Run{}
	if faults != "" {
		r.Case = finding.Case{Name: faults, Faults: faults}
		if err := w.SetFaults([]byte(faults)); err != nil {
			t.Fatal(err)
		}
	}
	app := w.Scenario.Callers["app"]
	credentials := aws.Credentials{AccessKeyID: app.AccessKeyID, SecretAccessKey: app.SecretAccessKey}
	connections := &http.Client{Transport: &http.Transport{}}
	client := s3.New(s3.Options{
		HTTPClient: connections,
		Region:     w.Scenario.Region, BaseEndpoint: aws.String(w.Scenario.Endpoint), UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil }),
	}, options...)
	if r.Before, err = w.Contents(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Ending.Printed = 1
	if err := do(t.Context(), client); err != nil {
		r.Ending.Exit, r.Ending.Output = 1, err.Error()
	}
	connections.CloseIdleConnections() // as a program does that ends
	w.Settle(t.Context(), time.Minute)
	if r.After, err = w.Contents(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Requests, r.Forgotten = w.Requests()
	return r
}

const (
	slowFirst = `{"use": "slow-down-first"}`
	slowEight = `[{"name": "slow", "match": {"operation": "PutObject"}, "when": {"first": 8},
		"effect": {"error": {"code": "SlowDown"}}}]`
	slowPuts = `[{"name": "slow", "match": {"operation": "PutObject"}, "effect": {"error": {"code": "SlowDown"}}}]`
	slowPart = `[{"name": "slow", "match": {"operation": "UploadPart", "part": 2},
		"effect": {"error": {"code": "SlowDown"}}}]`
	changed = `[{"name": "changed", "match": {"operation": "GetObject"}, "when": {"first": 1},
		"effect": {"corrupt": {"at": 9}}}]`
	lostDone = `[{"name": "lost", "match": {"operation": "CompleteMultipartUpload"}, "when": {"first": 1},
		"stage": "after_commit", "effect": {"reset": true}}]`
)

// What is found in what real clients do, as our journal has it.
func TestRealRuns(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	stage, err := launch.Open(t.Context(), launch.Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stage.Close() })
	for name, row := range map[string]struct {
		faults  string
		do      job
		options settings
		want    []string
	}{
		"eight of one key":                  {slowEight, eightOfOneKey, nil, []string{"good"}},
		"eight of one key, without ids":     {slowEight, eightOfOneKey, settings{withoutIDs}, []string{"cannot-say"}},
		"two hundred keys":                  {slowFirst, twoHundredKeys, nil, []string{"good"}},
		"two hundred keys, without ids":     {slowFirst, twoHundredKeys, settings{withoutIDs}, []string{"good"}},
		"a lost write":                      {slowPuts, putAndForget, nil, []string{"lost-write"}},
		"a changed byte that was refused":   {`{"use": "corrupted"}`, putAndForget, nil, []string{"lost-write"}},
		"a reset before the answer":         {`{"use": "reset-before"}`, putAndForget, nil, []string{"good"}},
		"a reset within the body":           {`{"use": "reset-within"}`, putAndForget, nil, []string{"good"}},
		"its own object in the way":         {`{"use": "lost-answer"}`, putNew, nil, []string{"unsafe-retry"}},
		"its own object, known":             {`{"use": "lost-answer"}`, putNewAndLook, nil, []string{"good"}},
		"a short read, believed":            {`{"use": "truncated"}`, readAndBelieve, nil, []string{"bad-read"}},
		"a short read, gone on with":        {`{"use": "truncated"}`, readAndGoOn, nil, []string{"good"}},
		"keys refused behind the status":    {`{"use": "error-in-200"}`, deleteAndForget, nil, []string{"lost-write"}},
		"a part left out":                   {slowPart, upload(true), nil, []string{"lost-write"}},
		"a part that fails, and it says so": {slowPart, upload(false), nil, []string{"left-behind"}},
		"the first step lost":               {`{"use": "lost-answer"}`, upload(false), nil, []string{"left-behind"}},
		"the last step lost":                {lostDone, upload(false), nil, []string{"good"}},
		"nothing strikes":                   {slowPart, putAndForget, nil, []string{"rule-never-struck"}},
		"a changed byte, read again":        {changed, readTwice, settings{checking}, []string{"good"}},
		"a changed byte, unnoticed":         {changed, readTwice, nil, []string{"bad-read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := played(t, stage, row.faults, row.do, row.options...)
			r.Baselines = &finding.Baselines{played(t, stage, "", row.do), played(t, stage, "", row.do)}
			var kinds []string
			found := finding.Of(r)
			for _, f := range found {
				kinds = append(kinds, string(f.Kind))
			}
			if kinds = slices.Compact(kinds); !slices.Equal(kinds, row.want) { // a doubt may be told in two ways
				t.Errorf("found %+v, want %q; it ended with %q", found, row.want, r.Ending.Output)
				for _, e := range r.Requests {
					t.Logf("%s %s %s %d %s %s %+v", e.Time.Format("05.000"),
						e.Operation, e.Key, e.Status, e.Code, e.Invocation, e.Fault)
				}
			}
			if b := finding.Of(r.Baselines[0]); b[0].Kind != finding.Good {
				t.Errorf("the baseline: %+v", b)
			}
		})
	}
}
