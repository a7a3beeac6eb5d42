package dev.skep.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the program that a parameter of type {@code XdpProgram}, {@code SkbProgram} or {@code SyscallProgram} stands
 * for.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Program {
    String value();
}
