package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// puts is a program for audits: it writes an object into the bucket that it is told, and with
// `careless` does not mind whether that came to anything.
func puts() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err == nil {
		_, err = s3.NewFromConfig(cfg).PutObject(context.Background(), &s3.PutObjectInput{
			Bucket: aws.String(os.Args[1]), Key: aws.String("new.txt"), Body: strings.NewReader("new"),
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		if len(os.Args) < 3 {
			os.Exit(1)
		}
	}
}
