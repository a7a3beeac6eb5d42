package dev.skep.kernel.helper;

/**
 * Classes of helper arguments. What a class demands stands in docs; modifiers are in {@link HelperArg}. Source: Linux
 * 6.18 include/linux/bpf.h, enum bpf_arg_type.
 */
public enum ArgType {
    /** Any initialised value. */
    ANYTHING,
    /** A map, as a constant. */
    CONST_MAP_PTR,
    /** Memory of the map's key size. */
    MAP_KEY,
    /** Memory of the map's value size. */
    MAP_VALUE,
    /** Memory; its size is the next argument, or fixed ({@link HelperArg#size()}). */
    MEM,
    /** Size of the memory before it, at least 1. */
    SIZE,
    /** Size of the memory before it, may be 0. */
    SIZE_OR_ZERO,
    /** A constant that sizes the returned memory. */
    ALLOC_SIZE_OR_ZERO,
    /** The program's context. */
    CTX,
    /** A {@code bpf_spin_lock} in a map value or allocated object. */
    SPIN_LOCK,
    /** A {@code bpf_timer} in a map value. */
    TIMER,
    /** A kptr slot in a map value or allocated object. */
    KPTR,
    /** A NUL-terminated string in a read-only map. */
    CONST_STR,
    /** A pointer into the caller's stack. */
    STACK,
    /** A static subprogram. */
    FUNC,
    /** A {@code struct bpf_dynptr}. */
    DYNPTR,
    /** Any socket with a {@code sock_common} part. */
    SOCK_COMMON,
    /** A full socket. */
    SOCKET,
    /** A socket as one of the verifier's own socket kinds or as a BTF pointer. */
    BTF_ID_SOCK_COMMON,
    /** A pointer to the kernel struct named by {@link HelperArg#struct()}. */
    BTF_ID,
    /** A per-CPU kernel variable. */
    PERCPU_BTF_ID,
    /** A record from {@code bpf_ringbuf_reserve}. */
    RINGBUF_MEM
}
