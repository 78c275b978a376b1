#!/usr/bin/env bash
# One would guess that the `s3` command of libs3, which prints "ERROR: ErrorAccessDenied" when a put is refused, then
# exits with something else than 0, as every other S3 command-line client does.
# What happens (libs3 2.0-4 of Debian 12, 2026-11-29): put, get, delete and copy print the error and exit 0.
# Why an S3 user meets it: the tool is for scripts, `s3 put ... && rm FILE` loses the file.
# Source: this run; the package's manual names no exit codes.
. "$(dirname "$0")/setup.sh"
debian_packages libs3-2=2.0-4
serve SEED='["there"]' DENY=secret
export S3_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY S3_HOSTNAME=$host
echo 'the only copy' >backup

attempt() {
  local rc=0
  timeout 60 s3 -u "$@" >out 2>&1 || rc=$?
  echo "$(sed -n 's/^ERROR: //p' out) exit $rc"
}
debian_version libs3-2
expect 'put that S3 refuses' 'ErrorAccessDenied exit 0' "$(attempt put bkt/secret filename=backup)"
expect 'delete that S3 refuses' 'ErrorAccessDenied exit 0' "$(attempt delete bkt/secret)"
expect 'get of a key that is not there' 'ErrorNoSuchKey exit 0' "$(attempt get bkt/missing)"
expect 'copy of a key that is not there' 'ErrorNoSuchKey exit 0' "$(attempt copy bkt/missing bkt/new)"
expect 'stored in the end' 'there' "$(stored)"
