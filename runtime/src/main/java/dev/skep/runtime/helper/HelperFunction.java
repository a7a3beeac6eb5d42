package dev.skep.runtime.helper;

import dev.skep.runtime.RunContext;

/**
 * A helper or kernel function as engines call it: five argument registers in, R0 out. Arguments it does not take are
 * ignored.
 */
@FunctionalInterface
public interface HelperFunction {
    long call(RunContext cx, long r1, long r2, long r3, long r4, long r5);
}
