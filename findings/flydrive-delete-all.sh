#!/usr/bin/env bash
# One would guess that flydrive's disk.deleteAll('a') deletes what disk.listAll('a') lists.
# What happens (flydrive 1.3.0, 2026-11-29): listAll('a') asks for the prefix "a/", deleteAll('a') for the prefix "a":
# the folders ab and a-b go as well. Its file-system driver deletes the folder a alone. And deleteAll resolves where
# S3 refuses every key of it inside the 200 of DeleteObjects.
# Why an S3 user meets it: flydrive is AdonisJS's storage: users/1 and users/10 are what applications keep in it, with
# the file-system driver in tests and S3 in production.
# Source: this run.
. "$(dirname "$0")/setup.sh"
npm_packages flydrive@1.3.0 @aws-sdk/client-s3@3.1169.0 @aws-sdk/s3-request-presigner@3.1162.0
cat >delete-all.mjs <<'EOF'
import { mkdirSync, readdirSync } from 'node:fs';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import { S3Driver } from 'flydrive/drivers/s3';
const [, , where, folder] = process.argv;
if (where.startsWith('http')) {
  const disk = new Disk(new S3Driver({ endpoint: where, forcePathStyle: true, bucket: 'bkt', visibility: 'private' }));
  const { objects } = await disk.listAll(folder);
  console.log('lists', ...[...objects].map(({ key }) => key));
  await disk.deleteAll(folder);
  console.log('deleteAll resolved');
} else {
  for (const name of ['1', '10', '1-old']) mkdirSync(`files/users/${name}`, { recursive: true });
  const location = new URL('files', import.meta.url);
  await new Disk(new FSDriver({ location, visibility: 'private' })).deleteAll(folder);
  console.log('left', ...readdirSync('files/users').sort());
}
EOF
delete_all() { timeout 60 node delete-all.mjs "$@" | xargs; }

npm_version flydrive
expect "file system, deleteAll('users/1')" 'left 1-old 10' "$(delete_all fs users/1)"
serve SEED='["users/1/photo", "users/10/photo", "users/1-old/photo", "users/2/photo"]'
expect "S3, users/1" 'lists users/1/photo deleteAll resolved' "$(delete_all "http://$host" users/1)"
expect 'left' 'users/2/photo' "$(stored)"
serve SEED='["locked/1"]' DENY=locked
expect 'S3, a folder that must not be deleted' 'lists locked/1 deleteAll resolved' "$(delete_all "http://$host" locked)"
expect 'left' 'locked/1' "$(stored)"
