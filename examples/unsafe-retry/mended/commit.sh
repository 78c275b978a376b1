#!/usr/bin/env bash
# Commits version 1 of a table: whoever writes its manifest first has won.
set -euo pipefail

bucket=${1:-my-bucket}
key=orders/_versions/1.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# s3 METHOD FILE [OPTION...]: the answer's body is in FILE, its status is printed: 000 where none came.
s3() {
    local method=$1 file=$2
    shift 2
    curl -sS -o "$file" -w '%{http_code}' --max-time 10 -X "$method" \
        --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
        -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
        ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} \
        "$@" "$AWS_ENDPOINT_URL/$bucket/$key" || true
}

sum_of() { openssl dgst -sha256 -binary "$1" | base64; }
fail() { echo "$key: $*" >&2 && exit 1; }

# What was written and not answered is there when it is tried again: it may be our own.
is_ours() { [ "$(s3 GET "$work/there")" = 200 ] && cmp -s "$work/there" "$work/manifest"; }

echo "{\"writer\": \"$HOSTNAME-$$-$RANDOM\", \"files\": [\"data/1.parquet\", \"data/2.parquet\"]}" >"$work/manifest"
for pause in 0.2 0.4 0; do
    status=$(s3 PUT "$work/answer" -H 'If-None-Match: *' -H "x-amz-checksum-sha256: $(sum_of "$work/manifest")" \
        --data-binary "@$work/manifest")
    case $status in
    200) echo "committed $key" && exit ;;
    412) is_ours && echo "committed $key" && exit || fail 'somebody else has committed this version' ;;
    000 | 5*) sleep "$pause" ;;
    *) fail "$status $(cat "$work/answer")" ;;
    esac
done
fail "no answer: $status"
