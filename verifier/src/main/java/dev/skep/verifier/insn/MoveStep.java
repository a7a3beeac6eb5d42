package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.access.ScalarIds;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/**
 * Moves between registers. A copy of an unknown number shares an id with its source as long as both have the same
 * value.
 */
final class MoveStep {
    private MoveStep() {}

    static void step(Walk w, Instruction.Move i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_MOV uses reserved fields");
        }
        if (!i.fromRegister()) {
            w.requireWritable(i.dst());
            w.setReg(i.dst(), RegState.constant(i.is64() ? i.imm() : i.imm() & 0xffff_ffffL));
            return;
        }
        RegState src = w.readReg(i.src());
        w.requireWritable(i.dst());
        RegState result;
        if (src.isScalar()) {
            result = i.signBits() != 0 ? signExtended(w, i, src) : i.is64() ? copy(w, i, src) : copy32(w, i, src);
        } else {
            result = pointer(w, i, src);
        }
        w.setReg(i.dst(), result);
    }

    private static RegState copy(Walk w, Instruction.Move i, RegState src) {
        RegState linked = ScalarIds.linkable(w, src);
        w.frame().regs[i.src()] = linked;
        return linked;
    }

    private static RegState copy32(Walk w, Instruction.Move i, RegState src) {
        boolean same = src.var.fits32();
        RegState result = same ? copy(w, i, src) : src.withId(0);
        return result.withVar(result.var.zext32());
    }

    private static RegState signExtended(Walk w, Instruction.Move i, RegState src) {
        boolean same = Long.compareUnsigned(src.var.umax, 1L << i.signBits() - 1) < 0;
        RegState result = same ? copy(w, i, src) : src.withId(0);
        ScalarValue value = i.is64() ? result.var.signExtend(i.signBits()) : result.var.signExtend32(i.signBits());
        return result.withVar(value);
    }

    private static RegState pointer(Walk w, Instruction.Move i, RegState src) {
        if (i.is64() && i.signBits() == 0) {
            // only a pointer that speculation did not move has lost the ranges of its low word
            return w.bypassSpecV1 ? src : Invariants.checked(w, src, "alu");
        }
        if (!w.allowPtrLeaks) {
            throw w.reject(
                    Reject.EACCES,
                    i.is64() ? "R%d sign-extension part of pointer" : "R%d partial copy of pointer",
                    i.src());
        }
        return i.is64() ? RegState.UNKNOWN : RegState.UNKNOWN.withVar(ScalarValue.unsignedLoad(4));
    }

    /** Between the kernel's and the user's address of arena memory. */
    static void cast(Walk w, Instruction.AddrSpaceCast i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "addr_space_cast insn can only convert between address space 1 and 0");
        }
        if (w.program.maps().stream().noneMatch(m -> m.type() == MapType.ARENA)) {
            throw w.reject(
                    Reject.EINVAL, "addr_space_cast insn can only be used in a program that has an associated arena");
        }
        w.readReg(i.src());
        w.requireWritable(i.dst());
        boolean toKernel = i.imm() == 1;
        w.setReg(i.dst(), toKernel ? RegState.pointer(new RegType.Arena(0)) : RegState.UNKNOWN);
    }
}
