package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Packet and packet metadata: only bytes that a comparison with the end has proved. */
public final class PacketAccess {
    private PacketAccess() {}

    /** Bytes from the base that are proved; -1 and -2 say that the pointer is at or beyond the end. */
    static int range(RegState reg) {
        return reg.type instanceof RegType.Packet p ? p.range() : ((RegType.PacketMeta) reg.type).range();
    }

    /** Checks {@code size} bytes at {@code off}, the register's fixed offset included. */
    public static void require(Walk w, int regNumber, RegState reg, int off, int size, boolean zeroAllowed) {
        if (reg.var.smin < 0) {
            throw w.reject(Reject.EACCES, MemoryRegion.NEGATIVE, regNumber);
        }
        int range = range(reg);
        if (range < 0) {
            throw w.reject(Reject.EINVAL, "R%d offset is outside of the packet", regNumber);
        }
        if (!MemoryRegion.fits(off, size, range, zeroAllowed)) {
            throw w.reject(
                    Reject.EACCES,
                    "%s\nR%d offset is outside of the packet",
                    MemoryRegion.outside(regNumber, reg, off, size, range),
                    regNumber);
        }
    }

    static void requireWrite(Walk w, StoredValue value) {
        if (!w.kernel.mayWritePacket(w.program.type(), w.program.attachType())) {
            throw w.reject(Reject.EACCES, "cannot write into packet");
        }
        if (value.leaks(w)) {
            throw w.reject(Reject.EACCES, "R%d leaks addr into packet", value.register());
        }
    }
}
