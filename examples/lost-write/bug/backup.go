// Command backup is a nightly backup: it puts the dump of each table into a bucket.
package main

import (
	"bytes"
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

var tables = []string{"customers", "orders", "stock"}

func main() {
	bucket := "my-bucket"
	if len(os.Args) > 1 {
		bucket = os.Args[1]
	}
	if err := backup(context.Background(), bucket); err != nil {
		log.Fatal(err)
	}
	fmt.Println("backed up", len(tables), "tables")
}

func backup(ctx context.Context, bucket string) error {
	patience := awshttp.NewBuildableClient().WithTimeout(10 * time.Second)
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(patience))
	if err != nil {
		return err
	}
	client := s3.NewFromConfig(cfg)
	for _, table := range tables {
		_, err := client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String(bucket), Key: aws.String("backup/" + table + ".csv"), Body: bytes.NewReader(dump(table)),
		})
		if err != nil {
			log.Printf("%s: %v", table, err) // BUG: a line in a log that nobody reads, and the exit code is 0
		}
	}
	return nil
}

func dump(table string) []byte {
	var rows bytes.Buffer
	for row := range 200 {
		fmt.Fprintf(&rows, "%s,%d\n", table, row)
	}
	return rows.Bytes()
}
