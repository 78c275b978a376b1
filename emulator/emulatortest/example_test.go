package emulatortest_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/journal"
)

// t is the *testing.T of your test.
var t example

type example struct{ testing.TB }

func (example) Helper()                           {}
func (example) Cleanup(func())                    {}
func (example) Fatalf(format string, args ...any) { log.Fatalf(format, args...) }

// The program under test is refused, and the test asks why.
func Example() {
	srv := emulatortest.Start(t, "ip-deny")
	client := sdkv2.S3(t, srv, "app")

	_, err := client.GetObject(context.Background(), &s3.GetObjectInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("file.txt"),
	})
	fmt.Println("refused:", err != nil)

	requests := srv.Requests()
	last := requests[len(requests)-1]
	fmt.Println(last.Caller, last.Operation, last.Status, last.Code)
	if finding, ok := srv.Why(last.RequestID).Behind(); ok {
		fmt.Println(finding.Layer, finding.Statement.Sid)
	}

	fmt.Println("fixed:", srv.Fix() == nil)
	_, err = client.GetObject(context.Background(), &s3.GetObjectInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("file.txt"),
	})
	fmt.Println("refused:", err != nil)
	// Output:
	// refused: true
	// app GetObject 403 AccessDenied
	// bucket-policy OfficeOnly
	// fixed: true
	// refused: false
}

// The first answer is an error that clients try again after, and the journal has both.
func ExampleServer_AddFault() {
	srv := emulatortest.Start(t, "plain")
	srv.AddFault(`{match: {operation: PutObject}, when: {first: 1}, effect: {error: {code: SlowDown}}}`)

	_, err := sdkv2.S3(t, srv, "app").PutObject(context.Background(), &s3.PutObjectInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("new.txt"), Body: strings.NewReader("hello"),
	})
	fmt.Println("error:", err)
	for _, r := range srv.Requests(journal.Filter{Operation: []string{"writes"}}) {
		fmt.Println(r.Operation, r.Status, r.Code)
	}
	// Output:
	// error: <nil>
	// PutObject 503 SlowDown
	// PutObject 200
}
