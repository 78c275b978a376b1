package io.github.s3fault;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Calls of the control plane (docs/control.md). */
final class Control {
    private static final Duration PATIENCE = Duration.ofSeconds(60); // grading plays a scenario many times over
    // A proxy of the surroundings has no business between a test and its server.
    private static final HttpClient CLIENT = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();

    final String url;
    private final String token;

    /** The control plane at a URL, which ends in /_s3fault; the token is empty where it wants none. */
    Control(String url, String token) {
        this.url = url;
        this.token = token;
    }

    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Object get(String path) {
        return call("GET", path, null);
    }

    /** What a call answers. The body is JSON, or null. */
    Object call(String method, String path, String body) {
        HttpResponse<String> answer = send(method, path, body);
        if (answer.statusCode() >= 300) {
            throw refused(answer);
        }
        return parsed(answer);
    }

    /** Holds a world against expectations, a list as JSON. */
    void verify(String world, String expectations) {
        HttpResponse<String> answer = send("POST", world + "/verify", expectations);
        if (answer.statusCode() == 409) {
            Map<String, Object> told = Json.object(parsed(answer));
            throw new NotVerified(
                Json.text(told.get("error")), Json.list(told.get("failures")), Json.list(told.get("never_struck")));
        }
        if (answer.statusCode() >= 300) {
            throw refused(answer);
        }
    }

    private HttpResponse<String> send(String method, String path, String body) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
        } catch (IllegalArgumentException bad) {
            throw new S3FaultException(bad.getMessage());
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        request.header("Content-Type", "application/json");
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException broken) {
            String why = broken.getMessage() == null ? "nothing listens there" : broken.getMessage();
            throw new S3FaultException("no s3fault answers at " + url + ": " + why);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new S3FaultException("interrupted while s3fault was asked at " + url);
        }
    }

    private Object parsed(HttpResponse<String> answer) {
        try {
            return answer.body().isEmpty() ? Map.of() : Json.read(answer.body());
        } catch (IllegalArgumentException bad) {
            throw stranger(answer);
        }
    }

    private S3FaultException refused(HttpResponse<String> answer) {
        String error = Json.text(Json.object(parsed(answer)).get("error"));
        return error.isEmpty() ? stranger(answer) : new S3FaultException(error, answer.statusCode());
    }

    private static S3FaultException stranger(HttpResponse<String> answer) {
        String told = answer.statusCode() + " is no answer of s3fault's control plane (" + answer.uri() + ")";
        return new S3FaultException(told, answer.statusCode());
    }
}
