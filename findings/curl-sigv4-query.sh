#!/usr/bin/env bash
# One would guess that curl --aws-sigv4 signs any URL that curl fetches, as the SDKs do.
# What happens (curl 7.88.1, Debian 12; 2026-11-30): it signs the query as it was typed. ?policy is signed without the =
# that SigV4 puts behind a name without a value, parameters that are not in the order of their names are signed unsorted,
# and in path and query what SigV4 encodes (/ = : @ ( ) , ! and letters beyond ASCII) is signed bare. Each is one
# SignatureDoesNotMatch; with the same URL written as SigV4 writes it the signature is right.
# Why an S3 user meets it: a bucket's policy, tags or versions by curl, a listing with prefix=a/, keys like day=01/part.
# Source: this run, held against the signer of AWS's SDK for JavaScript.
. "$(dirname "$0")/setup.sh"
debian_packages curl=7.88.1-10+deb12u15
npm_packages @smithy/signature-v4@5.3.8 @aws-crypto/sha256-js@5.2.0
cat >verify.mjs <<'EOF'
import http from 'node:http';
import { writeFileSync } from 'node:fs';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
const signer = new SignatureV4({
  service: 's3', region: 'us-east-1', credentials: { accessKeyId, secretAccessKey }, sha256: Sha256,
  uriEscapePath: false, applyChecksum: false,
});
// The signature that the SDK has for what arrived: its path, its query, the headers that were signed.
async function signed(req) {
  const [raw, search = ''] = req.url.split('?');
  const names = /SignedHeaders=([^,]+)/.exec(req.headers.authorization)[1].split(';');
  const headers = Object.fromEntries(names.map((name) => [name, req.headers[name]]));
  const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = Object.fromEntries([...new URLSearchParams(search)]);
  const path = raw.split('/').map((part) => encode(decodeURIComponent(part))).join('/');
  const date = headers['x-amz-date'].replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5');
  const request = { method: req.method, protocol: 'http:', hostname: req.headers.host, path, query, headers };
  return (await signer.sign(request, { signingDate: new Date(date) })).headers.authorization;
}
const signature = (authorization) => /Signature=(\w+)/.exec(authorization)[1];
const server = http.createServer(async (req, res) => {
  const same = signature(req.headers.authorization) === signature(await signed(req));
  res.end(same ? 'right' : 'does not match');
});
server.listen(0, '127.0.0.1', () => writeFileSync('port', String(server.address().port)));
EOF
start node verify.mjs
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
signature_of() { # URL
  curl -s --aws-sigv4 aws:amz:us-east-1:s3 --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "http://127.0.0.1:$(cat port)$1"
}

debian_version curl
expect 'a key' right "$(signature_of /bkt/file.txt)"
expect '?policy' 'does not match' "$(signature_of '/bkt?policy')"
expect '?policy=' right "$(signature_of '/bkt?policy=')"
expect 'unsorted parameters' 'does not match' "$(signature_of '/bkt?prefix=a&list-type=2')"
expect 'sorted parameters' right "$(signature_of '/bkt?list-type=2&prefix=a')"
expect 'prefix=a/b' 'does not match' "$(signature_of '/bkt?list-type=2&prefix=a/b')"
expect 'prefix=a%2Fb' right "$(signature_of '/bkt?list-type=2&prefix=a%2Fb')"
expect 'the key day=01/part' 'does not match' "$(signature_of /bkt/day=01/part)"
expect 'the key day%3D01/part' right "$(signature_of /bkt/day%3D01/part)"
