package dev.skep.verifier.call.arg;

import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Which offsets a pointer may have when it is passed to a function. */
public final class PointerOffset {
    /** A kernel object may be passed at an offset if it has no flags but these: not while it may be NULL. */
    private static final int OFFSET_FLAGS = PtrFlags.ALLOC | PtrFlags.TRUSTED | PtrFlags.RCU | PtrFlags.NON_OWN_REF;

    private PointerOffset() {}

    /** No variable offset; a fixed one only if {@code fixedAllowed}, and never a negative one. */
    public static void requireFixed(Walk w, int reg, boolean fixedAllowed) {
        MemoryAccess.checkPtrOff(w, reg, w.reg(reg), fixedAllowed);
    }

    /** The rule for an argument: memory may have any offset, objects none of their own choosing. */
    public static void requireForCall(Walk w, int reg, boolean release) {
        RegState r = w.reg(reg);
        if (release) {
            requireUnmodified(w, reg);
            return;
        }
        switch (r.type) {
            case RegType.Stack _,
                    RegType.Packet _,
                    RegType.PacketMeta _,
                    RegType.MapKey _,
                    RegType.MapValue _,
                    RegType.Mem _,
                    RegType.Buf _,
                    RegType.Arena _,
                    RegType.Scalar _ -> {}
            case RegType.BtfPtr p -> requireFixed(w, reg, (p.flags() & ~OFFSET_FLAGS) == 0);
            default -> requireFixed(w, reg, false);
        }
    }

    /** A pointer that is given back must be the one that was handed out. */
    public static void requireUnmodified(Walk w, int reg) {
        if (w.reg(reg).off != 0) {
            throw w.reject(
                    Reject.EINVAL,
                    "R%d must have zero offset when passed to release func or trusted arg to kfunc",
                    reg);
        }
        requireFixed(w, reg, false);
    }
}
