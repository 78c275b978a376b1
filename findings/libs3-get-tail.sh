#!/usr/bin/env bash
# One would guess that `s3 get BUCKET/KEY filename=FILE` of libs3 leaves in FILE what is in the object.
# What happens (libs3 2.0-4 of Debian 12, 2026-11-29): it writes into the FILE that is there, from the start, and does
# not cut it: where the object is shorter than the old file, the old file's end stays. Exit code 0.
# Why an S3 user meets it: who fetches a list, a certificate or a dump again each night gets a mixture on the day that
# it has become shorter.
# Source: this run.
. "$(dirname "$0")/setup.sh"
debian_packages libs3-2=2.0-4
serve SEED='["today"]'
export S3_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY S3_HOSTNAME=$host
fetch() {
  local rc=0
  timeout 60 s3 -u get bkt/today filename="$1" >out 2>&1 || rc=$?
  echo "exit $rc, $(cat "$1")"
}

debian_version libs3-2
expect 'the object' hello "$(curl -s "http://$host/bkt/today")"
expect 'fetched into a new file' 'exit 0, hello' "$(fetch new)"
echo 'as it was last night' >old
expect 'fetched over a longer file' 'exit 0, hello was last night' "$(fetch old)"
