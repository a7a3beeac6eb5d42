package dev.skep.jit;

/**
 * JVM local variables of generated methods: the run context, then each register as a long.
 *
 * <pre>
 *  0 cx   1 r1   3 r2   5 r3   7 r4   9 r5   11 r10   13 r0   15 r6   17 r7   19 r8   21 r9   23 free
 * </pre>
 */
final class Locals {
    static final int CONTEXT = 0;
    static final int FREE = 23;
    private static final int[] REGISTER = {13, 1, 3, 5, 7, 9, 15, 17, 19, 21, 11};

    private Locals() {}

    static int of(int register) {
        return REGISTER[register];
    }
}
