package dev.skep.verifier.explore;

import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;

/**
 * Makes loops whose end the kernel guarantees converge: scalars that change from round to round and decide nothing
 * become unknown.
 */
final class Widening {
    private final IdMap ids = new IdMap();

    /** Widens in {@code state} what differs from {@code earlier}, an older round at the same instruction. */
    void apply(VerifierState earlier, VerifierState state) {
        ids.reset(0);
        for (int f = earlier.frames.size() - 1; f >= 0; f--) {
            Frame old = earlier.frames.get(f);
            Frame now = state.frames.get(f);
            for (int r = 0; r < 10; r++) {
                now.regs[r] = widened(old.regs[r], now.regs[r]);
            }
            int slots = Math.min(old.slotCount(), now.slotCount());
            for (int i = 0; i < slots; i++) {
                StackSlot slot = now.slot(i);
                if (slot.reg != null && old.slot(i).reg != null) {
                    RegState reg = widened(old.slot(i).reg, slot.reg);
                    if (reg != slot.reg) {
                        now.setSlot(i, slot.withReg(reg));
                    }
                }
            }
        }
    }

    /** An id with a distance is another id: one round may have a number where the next has the same number plus 0. */
    private RegState widened(RegState old, RegState now) {
        if (!old.isScalar() || !now.isScalar() || old.precise || now.precise) {
            return now;
        }
        boolean same = old.off == now.off && old.var.equals(now.var) && ids.match(IdMap.key(old), IdMap.key(now));
        return same ? now : RegState.UNKNOWN;
    }
}
