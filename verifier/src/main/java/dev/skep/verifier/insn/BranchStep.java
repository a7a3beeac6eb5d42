package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.JumpOp;
import dev.skep.verifier.access.BtfTrust;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.BranchRefiner;
import dev.skep.verifier.walk.Walk;

/**
 * Conditional jumps.
 *
 * <p>Steps: (1) a known outcome is followed alone, and the operands that decided it become precise; (2) else the target
 * is queued and the walk goes on below the jump; (3) on both sides the operands are refined, and with them what is
 * linked to them; (4) comparisons with NULL and of packet pointers convert pointers.
 */
final class BranchStep {
    private BranchStep() {}

    static void step(Walk w, Instruction.Branch i) {
        RegState dst = w.readReg(i.dst());
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_JMP/JMP32 uses reserved fields");
        }
        RegState src;
        if (i.fromRegister()) {
            src = w.readReg(i.src());
            if (src.isPointer() && !w.allowPtrLeaks && !(PacketRange.isPacket(dst) && PacketRange.isPacket(src))) {
                throw w.reject(Reject.EACCES, "R%d pointer comparison prohibited", i.src());
            }
        } else {
            src = RegState.constant(i.imm());
        }
        int outcome = predict(i, dst, src);
        if (outcome >= 0) {
            follow(w, i, dst, src, outcome == 1);
        } else {
            fork(w, i, dst, src);
        }
    }

    private static void follow(Walk w, Instruction.Branch i, RegState dst, RegState src, boolean taken) {
        if (dst.isScalar()) {
            w.explore.markPrecise(i.dst());
        }
        if (i.fromRegister() && src.isScalar()) {
            w.explore.markPrecise(i.src());
        }
        int target = w.insn + 1 + i.offset();
        if (!w.bypassSpecV1) {
            RegState[] regs =
                    w.explore.push(taken ? w.insn + 1 : target, w.insn, true).frame().regs;
            regs[i.dst()] = RegState.UNKNOWN;
            if (i.fromRegister()) {
                regs[i.src()] = RegState.UNKNOWN;
            }
        }
        w.facts.branch(w.insn, taken);
        if (taken) {
            w.next = target;
        }
    }

    private static int predict(Instruction.Branch i, RegState a, RegState b) {
        if (i.is64() && PacketRange.isPacket(a) && PacketRange.isPacket(b)) {
            return PacketRange.predict(i.op(), a, b);
        }
        if (a.isScalar() && b.isScalar()) {
            return BranchRefiner.predict(i.op(), i.is64(), a.var, b.var);
        }
        if (a.isScalar()) {
            RegState swap = a;
            a = b;
            b = swap;
        }
        boolean zero = b.isScalar() && (i.is64() ? b.isNull() : b.var.subregConst() && b.var.subregValue() == 0);
        // Linux takes the low word of an address that is not NULL for not zero, too
        if (!zero || !BtfTrust.isNeverNull(a)) {
            return -1;
        }
        return switch (i.op()) {
            case EQ -> 0;
            case NE -> 1;
            default -> -1;
        };
    }

    private static void fork(Walk w, Instruction.Branch i, RegState dst, RegState src) {
        LinkedRegisters linked = null;
        if (i.fromRegister() && src.isScalar() && src.id != 0) {
            linked = new LinkedRegisters();
            linked.collect(w, src.id);
        }
        if (dst.isScalar() && dst.id != 0) {
            linked = linked == null ? new LinkedRegisters() : linked;
            linked.collect(w, dst.id);
        }
        if (linked != null && linked.count() > 1) {
            w.explore.recordLinked(linked.packed());
        }
        VerifierState taken = w.explore.push(w.insn + 1 + i.offset(), w.insn, false);
        w.facts.branch(w.insn, true);
        w.facts.branch(w.insn, false);
        if (dst.isScalar() && src.isScalar()) {
            refine(w, i, taken, linked);
        } else {
            pointers(w, i, dst, src, taken);
        }
    }

    private static void refine(Walk w, Instruction.Branch i, VerifierState taken, LinkedRegisters linked) {
        VerifierState here = w.state;
        RegState dst = w.reg(i.dst());
        RegState src = i.fromRegister() ? w.reg(i.src()) : RegState.constant(i.imm());
        if (i.fromRegister() && i.src() == i.dst()) {
            refineSame(w, i, taken, dst);
        } else {
            BranchRefiner.Refined out = new BranchRefiner.Refined();
            BranchRefiner.refine(i.op(), i.is64(), dst.var, src.var, out);
            set(w, i, taken, dst, src, out, "true");
            BranchRefiner.refineFalse(i.op(), i.is64(), dst.var, src.var, out);
            set(w, i, here, dst, src, out, "false");
        }
        if (linked == null) {
            return;
        }
        if (i.fromRegister() && src.id != 0) {
            linked.update(here, here.frame().regs[i.src()]);
            linked.update(taken, taken.frame().regs[i.src()]);
        }
        if (dst.id != 0) {
            linked.update(here, here.frame().regs[i.dst()]);
            linked.update(taken, taken.frame().regs[i.dst()]);
        }
    }

    /** A register compared with itself: what is learnt of either operand holds for the one register. */
    private static void refineSame(Walk w, Instruction.Branch i, VerifierState taken, RegState reg) {
        RegState yes = reg.withVar(BranchRefiner.refineSame(i.op(), i.is64(), reg.var));
        RegState no =
                i.op() == JumpOp.SET ? reg : reg.withVar(BranchRefiner.refineSame(i.op().inverse(), i.is64(), reg.var));
        yes = Invariants.checked(w, Invariants.checked(w, yes, "true_reg1"), "true_reg2");
        no = Invariants.checked(w, Invariants.checked(w, no, "false_reg1"), "false_reg2");
        taken.frame().regs[i.dst()] = yes;
        w.state.frame().regs[i.dst()] = no;
    }

    private static void set(
            Walk w,
            Instruction.Branch i,
            VerifierState s,
            RegState dst,
            RegState src,
            BranchRefiner.Refined out,
            String side) {
        s.frame().regs[i.dst()] = Invariants.checked(w, dst.withVar(out.a), side + "_reg1");
        if (i.fromRegister()) {
            s.frame().regs[i.src()] = Invariants.checked(w, src.withVar(out.b), side + "_reg2");
        }
    }

    private static void pointers(Walk w, Instruction.Branch i, RegState dst, RegState src, VerifierState taken) {
        VerifierState here = w.state;
        boolean equality = i.op() == JumpOp.EQ || i.op() == JumpOp.NE;
        if (i.is64() && i.fromRegister() && equality && dst.isPointer() && src.isPointer()) {
            liftNull(w, i, dst, src, i.op() == JumpOp.EQ ? taken : here);
        }
        if (i.is64() && !i.fromRegister() && i.imm() == 0 && equality && dst.type.maybeNull()) {
            NullCheck.markPtrOrNull(w, here, dst, i.op() == JumpOp.NE);
            NullCheck.markPtrOrNull(w, taken, dst, i.op() == JumpOp.EQ);
            return;
        }
        boolean learnt = i.is64() && i.fromRegister() && PacketRange.learn(i, dst, src, taken, here);
        if (!learnt && dst.isPointer() && !w.allowPtrLeaks) {
            throw w.reject(Reject.EACCES, "R%d pointer comparison prohibited", i.dst());
        }
    }

    /** A pointer equal to one that cannot be NULL is not NULL either. */
    private static void liftNull(Walk w, Instruction.Branch i, RegState dst, RegState src, VerifierState equal) {
        if (dst.type.maybeNull() == src.type.maybeNull()
                || dst.type instanceof RegType.BtfPtr
                || src.type instanceof RegType.BtfPtr) {
            return;
        }
        int lifted = src.type.maybeNull() ? i.src() : i.dst();
        RegState reg = equal.frame().regs[lifted];
        equal.frame().regs[lifted] = NullCheck.notNull(w, reg).withId(reg.id);
    }
}
