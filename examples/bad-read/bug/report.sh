#!/usr/bin/env bash
# Writes the month's sales into a bucket, reads them back and prints their total.
set -eu

bucket=${1:-my-bucket}
key=reports/2026-11.csv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sales() { for number in {1..400}; do echo "order-$number,$((number * 10))"; done; }
sum_of() { openssl dgst -sha256 -binary "$1" | base64; }

# s3 METHOD [OPTION...]: the answer's body is printed.
s3() {
    local method=$1
    shift
    curl -sS --fail --max-time 10 --retry 2 -X "$method" \
        --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
        -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
        ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} "$@" "$AWS_ENDPOINT_URL/$bucket/$key"
}

sales >"$work/sales.csv"
s3 PUT -H "x-amz-checksum-sha256: $(sum_of "$work/sales.csv")" --data-binary "@$work/sales.csv"
# BUG: the exit code of a pipe is that of its end, and awk is content with what curl got
s3 GET | awk -F, '{total += $2} END {if (NR == 0) exit 1; print "total", total}'
