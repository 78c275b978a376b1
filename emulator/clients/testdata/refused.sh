# What TestRefused types before a program's own line: the settings that point it at the world
# at $AT, which is at $HOST.
export RCLONE_CONFIG= RCLONE_CONFIG_S_TYPE=s3 RCLONE_CONFIG_S_PROVIDER=Other RCLONE_CONFIG_S_ENV_AUTH=true
export RCLONE_CONFIG_S_ENDPOINT=$AT RCLONE_CONFIG_S_FORCE_PATH_STYLE=true RCLONE_CONFIG_S_REGION=us-east-1
export RCLONE_CONFIG_S_ACL=${ACL:-bucket-owner-full-control}
export RESTIC_PASSWORD=example RESTIC_REPOSITORY=s3:$AT/my-bucket/$KEY

s3cmd() {
    printf '[default]\naccess_key = %s\nsecret_key = %s\nhost_base = %s\nhost_bucket = %s\nuse_https = False\n' \
        "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$HOST" "$HOST" >s3cfg
    command s3cmd -c s3cfg "$@"
}

mc() {
    command mc alias set s "$AT" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >/dev/null && command mc "$@"
}

duplicity() {
    command duplicity full --no-encryption --num-retries=1 --s3-endpoint-url="$AT" --s3-region-name=us-east-1 "$@"
}

# mounted COMMAND... runs it while the bucket is mounted at ./mounted.
mounted() {
    mkdir mounted
    s3fs my-bucket mounted -o url="$AT" -o use_path_request_style -o endpoint=us-east-1 -o retries=1 || return
    "$@"
    local exit=$?
    fusermount -u mounted 2>/dev/null
    return $exit
}
