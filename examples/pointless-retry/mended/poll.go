// Command poll waits until the supplier has delivered its file*, and prints what there is.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const tries, pause = 8, 100 * time.Millisecond

func main() {
	bucket := "my-bucket"
	if len(os.Args) > 1 {
		bucket = os.Args[1]
	}
	ctx := context.Background()
	patience := awshttp.NewBuildableClient().WithTimeout(10 * time.Second)
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(patience))
	if err != nil {
		log.Fatal(err)
	}
	if err := wait(ctx, s3.NewFromConfig(cfg), bucket); err != nil {
		log.Fatal(err)
	}
}

func wait(ctx context.Context, client *s3.Client, bucket string) error {
	for range tries {
		count, err := delivered(ctx, client, bucket)
		if err != nil {
			return err
		}
		if count > 0 {
			return nil
		}
		time.Sleep(pause)
	}
	return fmt.Errorf("nothing came in %d tries", tries)
}

func delivered(ctx context.Context, client *s3.Client, bucket string) (count int, err error) {
	page, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String("file")})
	if err != nil {
		return 0, err
	}
	for _, found := range page.Contents {
		fmt.Println("delivered", *found.Key)
	}
	return len(page.Contents), nil
}
