package dev.skep.jit;

import dev.skep.object.isa.Instruction;
import java.lang.classfile.CodeBuilder;

/**
 * Arithmetic, moves, byte swaps. What the JVM has an instruction for is emitted; division and its kin call the shared
 * operations.
 */
final class AluEmitter {
    private AluEmitter() {}

    static void alu(Emission e, Instruction.Alu a) {
        if (a.op().isDivision()) {
            e.load(a.dst());
            e.operand(a.fromRegister(), a.src(), a.imm());
            String name = switch (a.op()) {
                case DIV -> "div";
                case MOD -> "mod";
                case SDIV -> "sdiv";
                default -> "smod";
            };
            e.b.invokestatic(Names.OPERATIONS, name + (a.is64() ? "64" : "32"), Names.TWO_LONGS);
        } else if (a.is64()) {
            alu64(e, a);
        } else {
            alu32(e, a);
        }
        e.store(a.dst());
    }

    private static void alu64(Emission e, Instruction.Alu a) {
        CodeBuilder b = e.b;
        e.load(a.dst());
        if (a.op().isShift()) {
            if (a.fromRegister()) {
                e.load(a.src());
                b.l2i();
            } else {
                b.loadConstant(a.imm());
            }
        } else {
            e.operand(a.fromRegister(), a.src(), a.imm());
        }
        switch (a.op()) {
            case ADD -> b.ladd();
            case SUB -> b.lsub();
            case MUL -> b.lmul();
            case OR -> b.lor();
            case AND -> b.land();
            case XOR -> b.lxor();
            case LSH -> b.lshl();
            case RSH -> b.lushr();
            case ARSH -> b.lshr();
            case DIV, MOD, SDIV, SMOD -> throw new IllegalStateException("division is not emitted here: op=" + a.op());
        }
    }

    private static void alu32(Emission e, Instruction.Alu a) {
        CodeBuilder b = e.b;
        e.load(a.dst());
        b.l2i();
        if (a.fromRegister()) {
            e.load(a.src());
            b.l2i();
        } else {
            b.loadConstant(a.imm());
        }
        switch (a.op()) {
            case ADD -> b.iadd();
            case SUB -> b.isub();
            case MUL -> b.imul();
            case OR -> b.ior();
            case AND -> b.iand();
            case XOR -> b.ixor();
            case LSH -> b.ishl();
            case RSH -> b.iushr();
            case ARSH -> b.ishr();
            case DIV, MOD, SDIV, SMOD -> throw new IllegalStateException("division is not emitted here: op=" + a.op());
        }
        widen(b);
    }

    /** An int on the stack becomes a long, zero-extended. */
    static void widen(CodeBuilder b) {
        b.i2l();
        b.loadConstant(0xffff_ffffL);
        b.land();
    }

    static void negate(Emission e, Instruction.Negate n) {
        e.load(n.dst());
        if (n.is64()) {
            e.b.lneg();
        } else {
            e.b.l2i().ineg();
            widen(e.b);
        }
        e.store(n.dst());
    }

    static void move(Emission e, Instruction.Move m) {
        CodeBuilder b = e.b;
        if (!m.fromRegister()) {
            b.loadConstant(m.is64() ? m.imm() : m.imm() & 0xffff_ffffL);
            e.store(m.dst());
            return;
        }
        e.load(m.src());
        switch (m.signBits()) {
            case 8 -> b.l2i().i2b();
            case 16 -> b.l2i().i2s();
            case 32 -> b.l2i();
            default -> {
                if (!m.is64()) {
                    b.loadConstant(0xffff_ffffL);
                    b.land();
                }
                e.store(m.dst());
                return;
            }
        }
        if (m.is64()) {
            b.i2l();
        } else {
            widen(b);
        }
        e.store(m.dst());
    }

    static void cast(Emission e, Instruction.AddrSpaceCast c) {
        e.load(c.src());
        e.b.invokestatic(Names.OPERATIONS, "castAddress", Names.LONG_TO_LONG);
        e.store(c.dst());
    }

    static void swap(Emission e, Instruction.ByteSwap s) {
        boolean keep = s.order() == Instruction.ByteSwap.Order.TO_LITTLE;
        if (keep && s.bits() == 64) {
            return;
        }
        e.load(s.dst());
        if (keep) {
            e.b.loadConstant(s.bits() == 16 ? 0xffffL : 0xffff_ffffL);
            e.b.land();
        } else {
            e.b.invokestatic(Names.OPERATIONS, "swap" + s.bits(), Names.LONG_TO_LONG);
        }
        e.store(s.dst());
    }

    /** True for what no rule of the instruction set describes. */
    static boolean isUnknown(Instruction.ByteSwap s) {
        return s.bits() != 16 && s.bits() != 32 && s.bits() != 64;
    }
}
