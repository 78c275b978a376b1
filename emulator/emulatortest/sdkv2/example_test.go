package sdkv2_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

type stub struct{ testing.TB }

func (stub) Helper()                           {}
func (stub) Cleanup(func())                    {}
func (stub) Fatalf(format string, args ...any) { log.Fatalf(format, args...) }

// The SDK's own client reads what S3 would have said.
func Example() {
	var t stub // the *testing.T of your test
	srv := emulatortest.Start(t, "ip-deny")
	client := sdkv2.S3(t, srv, "app")

	_, err := client.GetObject(context.Background(), &s3.GetObjectInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("file.txt"),
	})
	var refused smithy.APIError
	fmt.Println(errors.As(err, &refused) && refused.ErrorCode() == "AccessDenied")
	// Output: true
}
