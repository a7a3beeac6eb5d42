package dev.skep.jit;

import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.JumpOp;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;

/** Conditional jumps. A side that the verifier proved dead is not emitted. */
final class BranchEmitter {
    private BranchEmitter() {}

    static void branch(Emission e, int insn, Instruction.Branch j) {
        int target = insn + 1 + j.offset();
        if (!e.flow.mayJump(insn)) {
            return;
        }
        if (!e.flow.mayFallThrough(insn)) {
            e.tickIfBack(insn, target);
            e.b.goto_(e.label(target));
            return;
        }
        if (e.ticking && target <= insn) {
            Label over = e.b.newLabel();
            Label back = e.b.newLabel();
            compare(e, j, back);
            e.b.goto_(over);
            e.b.labelBinding(back);
            e.tickIfBack(insn, target);
            e.b.goto_(e.label(target));
            e.b.labelBinding(over);
        } else {
            compare(e, j, e.label(target));
        }
    }

    private static void compare(Emission e, Instruction.Branch j, Label target) {
        if (j.is64()) {
            compare64(e, j, target);
        } else {
            compare32(e, j, target);
        }
    }

    private static void compare64(Emission e, Instruction.Branch j, Label target) {
        CodeBuilder b = e.b;
        e.load(j.dst());
        e.operand(j.fromRegister(), j.src(), j.imm());
        switch (j.op()) {
            case SET -> {
                b.land();
                b.loadConstant(0L);
                b.lcmp();
                b.ifne(target);
            }
            case GT, GE, LT, LE -> {
                b.invokestatic(Names.LONG, "compareUnsigned", Names.COMPARE_LONGS);
                jump(b, j.op(), target);
            }
            default -> {
                b.lcmp();
                jump(b, j.op(), target);
            }
        }
    }

    private static void jump(CodeBuilder b, JumpOp op, Label target) {
        switch (op) {
            case EQ -> b.ifeq(target);
            case NE, SET -> b.ifne(target);
            case GT, SGT -> b.ifgt(target);
            case GE, SGE -> b.ifge(target);
            case LT, SLT -> b.iflt(target);
            case LE, SLE -> b.ifle(target);
        }
    }

    private static void compare32(Emission e, Instruction.Branch j, Label target) {
        CodeBuilder b = e.b;
        e.load(j.dst());
        b.l2i();
        if (j.fromRegister()) {
            e.load(j.src());
            b.l2i();
        } else {
            b.loadConstant(j.imm());
        }
        switch (j.op()) {
            case EQ -> b.if_icmpeq(target);
            case NE -> b.if_icmpne(target);
            case SGT -> b.if_icmpgt(target);
            case SGE -> b.if_icmpge(target);
            case SLT -> b.if_icmplt(target);
            case SLE -> b.if_icmple(target);
            case SET -> {
                b.iand();
                b.ifne(target);
            }
            case GT, GE, LT, LE -> {
                b.invokestatic(Names.INTEGER, "compareUnsigned", Names.COMPARE_INTS);
                jump(b, j.op(), target);
            }
        }
    }

    static void mayGoto(Emission e, int insn, Instruction.MayGoto g) {
        e.b.aload(Locals.CONTEXT);
        e.b.invokevirtual(Names.CONTEXT, "loopsExhausted", Names.GET_BOOLEAN);
        e.b.ifne(e.label(insn + 1 + g.offset()));
    }

    static void jump(Emission e, int insn, int offset) {
        e.tickIfBack(insn, insn + 1 + offset);
        e.b.goto_(e.label(insn + 1 + offset));
    }
}
