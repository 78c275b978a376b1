#!/usr/bin/env bash
# One would guess that s3-sync-client, "AWS CLI s3 sync for Node.js", syncing to s3://bucket/a with del: true deletes
# what is under a/, as `aws s3 sync --delete` does.
# What happens (s3-sync-client 4.3.1, 2026-11-29): it lists with prefix "a" and deletes every key of that beginning that
# the folder lacks: a/old, and with it ab/..., abc and the object a. With a slash at the end, s3://bucket/a/, the
# siblings stay, but the files are written to a//... and what was under a/ is deleted.
# Why an S3 user meets it: releases beside each other (v1, v10), tenants (team, team-b), a site and its backup.
# Source: this run.
. "$(dirname "$0")/setup.sh"
npm_packages s3-sync-client@4.3.1 @aws-sdk/client-s3@3.1169.0
mkdir site && echo new >site/index.html
cat >sync.mjs <<'EOF'
import { S3Client } from '@aws-sdk/client-s3';
import { S3SyncClient } from 's3-sync-client';
const [, , endpoint, target] = process.argv;
const client = new S3Client({ endpoint, forcePathStyle: true });
await new S3SyncClient({ client }).sync('site', target, { del: true });
EOF
sync_to() {
  serve SEED='["v1", "v1/old.html", "v10/index.html", "v1-backup/dump"]'
  timeout 60 node sync.mjs "http://$host" "$1"
}

npm_version s3-sync-client
sync_to s3://bkt/v1
expect 'after a sync to s3://bkt/v1' 'v1/index.html' "$(stored)"
sync_to s3://bkt/v1/
expect 'after a sync to s3://bkt/v1/' 'v1 v1-backup/dump v1//index.html v10/index.html' "$(stored)"
