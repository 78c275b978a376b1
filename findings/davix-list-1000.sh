#!/usr/bin/env bash
# One would guess that davix, CERN's client for grid storage and S3, lists a bucket page by page.
# What happens (davix 0.8.4 of Debian 12, 2026-11-29): davix-ls asks once, for max-keys=10000, and with -r for
# max-keys=999999999. S3 gives at most 1,000 and says IsTruncated; davix reads neither, prints 1,000 names, exits 0.
# Why an S3 user meets it: davix is what ROOT and gfal2 speak to S3 with. S3 servers that honour a larger
# max-keys hide it, so it shows on the day that the data moves to S3 itself.
# Source: this run.
. "$(dirname "$0")/setup.sh"
debian_packages davix=0.8.4-3
serve SEED=2500
names() {
  local keys=(--s3accesskey "$AWS_ACCESS_KEY_ID" --s3secretkey "$AWS_SECRET_ACCESS_KEY")
  local rc=0
  timeout 60 davix-ls "$@" "${keys[@]}" --s3region us-east-1 --s3alternate "s3://$host/bkt/" >names || rc=$?
  echo "$(wc -l <names) names, exit $rc"
}

debian_version davix
expect 'in the bucket' 2500 "$(stored | wc -w)"
expect 'davix-ls' '1000 names, exit 0' "$(names)"
expect 'davix-ls -r 2' '1000 names, exit 0' "$(names -r 2)"
expect 'requests' 'max-keys=10000 max-keys=999999999' "$(asked | grep -o 'max-keys=[0-9]*' | xargs)"
