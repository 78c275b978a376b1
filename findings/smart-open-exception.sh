#!/usr/bin/env bash
# One would guess that an exception inside `with smart_open.open('s3://...', 'w')` leaves the object as it was: S3 has
# no half-written objects, and the writer is a multipart upload that can be aborted.
# What happens (smart_open 5.2.1 of Debian 12, 2026-11-29): leaving the block by the exception completes the upload.
# The whole report of yesterday is replaced by the first lines of today's.
# Why an S3 user meets it: smart_open is how gensim and many ETL scripts write to S3, and the scripts rely on S3's "all
# or nothing" for what they write.
# Source: this run.
. "$(dirname "$0")/setup.sh"
debian_packages python3-smart-open=5.2.1-5 python3-boto3
serve SEED='["report"]'
cat >write.py <<'EOF'
import sys
import boto3
import smart_open

client = boto3.client('s3', endpoint_url=sys.argv[1])
try:
    with smart_open.open('s3://bkt/report', 'w', transport_params={'client': client}) as report:
        report.write('half of it')
        raise ValueError('the source broke off')
except ValueError as broken:
    print(smart_open.__version__, 'raised', broken)
EOF
content() { curl -s "http://$host/bkt/report"; }

expect 'before' hello "$(content)"
expect 'smart_open' '5.2.1 raised the source broke off' \
  "$(PYTHONPATH=root/usr/lib/python3/dist-packages timeout 60 /usr/bin/python3 write.py "http://$host")"
expect 'after' 'half of it' "$(content)"
expect 'requests' 'POST PUT POST' "$(asked | grep -v '^GET' | cut -d' ' -f1 | xargs)"
