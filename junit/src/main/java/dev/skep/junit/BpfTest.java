package dev.skep.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class (or method) whose parameters come from a BPF object: {@code BpfObject}, {@code Skep}, and programs
 * named with {@link Program}. Each test method gets an object of its own, freshly loaded; a program that the verifier
 * rejects fails the test with the verifier's words.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BpfExtension.class)
public @interface BpfTest {
    /**
     * The object file: a path from the working directory, or a resource of the test class when it starts with {@code
     * classpath:}.
     */
    String value();

    /** The programs to load; none: all that the object loads by itself. */
    String[] programs() default {};
}
