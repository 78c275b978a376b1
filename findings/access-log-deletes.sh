#!/usr/bin/env bash
# One would guess that tools with a format for S3's server access log read what S3 writes into it.
# What happens (2026-11-29), with five lines of one morning: two GETs, two objects of a DeleteObjects, one expired by a
# lifecycle rule.
#   goaccess 1.7 (--log-format=AWSS3): counts the GETs; the deletions are "failed requests", none is in the report.
#   go-grok 0.3.1 (S3_ACCESS_LOG): the deletions give an empty map and no error.
#   lnav 0.11.1 (s3_log): recognises no line at all; it stops before the fields that S3 adds since 2022 (access point,
#     ACL required). Cut back to the fields of 2019 it reads the GETs.
# Such lines have - where a request has "GET ...", with no quotes around it in DeleteObjects' case.
# Why an S3 user meets it: who deleted the data is what one reads this log for.
# Source: the lines follow ceph/s3-tests#732 and awsdocs/amazon-s3-developer-guide#94 (names replaced); this run.
. "$(dirname "$0")/setup.sh"
debian_packages goaccess=1:1.7-1 lnav=0.11.1-3
owner=79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be
line() { # REQUESTER OPERATION KEY, and the fields from request to user agent
  local requester=$1 operation=$2
  shift 2
  echo "$owner bkt [06/Feb/2026:00:00:38 +0000] 192.0.2.3 $requester 3E57427F3EXAMPLE $operation $*" \
    "- EXAMPLEHOSTID= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader bkt.s3.us-east-1.amazonaws.com TLSv1.3 - -"
}
user=arn:aws:iam::111122223333:user/app
{
  line $user REST.GET.OBJECT a.txt '"GET /a.txt HTTP/1.1" 200 - 5 5 20 19 "-" "aws-sdk"'
  line $user REST.GET.OBJECT b.txt '"GET /b.txt HTTP/1.1" 403 AccessDenied 243 - 9 - "-" "aws-sdk"'
  line $user BATCH.DELETE.OBJECT a.txt '- 204 - - 5 - - - -'
  line $user BATCH.DELETE.OBJECT b.txt '- 204 - - 5 - - - -'
  line AmazonS3 S3.EXPIRE.OBJECT c.txt '"-" - - - 5 - - "-" "-"' |
    sed 's/ 192.0.2.3 / - /; s/ SigV4.*/ - - - - - - -/'
} >access.log

goaccess --version | sed -n 1p
goaccess --no-global-config --log-format=AWSS3 -o report.json - <access.log >/dev/null 2>&1
general() { node -p "require('./report.json').general.$1"; }
expect 'valid and failed requests of 5 lines' '2 3' "$(general valid_requests) $(general failed_requests)"
expect 'words like DELETE in the report' 0 "$(grep -ci delete report.json || true)"

mkdir grok && cd grok
cat >main.go <<'EOF'
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/elastic/go-grok"
	"github.com/elastic/go-grok/patterns"
)

func main() {
	g, err := grok.NewWithPatterns(patterns.AWS, patterns.Default)
	if err == nil {
		err = g.Compile("%{S3_ACCESS_LOG}", true)
	}
	if err != nil {
		panic(err)
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fields, err := g.ParseString(lines.Text())
		fmt.Print(len(fields), " (", err, ") ")
	}
}
EOF
go_modules github.com/elastic/go-grok@v0.3.1
echo "go-grok $(go list -m -f '{{.Version}}' github.com/elastic/go-grok)"
expect 'fields (and error) of each line' '24 (<nil>) 23 (<nil>) 0 (<nil>) 0 (<nil>) 0 (<nil>)' \
  "$(go run . <../access.log | xargs)"
cd ..

lnav -V
read_by_lnav() { lnav -n -c ';select count(op) as lines from s3_log' "$1" | grep -o '[0-9]*' | tail -1; }
expect 'lines' 0 "$(read_by_lnav access.log)"
sed 's/ - -$//' access.log >access-2019.log
expect 'lines without the last two fields' 2 "$(read_by_lnav access-2019.log)"
