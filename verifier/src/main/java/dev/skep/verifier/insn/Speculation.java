package dev.skep.verifier.insn;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.MapValueAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Extra rules for loaders without CAP_PERFMON: pointer arithmetic must stay inside its object even if the processor mispredicts, so that it
 * can be masked at run time (Spectre variant 1).
 */
final class Speculation {
    private static final String TAIL = "pointer arithmetic with it prohibited for !root";

    private Speculation() {}

    /** Numbers are masked only where the same instruction never sees a pointer; nothing is refused here. */
    static void onNumbers(Walk w, Instruction.Alu i) {}

    /** An unknown number added to a pointer must have one sign, and the pointer a known distance to its object's end. */
    static void onPointer(Walk w, Instruction.Alu i, RegState ptr, RegState number, boolean swapped) {
        if (!i.fromRegister() || number.var.isConst() || w.state.speculative) {
            return;
        }
        if (i.op() != AluOp.ADD && i.op() != AluOp.SUB) {
            return;
        }
        boolean negative = number.var.smin < 0;
        if (negative != number.var.smax < 0) {
            throw w.reject(
                    Reject.EACCES, "R%d has unknown scalar with mixed signed bounds, %s", swapped ? i.dst() : i.src(), TAIL);
        }
        boolean left = i.op() == AluOp.ADD ? negative : !negative;
        long limit;
        long distance;
        switch (ptr.type) {
            case RegType.Stack _ -> {
                limit = 512 + (left ? 1 : 0);
                distance = -(ptr.var.var.value() + ptr.off);
            }
            case RegType.MapValue m -> {
                limit = m.map().valueSize();
                distance = (left ? ptr.var.smin : ptr.var.umax) + ptr.off;
            }
            default -> throw w.reject(
                    Reject.EACCES, "R%d has pointer with unsupported alu operation, %s", i.dst(), TAIL);
        }
        if (distance >= limit) {
            throw w.reject(
                    Reject.EACCES, "R%d tried to %s beyond pointer bounds, %s", i.dst(),
                    i.op() == AluOp.ADD ? "add" : "sub", TAIL);
        }
    }

    /** The result must point into its object. */
    static void requireInside(Walk w, int dst, RegState moved) {
        switch (moved.type) {
            case RegType.Stack _ -> requireStack(w, dst, moved);
            case RegType.MapValue _ -> {
                try {
                    MapValueAccess.requireBytes(w, dst, moved, moved.off, 1, false, false);
                } catch (Reject r) {
                    throw w.reject(
                            Reject.EACCES, "%sR%d pointer arithmetic of map value goes out of range, prohibited for !root",
                            r.text, dst);
                }
            }
            default -> {}
        }
    }

    private static void requireStack(Walk w, int dst, RegState moved) {
        if (!moved.var.isConst()) {
            throw w.reject(
                    Reject.EACCES, "R%d variable stack access prohibited for !root, var_off=%s off=%d", dst, moved.var.var,
                    moved.off + moved.var.var.value());
        }
        long off = moved.off + moved.var.constValue();
        if (off >= 0 || off < -512) {
            throw w.reject(
                    Reject.EACCES, "R%d stack pointer arithmetic goes out of range, prohibited for !root; off=%d", dst, off);
        }
    }
}
