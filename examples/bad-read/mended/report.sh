#!/usr/bin/env bash
# Writes the month's sales into a bucket, reads them back and prints their total.
set -euo pipefail

bucket=${1:-my-bucket}
key=reports/2026-11.csv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sales() { for number in {1..400}; do echo "order-$number,$((number * 10))"; done; }
sum_of() { openssl dgst -sha256 -binary "$1" | base64; }

# s3 METHOD FILE [OPTION...]: the answer's body is in FILE.
s3() {
    local method=$1 file=$2 status
    shift 2
    status=$(curl -sS -o "$file" -w '%{http_code}' --max-time 10 --retry 2 --retry-all-errors -X "$method" \
        --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
        -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
        ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} \
        "$@" "$AWS_ENDPOINT_URL/$bucket/$key") || return
    [ "$status" = 200 ] || { echo "$method $key: $status $(cat "$file")" >&2 && return 1; }
}

# curl itself sees a body that is short; one that is another is told by its checksum.
get_whole() {
    local told
    for _ in 1 2 3; do
        s3 GET "$1" -H 'x-amz-checksum-mode: ENABLED' -D "$work/head" || return
        told=$(tr -d '\r' <"$work/head" | awk 'tolower($1) == "x-amz-checksum-sha256:" {sum = $2} END {print sum}')
        [ "$told" != "$(sum_of "$1")" ] || return 0
    done
    echo "$key: the checksum is $(sum_of "$1"), not $told" >&2
    return 1
}

sales >"$work/sales.csv"
s3 PUT "$work/answer" -H "x-amz-checksum-sha256: $(sum_of "$work/sales.csv")" --data-binary "@$work/sales.csv"
get_whole "$work/report.csv"
awk -F, '{total += $2} END {print "total", total}' "$work/report.csv"
