#!/usr/bin/env bash
# One would guess that AWS_ENDPOINT_URL, which has the AWS SDK for Go send the calls of all services elsewhere, has it send
# the exchange of a web identity token there as well.
# What happens (github.com/aws/aws-sdk-go-v2/config v1.33.18; 2026-12-01): the program's own client of STS goes to the
# address, and the token of AWS_WEB_IDENTITY_TOKEN_FILE goes to the real sts.us-east-1.amazonaws.com all the same.
# AWS_ENDPOINT_URL_STS is obeyed by both.
# Why an S3 user meets it: a pod's program in a test environment, pointed at a local endpoint by one variable, sends the
# pod's token to AWS, and has no credentials in the end.
# Source: this run; what the variable is for: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
. "$(dirname "$0")/setup.sh"
mkdir program && cd program
go_modules github.com/aws/aws-sdk-go-v2/config@v1.33.18
cat >main.go <<'EOF'
// Prints where a call of STS by the program, and the exchange of its token, were sent.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// told keeps the host of the first request, and sends nothing.
type told struct{ host string }

func (t *told) Do(r *http.Request) (*http.Response, error) {
	if t.host == "" {
		t.host = r.URL.Host
	}
	return nil, fmt.Errorf("not sent")
}

func main() {
	ctx, exchange, call := context.Background(), &told{}, &told{}
	once := config.WithRetryMaxAttempts(1)
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(exchange), once)
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	_, _ = cfg.Credentials.Retrieve(ctx)
	cfg.HTTPClient, cfg.Credentials = call, aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "x", ""))
	_, _ = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	fmt.Printf("call to %s, token to %s\n", call.host, exchange.host)
}
EOF
{ go mod tidy && go build -o program .; } >"$work/go.log" 2>&1 || { cat "$work/go.log" >&2; exit 2; }
echo 'a.token.x' >"$work/token"
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export AWS_WEB_IDENTITY_TOKEN_FILE=$work/token AWS_ROLE_ARN=arn:aws:iam::123456789012:role/app

go list -m github.com/aws/aws-sdk-go-v2/config
expect 'AWS_ENDPOINT_URL' 'call to 127.0.0.1:9, token to sts.us-east-1.amazonaws.com' "$(AWS_ENDPOINT_URL=http://127.0.0.1:9 ./program)"
expect 'AWS_ENDPOINT_URL_STS' 'call to 127.0.0.1:9, token to 127.0.0.1:9' "$(AWS_ENDPOINT_URL_STS=http://127.0.0.1:9 ./program)"
