package dev.skep.verifier.insn;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.MapValueAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Extra rules for loaders without CAP_PERFMON: pointer arithmetic must stay inside its object even if the processor
 * mispredicts, so that it can be masked at run time (Spectre variant 1).
 */
final class Speculation {
    private static final String TAIL = "pointer arithmetic with it prohibited for !root";

    private Speculation() {}

    private static final int NUMBERS = 1;
    private static final int NEGATIVE = 2;
    private static final int CONSTANT = 4;
    private static final int POINTER_IS_DESTINATION = 8;
    private static final int POINTER_IS_SOURCE = 16;

    /** What the first check of a pointer operation found; the second narrows it by how far the pointer moved. */
    record Window(int kind, long limit, boolean left) {}

    private static boolean masked(Walk w, Instruction.Alu i) {
        return i.fromRegister() && !w.barriers.get(w.insn) && (i.op() == AluOp.ADD || i.op() == AluOp.SUB);
    }

    /** An operation on two numbers must not be one on a pointer on another path. */
    static void onNumbers(Walk w, Instruction.Alu i) {
        if (masked(w, i)) {
            settle(w, i, NUMBERS, 0);
        }
    }

    /**
     * Before a pointer is moved: an unknown number must have one sign, and the pointer a known distance to its object's
     * end. The processor may also see the number as 0: that path is queued.
     */
    static Window onPointer(Walk w, Instruction.Alu i, RegState ptr, RegState number, boolean swapped) {
        if (!masked(w, i)) {
            return null;
        }
        boolean constant = number.var.isConst();
        Window window = null;
        if (!w.state.speculative) {
            boolean negative = number.var.smin < 0;
            if (!constant && negative != number.var.smax < 0) {
                throw w.reject(
                        Reject.EACCES,
                        "R%d has unknown scalar with mixed signed bounds, %s",
                        swapped ? i.dst() : i.src(),
                        TAIL);
            }
            boolean left = i.op() == AluOp.ADD ? negative : !negative;
            int kind = (negative ? NEGATIVE : 0)
                    | (constant ? CONSTANT : 0)
                    | (swapped ? POINTER_IS_SOURCE : POINTER_IS_DESTINATION);
            window = new Window(kind, distance(w, i, ptr, swapped ? i.src() : i.dst(), left), left);
            w.masksDiffer |= !constant;
        }
        if (!constant) {
            VerifierState asZero = w.explore.push(w.insn + 1, w.insn, true);
            // the 32-bit bounds of the destination are gone already
            asZero.frame().regs[i.dst()] = swapped ? ptr : ptr.withVar(ptr.var.withoutWordRanges());
        }
        return window;
    }

    /** After the move: the mask that it needs must be the same on every path. */
    static void onMoved(Walk w, Instruction.Alu i, RegState moved, Window window) {
        if (window != null) {
            settle(w, i, window.kind, Math.abs(window.limit - distance(w, i, moved, i.dst(), window.left)));
        }
    }

    private static long distance(Walk w, Instruction.Alu i, RegState ptr, int pointer, boolean left) {
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
            default ->
                throw w.reject(Reject.EACCES, "R%d has pointer with unsupported alu operation, %s", pointer, TAIL);
        }
        if (Long.compareUnsigned(distance, limit) >= 0) {
            throw w.reject(Reject.EACCES, "R%d tried to %s beyond pointer bounds, %s", i.dst(), word(i), TAIL);
        }
        return distance;
    }

    private static void settle(Walk w, Instruction.Alu i, int kind, long limit) {
        long mask = (long) kind << 32 | limit;
        Long before = w.masks.putIfAbsent(w.insn, mask);
        if (before != null && before != mask) {
            throw w.reject(
                    Reject.EACCES, "R%d tried to %s from different maps, paths or scalars, %s", i.dst(), word(i), TAIL);
        }
    }

    private static String word(Instruction.Alu i) {
        return i.op() == AluOp.ADD ? "add" : "sub";
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
                            Reject.EACCES,
                            "%sR%d pointer arithmetic of map value goes out of range, prohibited for !root",
                            r.text,
                            dst);
                }
            }
            default -> {}
        }
    }

    private static void requireStack(Walk w, int dst, RegState moved) {
        if (!moved.var.isConst()) {
            throw w.reject(
                    Reject.EACCES,
                    "R%d variable stack access prohibited for !root, var_off=%s off=%d",
                    dst,
                    moved.var.var,
                    moved.off + moved.var.var.value());
        }
        long off = moved.off + moved.var.constValue();
        if (off >= 0 || off < -512) {
            throw w.reject(
                    Reject.EACCES,
                    "R%d stack pointer arithmetic goes out of range, prohibited for !root; off=%d",
                    dst,
                    off);
        }
    }
}
