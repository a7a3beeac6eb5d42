package dev.skep.kernel.helper;

import dev.skep.kernel.DynptrType;

/**
 * One argument of a helper.
 *
 * @param type its class
 * @param flags any of the constants here
 * @param size bytes of a fixed-size {@code MEM}, else 0
 * @param struct kernel struct of a {@code BTF_ID}, or "" for any
 * @param dynptr type of a {@code DYNPTR} that is created or released, null for any
 */
public record HelperArg(ArgType type, int flags, int size, String struct, DynptrType dynptr) {
    /** NULL is allowed. */
    public static final int NULLABLE = 1;
    /** The helper fills it: need not be initialised before. */
    public static final int UNINIT = 2;
    /** The helper writes to it. */
    public static final int WRITE = 4;
    /** The helper only reads it: read-only memory is good enough. */
    public static final int RDONLY = 8;
    /** The reference passed here ends with the call. */
    public static final int RELEASE = 16;
    /** The address must be aligned to the size. */
    public static final int ALIGNED = 32;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
