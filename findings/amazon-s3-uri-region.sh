#!/usr/bin/env bash
# One would guess that amazon-s3-uri, made to tell bucket and region of an S3 address, tells the region that is in it.
# What happens (amazon-s3-uri 1.0.0, 2026-11-29): it takes whatever stands behind "s3-" for the region. The region of a
# FIPS endpoint is "fips", of a transfer-accelerated one "accelerate", of an access point "accesspoint" with the name
# and account of the access point as bucket; nothing is thrown. Dual-stack addresses are right.
# Why an S3 user meets it: the answer goes straight into `new S3Client({ region })`, where it becomes a host that does
# not exist, or a signature for the wrong region. AWS prints these hosts itself (presigned URLs with FIPS or
# acceleration on).
# Source: this run; the forms of hosts are in AWS's list of S3 endpoints.
. "$(dirname "$0")/setup.sh"
npm_packages amazon-s3-uri@1.0.0
cat >read.js <<'EOF'
const { bucket, region } = require('amazon-s3-uri')(process.argv[2]);
console.log(bucket, region);
EOF
read_uri() { node read.js "$1"; }

npm_version amazon-s3-uri
expect 'dual-stack' 'bkt us-west-2' "$(read_uri https://bkt.s3.dualstack.us-west-2.amazonaws.com/k)"
expect 'FIPS' 'bkt fips' "$(read_uri https://bkt.s3-fips.us-west-2.amazonaws.com/k)"
expect 'acceleration' 'bkt accelerate' "$(read_uri https://bkt.s3-accelerate.amazonaws.com/k)"
expect 'access point' 'ap-111122223333 accesspoint' \
  "$(read_uri https://ap-111122223333.s3-accesspoint.us-west-2.amazonaws.com/k)"
