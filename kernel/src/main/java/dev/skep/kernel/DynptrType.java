package dev.skep.kernel;

import java.util.Locale;

/**
 * Dynptr types; the ordinal is what the size word carries in bits 28 to 30. Source: Linux 6.18 include/linux/bpf.h;
 * FILE 6.19; MALLOC is Skep's own.
 */
public enum DynptrType {
    INVALID,
    LOCAL,
    RINGBUF,
    SKB,
    XDP,
    SKB_META,
    FILE,
    MALLOC;

    /** The name in the verifier's log. */
    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True when a program that creates one must release it. */
    public boolean isReferenced() {
        return this == RINGBUF || this == FILE || this == MALLOC;
    }
}
