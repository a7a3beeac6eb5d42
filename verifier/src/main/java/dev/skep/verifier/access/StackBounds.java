package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Whether an access through a stack pointer stays inside its frame; makes the slots it needs. */
final class StackBounds {
    static final int FRAME_BYTES = 512;

    private StackBounds() {}

    static Frame frame(Walk w, RegState reg) {
        return w.state.frames.get(((RegType.Stack) reg.type).frame());
    }

    /**
     * Checks every place that {@code size} bytes at {@code off} may be at, and grows the frame to hold them.
     *
     * @param off offset with the register's fixed part
     */
    static void require(Walk w, int regNumber, RegState reg, int off, long size, boolean write) {
        String direction = write ? "write to" : "read from";
        boolean constant = reg.var.isConst();
        long low;
        long end;
        if (constant) {
            low = reg.var.constValue() + off;
            end = low + size;
        } else {
            if (reg.var.smax >= PointerOffset.LIMIT || reg.var.smin <= -PointerOffset.LIMIT) {
                throw w.reject(Reject.EACCES, "invalid unbounded variable-offset %s stack R%d", direction, regNumber);
            }
            low = reg.var.smin + off;
            end = reg.var.smax + off + size;
        }
        Frame frame = frame(w, reg);
        int deepest = write || w.allowUninitStack ? -FRAME_BYTES : -frame.stackBytes();
        int errno = low < deepest || low >= 0 ? Reject.EACCES : end > 0 ? Reject.EINVAL : size < 0 ? Reject.EFAULT : 0;
        if (errno == 0) {
            frame.grow((int) ((-low + 7) / 8));
        } else if (constant) {
            throw w.reject(errno, "invalid %s stack R%d off=%d size=%d", direction, regNumber, low, size);
        } else {
            throw w.reject(
                    errno,
                    "invalid variable-offset %s stack R%d var_off=%s off=%d size=%d",
                    direction,
                    regNumber,
                    PointerOffset.bits(reg),
                    off,
                    size);
        }
    }
}
