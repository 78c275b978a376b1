package io.github.s3fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sends requests that Signature Version 4 signs, for tests: no AWS SDK for Java is on the machines that run them. It
 * knows paths of plain characters, no query and no session token, which the tests here need.
 */
final class SigV4 {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";
    private static final HttpClient CLIENT = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();

    private SigV4() {
    }

    /** The answer to one request. */
    static HttpResponse<String> send(
        URI endpoint, String region, Credentials keys, String method, String under, String body) {
        String path = endpoint.getPath() + under;
        try {
            String hash = hex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8)));
            String time = TIME.format(Instant.now());
            String scope = time.substring(0, 8) + "/" + region + "/s3/aws4_request";
            String canonical = String.join("\n", method, path, "",
                "host:" + endpoint.getAuthority(), "x-amz-content-sha256:" + hash, "x-amz-date:" + time, "",
                SIGNED, hash);
            String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope,
                hex(MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(UTF_8))));
            byte[] key = ("AWS4" + keys.secretAccessKey()).getBytes(UTF_8);
            for (String part : scope.split("/")) {
                key = hmac(key, part);
            }
            HttpRequest request = HttpRequest.newBuilder(endpoint.resolve(path))
                .header("x-amz-content-sha256", hash).header("x-amz-date", time)
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=" + keys.accessKeyId() + "/" + scope
                    + ", SignedHeaders=" + SIGNED + ", Signature=" + hex(hmac(key, toSign)))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** The answer to one request of a world's caller app. */
    static HttpResponse<String> send(World world, String method, String path, String body) {
        return send(world.endpoint(), world.region(), world.credentials("app"), method, path, body);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte one : bytes) {
            out.append(String.format("%02x", one));
        }
        return out.toString();
    }
}
