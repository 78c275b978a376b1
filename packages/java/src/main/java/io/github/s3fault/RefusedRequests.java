package io.github.s3fault;

/** Why requests of a test's worlds were refused: it stands beside what the test failed with. */
public final class RefusedRequests extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedRequests(String text) {
        super(text, null, false, false);
    }
}
