#!/usr/bin/env bash
# One would guess that AWS_CA_BUNDLE, which names the authorities to trust, does nothing to a remote over plain HTTP, or
# lets rclone trust one more over TLS.
# What happens (rclone 1.60.1, Debian 12; 2026-12-01): with the variable set to any good file of certificates, the system's
# own among them, every S3 remote fails before it sends a request. rclone brings a transport that the AWS SDK for Go
# cannot put authorities into. --ca-cert works, and so does SSL_CERT_FILE.
# Why an S3 user meets it: company machines and CI images set AWS_CA_BUNDLE for the AWS CLI and boto3.
# Source: this run; what the variable is for: AWS SDKs and Tools Reference Guide, "General configuration settings".
. "$(dirname "$0")/setup.sh"
debian_packages rclone=1.60.1+dfsg-2+b5
serve SEED='["a", "b"]'
remote=:s3,provider=Other,env_auth=true,endpoint="'http://$host'":bkt
listed() { rclone --config /dev/null --retries 1 --low-level-retries 1 lsf "$remote" 2>err | tr '\n' ' '; }
system=/etc/ssl/certs/ca-certificates.crt

debian_version rclone
expect 'without the variable' 'a b ' "$(listed)"
before=$(asked | wc -l)
expect 'with AWS_CA_BUNDLE' '' "$(AWS_CA_BUNDLE=$system listed || true)"
expect 'it says' 'LoadCustomCABundleError' "$(grep -o LoadCustomCABundleError err | head -n 1)"
expect 'requests sent' 0 "$(($(asked | wc -l) - before))"
expect 'with SSL_CERT_FILE' 'a b ' "$(SSL_CERT_FILE=$system listed)"
