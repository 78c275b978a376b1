#!/usr/bin/env bash
# One would guess that the schemas for S3's events in AWS's own Powertools for Lambda take every event that S3 sends.
# What happens (@aws-lambda-powertools/parser 2.35.0, zod 4.6.7, 2026-11-29): the address that the request came from has
# to be an IPv4 address or the text s3.amazonaws.com, in the S3 notification and in the EventBridge event alike. One
# upload over IPv6 and the whole batch of records is "Invalid IPv4 address".
# Why an S3 user meets it: clients of the dual-stack endpoints (AWS_USE_DUALSTACK_ENDPOINT=true, or a browser with a
# presigned URL of such an endpoint) come over IPv6 where they have it, and the Lambda that works in the office fails
# for some customers' uploads, again and again, as S3's events are retried.
# Source: the event is AWS's documented structure with documentation addresses (RFC 3849, RFC 5737); this run.
. "$(dirname "$0")/setup.sh"
npm_packages @aws-lambda-powertools/parser@2.35.0 zod@4.6.7
cat >parse.mjs <<'EOF'
import { S3EventNotificationEventBridgeSchema, S3Schema } from '@aws-lambda-powertools/parser/schemas/s3';

const tag = 'd41d8cd98f00b204e9800998ecf8427e', id = 'EXAMPLE123456789';
const notification = (sourceIPAddress) => ({
  Records: [{
    eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-1', eventTime: '2026-01-02T03:04:05.678Z',
    eventName: 'ObjectCreated:Put', userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
    requestParameters: { sourceIPAddress }, responseElements: { 'x-amz-request-id': id, 'x-amz-id-2': 'EXAMPLE' },
    s3: {
      s3SchemaVersion: '1.0', configurationId: 'uploads',
      bucket: { name: 'bkt', ownerIdentity: { principalId: 'A3EXAMPLE' }, arn: 'arn:aws:s3:::bkt' },
      object: { key: 'k', size: 5, eTag: tag, sequencer: '0055AED6DCD90281E5' },
    },
  }],
});
const bridged = (address) => ({
  version: '0', id: '17793124-05d4-b198-2fde-7ededc63b103', 'detail-type': 'Object Created', source: 'aws.s3',
  account: '111122223333', time: '2026-01-02T03:04:05Z', region: 'us-east-1', resources: ['arn:aws:s3:::bkt'],
  detail: {
    version: '0', bucket: { name: 'bkt' }, object: { key: 'k', size: 5, etag: tag, sequencer: '0055AED6DCD90281E5' },
    'request-id': id, requester: '111122223333', 'source-ip-address': address, reason: 'PutObject',
  },
});
const [, , form, address] = process.argv;
const [schema, event] = form === 'bridged'
  ? [S3EventNotificationEventBridgeSchema, bridged(address)] : [S3Schema, notification(address)];
const { success, error } = schema.safeParse(event);
console.log(success ? 'taken' : error.issues.map(({ path, message }) => `${path.at(-1)}: ${message}`).join());
EOF

npm_version @aws-lambda-powertools/parser
expect 'notification, 192.0.2.3' taken "$(node parse.mjs notification 192.0.2.3)"
expect 'notification, 2001:db8::1' 'sourceIPAddress: Invalid IPv4 address' "$(node parse.mjs notification 2001:db8::1)"
expect 'EventBridge, 192.0.2.3' taken "$(node parse.mjs bridged 192.0.2.3)"
expect 'EventBridge, 2001:db8::1' 'source-ip-address: Invalid IPv4 address' \
  "$(node parse.mjs bridged 2001:db8::1)"
