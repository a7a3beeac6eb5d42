package dev.skep.verifier.access;

import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * The bounds test that map values, map keys, plain memory and packets share: at every offset that the register may
 * have, the access must stay within {@code limit} bytes from the base.
 */
public final class MemoryRegion {
    private MemoryRegion() {}

    /**
     * Tests {@code size} bytes at {@code off} (register's fixed offset included) plus the register's variable part.
     *
     * @param zeroAllowed an access of no bytes is fine
     */
    public static void check(Walk w, int regNumber, RegState reg, int off, long size, long limit, boolean zeroAllowed) {
        long low = reg.var.smin;
        if (low < 0 && (low == Long.MIN_VALUE || low + off < 0 || low + off != (int) (low + off))) {
            throw w.reject(Reject.EACCES, NEGATIVE, regNumber);
        }
        if (!fits((int) (low + off), size, limit, zeroAllowed)) {
            throw w.reject(
                    Reject.EACCES,
                    "%s\nR%d min value is outside of the allowed memory range",
                    outside(regNumber, reg, (int) (low + off), size, limit),
                    regNumber);
        }
        long high = reg.var.umax;
        if (Long.compareUnsigned(high, PointerOffset.LIMIT) >= 0) {
            throw w.reject(
                    Reject.EACCES, "R%d unbounded memory access, make sure to bounds check any such access", regNumber);
        }
        if (!fits((int) (high + off), size, limit, zeroAllowed)) {
            throw w.reject(
                    Reject.EACCES,
                    "%s\nR%d max value is outside of the allowed memory range",
                    outside(regNumber, reg, (int) (high + off), size, limit),
                    regNumber);
        }
    }

    static final String NEGATIVE = "R%d min value is negative, either use unsigned index or do a if (index >=0) check.";

    /** True when {@code size} bytes at {@code off} are within {@code limit}. */
    static boolean fits(int off, long size, long limit, boolean zeroAllowed) {
        return off >= 0 && (size > 0 || size == 0 && zeroAllowed) && off + size <= limit;
    }

    /** The sentence for an access that does not fit. */
    static String outside(int regNumber, RegState reg, int off, long size, long limit) {
        return switch (reg.type) {
            case RegType.MapKey _ ->
                Message.of("invalid access to map key, key_size=%d off=%d size=%d", limit, off, size);
            // A pointer that may be NULL is plain memory to this sentence.
            case RegType.MapValue v
            when v.flags() == 0 ->
                Message.of("invalid access to map value, value_size=%d off=%d size=%d", limit, off, size);
            case RegType.Packet _, RegType.PacketMeta _, RegType.PacketEnd _ ->
                Message.of(
                        "invalid access to packet, off=%d size=%d, R%d(id=%d,off=%d,r=%d)",
                        off, size, regNumber, reg.id, off, limit);
            default -> Message.of("invalid access to memory, mem_size=%d off=%d size=%d", limit, off, size);
        };
    }
}
