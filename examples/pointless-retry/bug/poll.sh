#!/usr/bin/env bash
# Waits until the supplier has delivered its file*, and prints what there is.
set -euo pipefail

bucket=${1:-my-bucket}
tries=8
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# list prints the status of the answer, 000 where none came. curl itself tries busy answers and
# lost connections again.
list() {
    curl -sS -o "$answer" -w '%{http_code}' --max-time 10 --retry 2 --retry-all-errors \
        --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
        -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
        ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} \
        "$AWS_ENDPOINT_URL/$bucket?list-type=2&prefix=file" || true
}

delivered() { grep -o '<Key>[^<]*' "$answer" | sed 's/<Key>/delivered /'; }

for ((try = 0; try < tries; try++)); do
    status=$(list)
    case $status in
    200) delivered && exit ;;
    *) echo "$status $(cat "$answer")" >&2 ;; # BUG: AccessDenied is the same at each try
    esac
    sleep 0.1
done
echo "nothing came in $tries tries" >&2
exit 1
