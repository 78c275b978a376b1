package io.github.s3fault;

import java.io.File;
import java.util.List;
import java.util.Map;

/** A caller's keys, and who that is. */
public final class Credentials {
    /** The variables by which SDKs find credentials. */
    private static final List<String> SOURCES = List.of(
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION",
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    private static final String NOTHING = File.separatorChar == '/' ? "/dev/null" : "NUL";

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

    /**
     * Where a program gets these that has none of its own: "container", "instance", "process" or "web-identity"
     * (docs/credentials.md); empty: the keys are the program's.
     */
    public String from() {
        return Json.text(keys.get("from"));
    }

    /** Sets the variables by which a program finds these, and takes those away by which it finds others. */
    void env(Map<String, String> environment) {
        SOURCES.forEach(environment::remove);
        if (from().equals("container") || from().equals("instance")) {
            environment.put("AWS_CONFIG_FILE", NOTHING);
            environment.put("AWS_SHARED_CREDENTIALS_FILE", NOTHING);
        }
        if (from().equals("container")) {
            environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", Json.text(keys.get("credentials_uri")));
            environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", Json.text(keys.get("authorization_token")));
        } else if (from().equals("instance")) {
            environment.remove("AWS_EC2_METADATA_DISABLED");
            // botocore 1.29 puts no slash between it and the path.
            environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", keys.get("metadata_endpoint") + "/");
        } else {
            environment.put("AWS_ACCESS_KEY_ID", accessKeyId());
            environment.put("AWS_SECRET_ACCESS_KEY", secretAccessKey());
            if (!sessionToken().isEmpty()) {
                environment.put("AWS_SESSION_TOKEN", sessionToken());
            }
        }
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
