package io.github.s3fault;

import java.net.URI;

/** The program under test of the first example: what uploads, with whatever client it has. */
final class Uploader {
    private final URI endpoint;
    private final String region;
    private final Credentials keys;

    Uploader(URI endpoint, String region, Credentials keys) {
        this.endpoint = endpoint;
        this.region = region;
        this.keys = keys;
    }

    /** The status with which S3 answers. */
    int upload(String bucket, String key, String text) {
        return SigV4.send(endpoint, region, keys, "PUT", "/" + bucket + "/" + key, text).statusCode();
    }
}
