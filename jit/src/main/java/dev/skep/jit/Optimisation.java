package dev.skep.jit;

/**
 * What the compiler does beyond translating instruction by instruction. Each can be left out, to measure what it
 * brings.
 */
public enum Optimisation {
    /** Stack bytes that only plain accesses at known places reach are JVM locals. */
    STACK_LOCALS,
    /** {@code bpf_loop} with a known callback is a loop over direct calls. */
    LOOPS_IN_PLACE,
    /** A tail call through a known program array takes the compiled target from the array's slot. */
    DIRECT_TAIL_CALLS,
    /** Maps and rings that a call names on every path are constants. */
    CONSTANT_MAPS,
    /** Slices, reads and writes of dynptrs over one block or linear packet data take a short way. */
    INLINE_DYNPTRS,
    /** Only registers that are still read cross the seams of a function that is several methods. */
    LIVE_SEAMS
}
