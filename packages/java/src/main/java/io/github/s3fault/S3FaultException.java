package io.github.s3fault;

/** What s3fault says of a call that it refuses, or that nothing answers. */
public final class S3FaultException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    S3FaultException(String message, int status) {
        super(message);
        this.status = status;
    }

    S3FaultException(String message) {
        this(message, 0);
    }

    /** The answer's HTTP status; 0: there was no answer. */
    public int status() {
        return status;
    }
}
