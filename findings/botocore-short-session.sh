#!/usr/bin/env bash
# One would guess that botocore takes the Expiration that the instance metadata service tells for when a session ends, and
# asks for the next one before that.
# What happens (python3-botocore 1.29.27, Debian 12; 2026-12-01): a session that ends within 12 to 20 minutes (it draws how
# many) is taken for one that the service was too busy to renew. botocore writes down an end that is so much later than
# the one that it was told, and goes by that: a session of four minutes counts as good for 16 at least.
# Why an S3 user meets it: tests and proxies that hand out short sessions, to see how a program takes their end: it is
# ExpiredToken, with the next session ready and never fetched.
# Source: this run; what the field is: EC2 User Guide, "Retrieve security credentials from instance metadata".
. "$(dirname "$0")/setup.sh"
debian_packages python3-botocore=1.29.27+repack-1
export PYTHONPATH=$work/root/usr/lib/python3/dist-packages
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED
cat >imds.mjs <<'EOF'
import fs from 'node:fs';
import http from 'node:http';
const ends = () => new Date(Date.now() + 240_000).toISOString().replace(/\.\d+/, '');
const keys = (told) => JSON.stringify({
  Code: 'Success', Type: 'AWS-HMAC', LastUpdated: told, Expiration: told,
  AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', Token: 'token',
});
const server = http.createServer((request, response) => {
  if (request.method === 'PUT') response.end('metadata-token');
  else if (request.url.endsWith('/security-credentials/')) response.end('role');
  else { const told = ends(); fs.writeFileSync('told', told); response.end(keys(told)); }
});
server.listen(0, '127.0.0.1', () => fs.writeFileSync('imds.port', String(server.address().port)));
EOF
start node imds.mjs
for _ in $(seq 100); do [ -s imds.port ] && break; sleep 0.1; done
cat >session.py <<'EOF'
import datetime, botocore.session
keys = botocore.session.Session().get_credentials()
keys.get_frozen_credentials()
told = datetime.datetime.strptime(open("told").read(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
later = (keys._expiry_time - told).total_seconds() / 60
print("12 to 20 minutes later" if 11.9 < later < 20.1 else "%.1f minutes later" % later)
EOF
AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:$(cat imds.port)/ /usr/bin/python3 -W ignore session.py >out 2>err || { cat err >&2; exit 2; }

debian_version python3-botocore
expect 'it keeps an end' '12 to 20 minutes later' "$(cat out)"
