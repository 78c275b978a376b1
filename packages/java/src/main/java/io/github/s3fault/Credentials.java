package io.github.s3fault;

import java.util.Map;

/** A caller's keys, and who that is. */
public final class Credentials {
    private final Map<String, Object> keys;

    Credentials(Map<String, Object> keys) {
        this.keys = keys;
    }

    /** The access key's id. */
    public String accessKeyId() {
        return Json.text(keys.get("access_key_id"));
    }

    /** The secret access key. */
    public String secretAccessKey() {
        return Json.text(keys.get("secret_access_key"));
    }

    /** The session token; empty: these keys last, and have none. */
    public String sessionToken() {
        return Json.text(keys.get("session_token"));
    }

    /** Who the caller is, to policies. */
    public String arn() {
        return Json.text(keys.get("arn"));
    }

    /** The ARN; keys are not for logs. */
    @Override
    public String toString() {
        return arn();
    }
}
