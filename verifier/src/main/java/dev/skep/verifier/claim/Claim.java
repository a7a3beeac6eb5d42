package dev.skep.verifier.claim;

import dev.skep.verifier.state.RegState;
import java.util.Arrays;

/**
 * One state in which the verifier met an instruction: the current frame's registers.
 *
 * @param regs R0 to R10; {@link RegState#NOT_INIT} where nothing is claimed, also for registers that nobody reads any
 *     more
 * @param frame number of the current frame, which stack pointers of outer frames are relative to
 */
public record Claim(RegState[] regs, int frame) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Claim that && frame == that.frame && Arrays.equals(regs, that.regs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(regs) + frame;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("frame").append(frame).append(':');
        for (int r = 0; r < regs.length; r++) {
            if (regs[r].isInit()) {
                text.append(" R").append(r).append('=').append(text(regs[r]));
            }
        }
        return text.toString();
    }

    /** One register's claim, in the log's words as far as it has them. */
    public static String text(RegState reg) {
        return reg.type.kernelName() + (reg.id == 0 ? "" : "#" + reg.id) + "(off=" + reg.off + " " + reg.var + ")";
    }
}
