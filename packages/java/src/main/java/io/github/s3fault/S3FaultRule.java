package io.github.s3fault;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A fault rule for the worlds of a test method, or of all methods of a class: {@code @S3FaultRule("{'match':
 * {'operation': 'PutObject'}, 'when': {'first': 3}, 'effect': {'error': {'code': 'SlowDown'}}}")}. Of several, those of
 * the class come first, and before them those of the class around it.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(S3FaultRule.All.class)
public @interface S3FaultRule {
    /** A JSON object (docs/faults.md); strings may stand in apostrophes. */
    String value();

    /** Several rules. */
    @Documented
    @Target({ElementType.METHOD, ElementType.TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        /** They, in the order in which they strike. */
        S3FaultRule[] value();
    }
}
