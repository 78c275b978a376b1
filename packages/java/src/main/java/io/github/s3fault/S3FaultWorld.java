package io.github.s3fault;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter of type {@link World}, of a test method or of {@code @BeforeEach}: a private world of its own, until the
 * test ends.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface S3FaultWorld {
    /** The scenario; empty: the default one. */
    String value() default "";

    /** A JSON merge patch in the form of the scenario file; strings may stand in apostrophes. */
    String patch() default "";

    /** "aws" or "article"; empty: what the scenario has. */
    String responses() default "";
}
