package dev.skep.kernel.context;

/** The context of one program type (and attach type group): a table of accesses. */
public interface ContextLayout {
    /** The UAPI struct's name: {@code __sk_buff}; "" for contexts without one. */
    String structName();

    /** Size in bytes, -1 if unbounded (raw tracepoint arguments and the like). */
    int size();

    /**
     * What an access yields.
     *
     * @param offset bytes from the start of the context; may be negative or beyond the end
     * @param size 1, 2, 4 or 8
     * @param write false for loads
     * @return null when Linux answers {@code invalid bpf_context access}
     */
    ContextAccess access(int offset, int size, boolean write);
}
