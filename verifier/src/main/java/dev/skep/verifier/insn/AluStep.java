package dev.skep.verifier.insn;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarOps;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/**
 * Arithmetic on registers. Numbers are computed by {@link ScalarOps}; a pointer operand leads to {@link
 * PointerArithmetic}.
 *
 * <p>After {@code r += constant} the register stays linked to the value it was a copy of, with the constant as
 * distance.
 */
final class AluStep {
    private AluStep() {}

    static void step(Walk w, Instruction.Alu i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_ALU uses reserved fields");
        }
        RegState src = i.fromRegister() ? w.readReg(i.src()) : null;
        RegState dst = w.readReg(i.dst());
        if (!i.fromRegister()) {
            requireImmediate(w, i);
            src = RegState.constant(i.imm());
        }
        w.requireWritable(i.dst());
        if (dst.type instanceof RegType.Arena) {
            return;
        }
        if (src.isPointer()) {
            withPointer(w, i, dst, src);
        } else if (dst.isPointer()) {
            if (i.fromRegister()) {
                w.explore.markPrecise(i.src());
            }
            PointerArithmetic.apply(w, i, dst, src, false);
        } else {
            if (dst.precise && i.fromRegister()) {
                w.explore.markPrecise(i.src());
            }
            numbers(w, i, dst, src);
        }
    }

    private static void requireImmediate(Walk w, Instruction.Alu i) {
        if (i.op().isDivision() && i.imm() == 0) {
            throw w.reject(Reject.EINVAL, "div by zero");
        }
        if (i.op().isShift() && (i.imm() < 0 || i.imm() >= (i.is64() ? 64 : 32))) {
            throw w.reject(Reject.EINVAL, "invalid shift %d", i.imm());
        }
    }

    private static void withPointer(Walk w, Instruction.Alu i, RegState dst, RegState src) {
        if (src.type instanceof RegType.Arena) {
            w.setReg(i.dst(), src);
            return;
        }
        if (dst.isPointer()) {
            if (i.op() == AluOp.SUB && w.allowPtrLeaks) {
                w.setReg(i.dst(), RegState.UNKNOWN);
                return;
            }
            throw w.reject(Reject.EACCES, "R%d pointer %s pointer prohibited", i.dst(), PointerArithmetic.sign(i.op()));
        }
        w.explore.markPrecise(i.dst());
        PointerArithmetic.apply(w, i, src, dst, true);
    }

    private static void numbers(Walk w, Instruction.Alu i, RegState dst, RegState src) {
        if (!w.bypassSpecV1) {
            Speculation.onNumbers(w, i);
        }
        if (ScalarOps.forksOnSignMask(i.op(), dst.var, src.var)) {
            VerifierState other = w.explore.push(w.insn, w.insn, false);
            other.frame().regs[i.dst()] =
                    dst.withVar(ScalarOps.signMask(dst.var, false)).withId(0);
            dst = dst.withVar(ScalarOps.signMask(dst.var, true));
        }
        ScalarValue value = ScalarOps.apply(i.op(), i.is64(), dst.var, src.var);
        RegState result = i.op().isDivision() || value == ScalarValue.UNKNOWN && i.op().isShift()
                ? RegState.UNKNOWN
                : linked(w, i, dst, src, value);
        w.setReg(i.dst(), Invariants.checked(w, result, "alu"));
    }

    /** The result as a register; its id survives only an addition of a constant to a copy. */
    private static RegState linked(Walk w, Instruction.Alu i, RegState dst, RegState src, ScalarValue value) {
        RegState result = dst.withVar(value);
        boolean sum = i.op() == AluOp.ADD || i.op() == AluOp.SUB;
        if (!w.bpfCapable || !sum || dst.id == 0 || dst.hasDelta || i.fromRegister() && i.src() == i.dst()) {
            return result.withId(0);
        }
        if (i.is64() ? !src.var.isConst() : !src.var.subregConst() || !dst.var.fits32()) {
            return result.withId(0);
        }
        long constant = i.is64() ? src.var.constValue() : src.var.subregValue();
        if (constant != (int) constant || i.op() == AluOp.SUB && constant == Integer.MIN_VALUE) {
            return result.withId(0);
        }
        int delta = i.op() == AluOp.SUB ? (int) -constant : (int) constant;
        return i.is64() ? result.withDelta(dst.id, delta) : result.withDelta32(dst.id, delta);
    }

    static void negate(Walk w, Instruction.Negate i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_NEG uses reserved fields");
        }
        RegState dst = readNumber(w, i.dst());
        w.setReg(
                i.dst(),
                dst == null
                        ? RegState.UNKNOWN
                        : Invariants.checked(
                                w,
                                dst.withVar(ScalarOps.negate(i.is64(), dst.var)).withId(0),
                                "alu"));
    }

    static void byteSwap(Walk w, Instruction.ByteSwap i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_END uses reserved fields");
        }
        RegState dst = readNumber(w, i.dst());
        if (dst != null && i.order() == Instruction.ByteSwap.Order.TO_LITTLE && i.bits() == 64) {
            w.setReg(i.dst(), dst); // nothing changes: it stays the same number as its copies
            return;
        }
        w.setReg(
                i.dst(),
                dst == null
                        ? RegState.UNKNOWN
                        : Invariants.checked(
                                w,
                                dst.withVar(ScalarOps.byteSwap(i.order(), i.bits(), dst.var))
                                        .withId(0),
                                "alu"));
    }

    /** The register of a one-operand operation; null for a pointer that this program may turn into a number. */
    private static RegState readNumber(Walk w, int r) {
        RegState dst = w.readReg(r);
        if (dst.isPointer() && !w.allowPtrLeaks) {
            throw w.reject(Reject.EACCES, "R%d pointer arithmetic prohibited", r);
        }
        w.requireWritable(r);
        return dst.isScalar() ? dst : null;
    }
}
