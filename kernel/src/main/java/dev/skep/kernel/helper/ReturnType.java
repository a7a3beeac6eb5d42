package dev.skep.kernel.helper;

/** What R0 holds after a helper. Source: Linux 6.18 include/linux/bpf.h, enum bpf_return_type. */
public enum ReturnType {
    /** An unknown scalar, perhaps within {@link HelperProto#returnRange()}. */
    INTEGER,
    /** R0 is not initialised. */
    VOID,
    MAP_VALUE,
    SOCKET,
    TCP_SOCK,
    SOCK_COMMON,
    /** Memory whose size is the ALLOC_SIZE argument (ring-buffer record). */
    RINGBUF_MEM,
    /** Memory inside a dynptr; its size is the ALLOC_SIZE argument. */
    DYNPTR_MEM,
    /** A per-CPU variable: memory, or a BTF pointer for a struct. */
    MEM_OR_BTF_ID,
    /** The kernel struct {@link HelperProto#returnStruct()}. */
    BTF_ID
}
