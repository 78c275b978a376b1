// Command report writes the month's sales into a bucket, reads them back and prints their total.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var bucket, key = "my-bucket", "reports/2026-11.txt"

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
	client, sales := s3.NewFromConfig(cfg), strings.NewReader(strings.Repeat("paper 20\n", 400))
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: sales}); err != nil {
		log.Fatal(err)
	}
	total, err := read(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("total", total)
}

func read(ctx context.Context, client *s3.Client) (total int, err error) {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return 0, err
	}
	return sum(out.Body), nil
}

func sum(sales io.ReadCloser) (total int) {
	defer sales.Close()
	lines := bufio.NewScanner(sales)
	for lines.Scan() {
		var price int
		fmt.Sscanf(lines.Text(), "paper %d", &price)
		total += price
	}
	return total // BUG: Scan is false at the end of the body, and at an error as well (lines.Err)
}
