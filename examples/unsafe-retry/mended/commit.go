// Command commit commits version 1 of a table: whoever writes its manifest first has won.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

var bucket, key = "my-bucket", "orders/_versions/1.json"

func main() {
	if len(os.Args) > 1 {
		bucket = os.Args[1]
	}
	ctx := context.Background()
	patience := awshttp.NewBuildableClient().WithTimeout(10 * time.Second)
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(patience))
	if err != nil {
		log.Fatal(err)
	}
	manifest := fmt.Appendf(nil, `{"writer": %q, "files": ["data/1.parquet", "data/2.parquet"]}`, rand.Text())
	switch ours, err := commit(ctx, s3.NewFromConfig(cfg), manifest); {
	case err != nil:
		log.Fatal(err)
	case !ours:
		log.Fatalf("%s: somebody else has committed this version", key)
	}
	fmt.Println("committed", key)
}

// commit says whether the manifest is this table's version 1.
func commit(ctx context.Context, client *s3.Client, manifest []byte) (ours bool, err error) {
	_, err = client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(manifest), IfNoneMatch: aws.String("*"),
	})
	if refused := smithy.APIError(nil); !errors.As(err, &refused) || refused.ErrorCode() != "PreconditionFailed" {
		return err == nil, err
	}
	// The SDK tries again what was written and not answered: it may be our own that is there.
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return false, err
	}
	defer out.Body.Close()
	there, err := io.ReadAll(out.Body)
	return bytes.Equal(there, manifest), err
}
