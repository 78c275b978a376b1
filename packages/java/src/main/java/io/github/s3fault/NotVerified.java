package io.github.s3fault;

import java.util.List;

/** What happened in a world is not what was expected. */
public final class NotVerified extends AssertionError {
    private static final long serialVersionUID = 1;
    private final transient List<Object> failures;
    private final transient List<Object> neverStruck;

    NotVerified(String message, List<Object> failures, List<Object> neverStruck) {
        super(message);
        this.failures = failures;
        this.neverStruck = neverStruck;
    }

    /** The expectations that were not met, each with what was seen and the nearest misses. */
    public List<Object> failures() {
        return failures;
    }

    /** The names of the rules that must fire and have not. */
    public List<Object> neverStruck() {
        return neverStruck;
    }
}
