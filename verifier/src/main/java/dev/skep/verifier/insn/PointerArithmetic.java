package dev.skep.verifier.insn;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.PointerOffset;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarOps;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/**
 * A pointer plus or minus a number.
 *
 * <p>Steps: (1) the operation and the kind of pointer must allow it; (2) both operands must be sane: known to stay
 * within 2^29 bytes; (3) a constant moves the fixed offset, an unknown number becomes part of the variable one, and
 * makes a packet pointer a new base without proved range; (4) the result must be sane.
 */
final class PointerArithmetic {
    private PointerArithmetic() {}

    /** The operator in messages; signed division prints as division. */
    static String sign(AluOp op) {
        return switch (op) {
            case SDIV -> "/=";
            case SMOD -> "%=";
            default -> op.sign();
        };
    }

    /**
     * Applies {@code i} to pointer {@code ptr} and number {@code number}; the result goes to the destination register.
     *
     * @param swapped the number is the destination operand, the pointer the source
     */
    static void apply(Walk w, Instruction.Alu i, RegState ptr, RegState number, boolean swapped) {
        int dst = i.dst();
        if (number.var.isBroken()) {
            w.setReg(dst, RegState.UNKNOWN);
            return;
        }
        if (!i.is64()) {
            if (i.op() == AluOp.SUB && w.allowPtrLeaks) {
                w.setReg(dst, RegState.UNKNOWN);
                return;
            }
            throw w.reject(Reject.EACCES, "R%d 32-bit pointer arithmetic prohibited", dst);
        }
        if (ptr.type.maybeNull()) {
            throw w.reject(
                    Reject.EACCES,
                    "R%d pointer arithmetic on %s prohibited, null-check it first",
                    dst,
                    ptr.type.kernelName());
        }
        if (ptr.type instanceof RegType.Mem && ptr.type.has(PtrFlags.UNTRUSTED)) {
            // Linux leaves the destination as it is: a number that was added to is then one of unknown value
            w.setReg(dst, swapped ? RegState.UNKNOWN : ptr);
            return;
        }
        requireKind(w, i.op(), dst, ptr, number);
        requireSane(w, number, ptr.type);
        requireSane(w, ptr, ptr.type);
        Speculation.Window window = w.bypassSpecV1 ? null : Speculation.onPointer(w, i, ptr, number, swapped);
        RegState moved = switch (i.op()) {
            case ADD -> add(w, ptr, number);
            case SUB -> subtract(w, dst, ptr, number, swapped);
            case AND, OR, XOR ->
                throw w.reject(Reject.EACCES, "R%d bitwise operator %s on pointer prohibited", dst, sign(i.op()));
            default ->
                throw w.reject(Reject.EACCES, "R%d pointer arithmetic with %s operator prohibited", dst, sign(i.op()));
        };
        requireSane(w, moved, ptr.type);
        w.setReg(dst, moved);
        if (!w.bypassSpecV1) {
            Speculation.requireInside(w, dst, moved);
            Speculation.onMoved(w, i, moved, window);
        }
    }

    private static void requireKind(Walk w, AluOp op, int dst, RegState ptr, RegState number) {
        boolean allowed = switch (ptr.type) {
            case RegType.Ctx _,
                    RegType.MapValue _,
                    RegType.MapKey _,
                    RegType.Stack _,
                    RegType.Packet _,
                    RegType.PacketMeta _,
                    RegType.TpBuffer _,
                    RegType.BtfPtr _,
                    RegType.Mem _,
                    RegType.Buf _,
                    RegType.Func _,
                    RegType.DynptrPtr _ -> true;
            case RegType.FlowKeys _ -> number.var.isConst() || op == AluOp.ADD && number.isNull();
            case RegType.MapPtr _ -> op == AluOp.ADD && number.isNull();
            default -> false;
        };
        if (!allowed) {
            throw w.reject(Reject.EACCES, "R%d pointer arithmetic on %s prohibited", dst, ptr.type.kernelName());
        }
    }

    /** An operand or result must not be able to reach 2^29 bytes from the base. */
    private static void requireSane(Walk w, RegState reg, RegType type) {
        ScalarValue v = reg.var;
        String name = type.kernelName();
        if (v.isConst() && tooFar(v.constValue())) {
            throw w.reject(Reject.EINVAL, "math between %s pointer and %d is not allowed", name, v.constValue());
        }
        if (tooFar(reg.off)) {
            throw w.reject(Reject.EINVAL, "%s pointer offset %d is not allowed", name, reg.off);
        }
        if (v.smin == Long.MIN_VALUE) {
            throw w.reject(
                    Reject.EINVAL,
                    "math between %s pointer and register with unbounded min value is not allowed",
                    name);
        }
        if (tooFar(v.smin)) {
            throw w.reject(Reject.EINVAL, "value %d makes %s pointer be out of bounds", v.smin, name);
        }
    }

    private static boolean tooFar(long n) {
        return n >= PointerOffset.LIMIT || n <= -PointerOffset.LIMIT;
    }

    private static RegState add(Walk w, RegState ptr, RegState number) {
        ScalarValue v = number.var;
        if (v.isConst() && ptr.off + v.constValue() == (int) (ptr.off + v.constValue())) {
            return ptr.withOff((int) (ptr.off + v.constValue()));
        }
        RegState moved = ptr.withVar(pointerBounds(ScalarOps.apply(AluOp.ADD, true, ptr.var, v)));
        return isPacket(ptr.type) ? newBase(w, moved) : moved;
    }

    private static RegState subtract(Walk w, int dst, RegState ptr, RegState number, boolean swapped) {
        if (swapped) {
            throw w.reject(Reject.EACCES, "R%d tried to subtract pointer from scalar", dst);
        }
        if (ptr.type instanceof RegType.Stack) {
            throw w.reject(Reject.EACCES, "R%d subtraction from stack pointer prohibited", dst);
        }
        ScalarValue v = number.var;
        if (v.isConst() && ptr.off - v.constValue() == (int) (ptr.off - v.constValue())) {
            return ptr.withOff((int) (ptr.off - v.constValue()));
        }
        RegState moved = ptr.withVar(pointerBounds(ScalarOps.apply(AluOp.SUB, true, ptr.var, v)));
        if (!isPacket(ptr.type)) {
            return moved;
        }
        return v.smin < 0 ? newBase(w, moved) : moved.withId(w.nextId());
    }

    /** 32-bit ranges of pointers say nothing of their own: they follow from the 64-bit ones. */
    private static ScalarValue pointerBounds(ScalarValue v) {
        return v.isConst()
                ? v
                : ScalarValue.of(v.var, v.smin, v.smax, v.umin, v.umax, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1)
                        .sync();
    }

    private static boolean isPacket(RegType type) {
        return type instanceof RegType.Packet || type instanceof RegType.PacketMeta;
    }

    /** A packet pointer moved by an unknown amount: nothing is proved of it yet. */
    private static RegState newBase(Walk w, RegState moved) {
        RegType type = moved.type instanceof RegType.Packet p
                ? new RegType.Packet(p.flags(), 0)
                : new RegType.PacketMeta(moved.type.flags(), 0);
        return moved.withType(type).withId(w.nextId());
    }
}
