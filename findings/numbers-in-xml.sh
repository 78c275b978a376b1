#!/usr/bin/env bash
# One would guess that a key or the value of a tag comes back from an S3 library as the text that S3 sent.
# What happens (2026-11-29): three npm libraries give XML to a parser that turns text which looks like a number or a
# boolean into one.
#   minio 8.0.7: listObjectsV2() names 007 "7", 0x1F "31" and 1.10 "1.1", so that to list and remove 007 removes 7. Its
#     listObjects(), over the older call, is right. A tag's value "1.10" comes back as the number 1.1.
#   lean-s3 0.6.3: keys come as numbers, 1e3 as 1000.
#   @aws-lite/s3 0.2.7: the same; its own DeleteObject then says that Key must be a string.
# Why an S3 user meets it: partitions (2026/, 007), versions (1.10), build numbers, hex hashes are keys and tags.
# Source: this run.
. "$(dirname "$0")/setup.sh"
npm_packages minio@8.0.7 @aws-lite/client@0.23.7 @aws-lite/s3@0.2.7 lean-s3@0.6.3
cat >minio.mjs <<'EOF'
import { Client } from 'minio';
const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = process.env;
const [, , port, call, prefix = ''] = process.argv;
const address = { endPoint: '127.0.0.1', port: Number(port), useSSL: false };
const s3 = new Client({ ...address, region: 'us-east-1', accessKey, secretKey });
if (call === 'remove') {
  for await (const { name } of s3.listObjectsV2('bkt', prefix, true)) await s3.removeObject('bkt', name);
} else if (call === 'tags') {
  await s3.setObjectTagging('bkt', '7', { version: '1.10' });
  console.log(JSON.stringify((await s3.getObjectTagging('bkt', '7'))[0].Value));
} else {
  const names = [];
  for await (const { name } of s3[call]('bkt', prefix, true)) names.push(name);
  console.log(JSON.stringify(names));
}
EOF
cat >aws-lite.mjs <<'EOF'
import awsLite from '@aws-lite/client';
const { s3 } = await awsLite({ endpoint: process.argv[2], plugins: [import('@aws-lite/s3')] });
const { Contents } = await s3.ListObjectsV2({ Bucket: 'bkt', Prefix: process.argv[3] ?? '' });
console.log(JSON.stringify(Contents.map(({ Key }) => Key)));
for (const { Key } of Contents) {
  await s3.DeleteObject({ Bucket: 'bkt', Key }).catch(({ message }) => console.log(message.split('\n').at(-1)));
}
EOF
cat >lean.mjs <<'EOF'
import { S3Client } from 'lean-s3';
const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
const endpoint = process.argv[2];
const s3 = new S3Client({ endpoint, region: 'us-east-1', bucket: 'bkt', accessKeyId, secretAccessKey });
console.log(JSON.stringify((await s3.list()).contents.map(({ key }) => key)));
EOF
run() { timeout 60 node "$@"; }
serve SEED='["007", "0x1F", "1.10", "1e3", "7", "true"]'

npm_version minio
expect listObjects '["007","0x1F","1.10","1e3","7","true"]' "$(run minio.mjs "$port" listObjects)"
expect listObjectsV2 '["7","31","1.1","1e3","7","true"]' "$(run minio.mjs "$port" listObjectsV2)"
expect 'tag "1.10", read back' 1.1 "$(run minio.mjs "$port" tags)"
run minio.mjs "$port" remove 00
expect 'stored, once what starts with 00 was listed and removed' '007 0x1F 1.10 1e3 true' "$(stored)"
npm_version lean-s3
expect list '[7,31,1.1,1000,true]' "$(run lean.mjs "http://$host")"
npm_version @aws-lite/s3
listed=$(run aws-lite.mjs "http://$host" 00 | paste -sd' ')
expect 'ListObjectsV2, then DeleteObject' "[7] - Parameter 'Key' must be: string" "$listed"
