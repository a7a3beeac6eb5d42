package dev.skep.verifier.type;

/**
 * Modifiers of a pointer type, combined freely in an {@code int}.
 *
 * <p><em>Source</em>: Linux 6.18 include/linux/bpf.h, enum bpf_type_flag (numbers are Skep's own).
 */
public final class PtrFlags {
    /** May be NULL; must be checked before use. */
    public static final int MAYBE_NULL = 1;

    public static final int RDONLY = 1 << 1;
    /** A ring-buffer record. */
    public static final int RINGBUF = 1 << 2;
    /** User-space memory. */
    public static final int USER = 1 << 3;

    public static final int PERCPU = 1 << 4;
    /** Protected by RCU. */
    public static final int RCU = 1 << 5;
    /** May dangle: reads are probed. */
    public static final int UNTRUSTED = 1 << 6;

    public static final int TRUSTED = 1 << 7;
    /** An object that the program allocated ({@code bpf_obj_new}) or a kernel object with allocated semantics. */
    public static final int ALLOC = 1 << 8;
    /** In a list or tree, not owned; valid until the lock is released. */
    public static final int NON_OWN_REF = 1 << 9;
    /** Memory handed out by a slice of an skb dynptr. */
    public static final int DYNPTR_SKB = 1 << 10;
    /** Memory handed out by a slice of an XDP dynptr. */
    public static final int DYNPTR_XDP = 1 << 11;
    /** Memory handed out by a slice of an skb metadata dynptr. */
    public static final int DYNPTR_SKB_META = 1 << 12;
    /** Memory handed out by a slice of a local, ring-buffer or malloc dynptr. */
    public static final int DYNPTR_OTHER = 1 << 13;

    /** Any flag that says the pointee dies when the packet changes. */
    public static final int DYNPTR_PACKET = DYNPTR_SKB | DYNPTR_XDP | DYNPTR_SKB_META;

    private PtrFlags() {}

    /**
     * The prefix in the log, in the kernel's order: {@code rdonly_ ringbuf_ user_ percpu_ rcu_ untrusted_ trusted_}.
     */
    public static String prefix(int flags) {
        if ((flags & (RDONLY | RINGBUF | USER | PERCPU | RCU | UNTRUSTED | TRUSTED)) == 0) {
            return "";
        }
        return ((flags & RDONLY) != 0 ? "rdonly_" : "")
                + ((flags & RINGBUF) != 0 ? "ringbuf_" : "")
                + ((flags & USER) != 0 ? "user_" : "")
                + ((flags & PERCPU) != 0 ? "percpu_" : "")
                + ((flags & RCU) != 0 ? "rcu_" : "")
                + ((flags & UNTRUSTED) != 0 ? "untrusted_" : "")
                + ((flags & TRUSTED) != 0 ? "trusted_" : "");
    }
}
