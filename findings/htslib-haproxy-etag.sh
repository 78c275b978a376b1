#!/usr/bin/env bash
# One would guess that a plain HTTP proxy between htslib and an S3 server changes nothing for an upload: names of
# headers have no case.
# What happens (samtools and htslib 1.16.1, haproxy 2.6.12 of Debian 12, 2026-11-29): haproxy writes the server's
# "ETag:" as "etag:". htslib looks for "ETag: " letter by letter, takes the part for failed, aborts the upload of which
# every request was answered 200, and samtools exits 0.
# Why an S3 user meets it: haproxy in front of an own S3 (Ceph, MinIO and the like) is a usual set-up; Envoy and all of
# HTTP/2 write headers in lower case as well, and so do S3 servers written for Node.
# Source: this run.
. "$(dirname "$0")/setup.sh"
debian_packages samtools=1.16.1-1 haproxy=2.6.12-1+deb12u4
export HTS_PATH=$libraries/htslib: HTS_S3_ADDRESS_STYLE=path
printf '@SQ\tSN:chr1\tLN:1000\nread1\t0\tchr1\t100\t60\t4M\t*\t0\t0\tACGT\tIIII\n' >reads.sam
upload() {
  local rc=0
  HTS_S3_HOST=$1 timeout 60 samtools sort -O bam -o s3+http://bkt/"$2" reads.sam >/dev/null 2>err || rc=$?
  echo "exit $rc, $(wc -l <err) lines of error"
}
etag_header() { curl -s -D - -o /dev/null -X PUT -d x "http://$1/bkt/probe" | grep -io '^etag:'; }

serve
proxy=$(free_port)
cat >haproxy.cfg <<EOF
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen s3
  bind 127.0.0.1:$proxy
  server origin $host
EOF
start haproxy -db -f haproxy.cfg
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$proxy/_keys" && break; sleep 0.1; done

samtools --version | sed -n 1p
haproxy -v | sed -n 1p
expect 'header of the server' 'ETag:' "$(etag_header "$host")"
expect 'header through haproxy' 'etag:' "$(etag_header "127.0.0.1:$proxy")"
expect 'samtools to the server' 'exit 0, 0 lines of error' "$(upload "$host" direct.bam)"
expect 'samtools through haproxy' 'exit 0, 0 lines of error' "$(upload "127.0.0.1:$proxy" proxied.bam)"
expect 'stored' 'direct.bam probe' "$(stored)"
expect 'last request' 'DELETE /bkt/proxied.bam?uploadId=upload-1' "$(asked | tail -1)"
