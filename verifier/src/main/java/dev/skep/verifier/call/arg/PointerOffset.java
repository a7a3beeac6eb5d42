package dev.skep.verifier.call.arg;

import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Which offsets a pointer may have when it is passed to a function. */
public final class PointerOffset {
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
            case RegType.Stack _, RegType.Packet _, RegType.PacketMeta _, RegType.MapKey _, RegType.MapValue _,
                    RegType.Mem _, RegType.Buf _, RegType.Arena _, RegType.Scalar _, RegType.NotInit _ -> {}
            case RegType.BtfPtr _ -> requireFixed(w, reg, true);
            default -> requireFixed(w, reg, false);
        }
    }

    /** A pointer that is given back must be the one that was handed out. */
    public static void requireUnmodified(Walk w, int reg) {
        if (w.reg(reg).off != 0) {
            throw w.reject(
                    Reject.EINVAL, "R%d must have zero offset when passed to release func or trusted arg to kfunc", reg);
        }
        requireFixed(w, reg, false);
    }
}
