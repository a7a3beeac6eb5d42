package dev.skep.kernel.context;

/**
 * One allowed access to a context.
 *
 * @param kind what a load puts into the register
 * @param struct for {@code BTF_PTR}: the kernel struct's name; else ""
 * @param nullable the pointer may be NULL
 * @param trusted a BTF pointer is trusted
 * @param field the field's name, for messages and the runtime
 */
public record ContextAccess(Kind kind, String struct, boolean nullable, boolean trusted, String field) {
    /** What a load yields. */
    public enum Kind {
        SCALAR,
        PACKET,
        PACKET_META,
        PACKET_END,
        FLOW_KEYS,
        SOCKET,
        SOCK_COMMON,
        BTF_PTR,
        /** Buffer whose bound is checked at attach: bpf_iter's or a raw_tracepoint_writable's. */
        TP_BUFFER,
        RDONLY_BUF,
        RDWR_BUF
    }
}
