package dev.skep.kernel.helper;

/** Whether a program of some type may call some helper. */
public enum HelperAccess {
    /** May call it. */
    AVAILABLE,
    /** May call it under a GPL-compatible licence. */
    GPL_ONLY,
    /** Unknown number: {@code invalid func unknown#N}. */
    UNKNOWN,
    /** {@code program of this type cannot use helper X#N}. */
    NOT_FOR_TYPE,
    /** {@code helper call is not allowed in probe}. */
    NOT_IN_PROBE
}
