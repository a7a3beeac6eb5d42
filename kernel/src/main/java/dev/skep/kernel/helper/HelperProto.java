package dev.skep.kernel.helper;

import java.util.List;

/**
 * A helper's prototype, as the verifier and the runtime read it.
 *
 * @param id the stable number
 * @param name the kernel's name with {@code bpf_} in front
 * @param args 0 to 5 arguments
 * @param returns what R0 holds afterwards
 * @param returnNullable the returned pointer may be NULL
 * @param returnStruct struct of a BTF_ID result, "" otherwise
 * @param returnTrust 0, or PTR_TRUSTED/RCU wishes: see {@link #RETURNS_TRUSTED}, {@link #RETURNS_RCU}
 * @param returnRange null, or {min, max} of an INTEGER result
 * @param flags any of the constants here
 * @param since Linux version that introduced it: {@code 5.19}
 */
public record HelperProto(
        int id,
        String name,
        List<HelperArg> args,
        ReturnType returns,
        boolean returnNullable,
        String returnStruct,
        int returnTrust,
        long[] returnRange,
        int flags,
        String since) {
    public static final int RETURNS_TRUSTED = 1;
    public static final int RETURNS_RCU = 2;

    /** Only for programs under a GPL-compatible licence. */
    public static final int GPL_ONLY = 1;
    /** May be given packet pointers as memory. */
    public static final int PKT_ACCESS = 2;
    /** May sleep. */
    public static final int MIGHT_SLEEP = 4;
    /** Packet pointers die: the packet may move. */
    public static final int CHANGES_PKT_DATA = 8;
    /** Result carries a new reference. */
    public static final int ACQUIRES = 16;
    /** Result carries the reference of the argument (casts such as bpf_tcp_sock). */
    public static final int PTR_CAST = 32;
    /** Calls its FUNC argument before it returns, any number of times. */
    public static final int SYNC_CALLBACK = 64;
    /** Calls its FUNC argument later. */
    public static final int ASYNC_CALLBACK = 128;
    /** Changes no register but R0: compilers may leave R1 to R5 unsaved, and spills around it do not count. */
    public static final int FASTCALL = 256;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
