/**
 * An S3 endpoint that says no exactly as Amazon S3 does, breaks on demand, and says why.
 *
 * <p>{@link io.github.s3fault.S3Fault} is the extension for JUnit 5, {@link io.github.s3fault.Server} what can be used
 * without. Nothing here needs more than Java 11 and, for the extension, junit-jupiter-api.
 */
package io.github.s3fault;
