#!/usr/bin/env bash
# One would guess that unstorage's S3 driver, whose getKeys() and clear() take no page, go through all pages.
# What happens (unstorage 1.17.6, 2026-11-29): both see the first page of the listing alone. getKeys() gives 1,000 keys
# of 2,500 and clear() leaves 1,500 objects behind; both resolve. Nor does clear() read the answer to its DeleteObjects:
# where S3 refuses every key inside a 200, it resolves too.
# Why an S3 user meets it: unstorage is the storage layer of Nitro and Nuxt (useStorage). A cache that is cleared this
# way keeps serving old entries once it has grown past 1,000 of them; with other drivers all is gone.
# Source: this run.
. "$(dirname "$0")/setup.sh"
npm_packages unstorage@1.17.6 aws4fetch@1.0.20
cat >clear.mjs <<'EOF'
import { createStorage } from 'unstorage';
import s3 from 'unstorage/drivers/s3';
const [accessKeyId, secretAccessKey] = [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY];
const driver = s3({ accessKeyId, secretAccessKey, endpoint: process.argv[2], bucket: 'bkt', region: 'us-east-1' });
const storage = createStorage({ driver });
console.log('getKeys', (await storage.getKeys()).length);
await storage.clear();
console.log('clear resolved');
EOF
clear() { timeout 60 node clear.mjs "http://$host" | xargs; }

npm_version unstorage
serve SEED=2500
expect 'of 2,500 objects' 'getKeys 1000 clear resolved' "$(clear)"
expect 'left' 1500 "$(stored | wc -w)"
serve SEED='["denied/1", "denied/2"]' DENY=denied
expect 'of 2 objects that must not be deleted' 'getKeys 2 clear resolved' "$(clear)"
expect 'left' 'denied/1 denied/2' "$(stored)"
