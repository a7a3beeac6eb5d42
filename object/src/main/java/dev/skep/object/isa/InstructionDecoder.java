package dev.skep.object.isa;

import dev.skep.object.isa.Instruction.*;

/**
 * Slots to instructions. Total: every slot decodes to something, see {@link Instruction}.
 *
 * <p><em>Source</em>: RFC 9669 sections 3 to 5; which fields are reserved, as observed on Linux 6.18.
 */
final class InstructionDecoder {
    private static final int[] SIZES = {4, 2, 1, 8};

    private InstructionDecoder() {}

    static Instruction[] decodeAll(long[] slots) {
        Instruction[] out = new Instruction[slots.length];
        for (int i = 0; i < slots.length; i++) {
            if (Slot.opcode(slots[i]) == 0x18) {
                if (i + 1 < slots.length && (slots[i + 1] & 0xffff_ffffL) == 0 && Slot.offset(slots[i]) == 0) {
                    out[i] = new LoadImm64(
                            Slot.dst(slots[i]), Slot.src(slots[i]), Slot.imm(slots[i]), Slot.imm(slots[i + 1]));
                    i++;
                } else {
                    out[i] = new Undefined(slots[i]);
                }
            } else {
                out[i] = decode(slots[i]);
            }
        }
        return out;
    }

    private static Instruction decode(long slot) {
        return switch (Slot.opcode(slot) & 0x07) {
            case 0x00 -> packetLoad(slot);
            case 0x01 -> load(slot);
            case 0x02 -> storeImm(slot);
            case 0x03 -> store(slot);
            case 0x04 -> alu(slot, false);
            case 0x05 -> jump(slot, true);
            case 0x06 -> jump(slot, false);
            default -> alu(slot, true);
        };
    }

    private static int size(long slot) {
        return SIZES[Slot.opcode(slot) >> 3 & 3];
    }

    private static Instruction packetLoad(long slot) {
        int mode = Slot.opcode(slot) & 0xe0;
        if (mode != 0x20 && mode != 0x40 || size(slot) == 8) {
            return new Undefined(slot);
        }
        boolean indirect = mode == 0x40;
        boolean reserved = Slot.dst(slot) != 0 || Slot.offset(slot) != 0 || !indirect && Slot.src(slot) != 0;
        return new PacketLoad(size(slot), indirect, Slot.src(slot), Slot.imm(slot), reserved);
    }

    private static Instruction load(long slot) {
        int mode = Slot.opcode(slot) & 0xe0;
        boolean signed = mode == 0x80;
        if (mode != 0x60 && !signed || signed && size(slot) == 8) {
            return new Undefined(slot);
        }
        return new Load(size(slot), signed, Slot.dst(slot), Slot.src(slot), Slot.offset(slot), Slot.imm(slot) != 0);
    }

    private static Instruction storeImm(long slot) {
        if ((Slot.opcode(slot) & 0xe0) != 0x60) {
            return new Undefined(slot);
        }
        return new StoreImm(size(slot), Slot.dst(slot), Slot.offset(slot), Slot.imm(slot), Slot.src(slot) != 0);
    }

    private static Instruction store(long slot) {
        int mode = Slot.opcode(slot) & 0xe0;
        if (mode == 0x60) {
            return new Store(size(slot), Slot.dst(slot), Slot.offset(slot), Slot.src(slot), Slot.imm(slot) != 0);
        }
        if (mode == 0xc0) {
            AtomicOp op = AtomicOp.ofImm(Slot.imm(slot));
            return new Atomic(op, size(slot), Slot.dst(slot), Slot.src(slot), Slot.offset(slot), Slot.imm(slot), false);
        }
        return new Undefined(slot);
    }

    private static Instruction alu(long slot, boolean is64) {
        int code = Slot.opcode(slot) & 0xf0;
        boolean reg = (Slot.opcode(slot) & 0x08) != 0;
        int dst = Slot.dst(slot);
        int src = Slot.src(slot);
        int off = Slot.offset(slot);
        int imm = Slot.imm(slot);
        return switch (code) {
            case 0x80 -> new Negate(is64, dst, reg || src != 0 || off != 0 || imm != 0);
            case 0xb0 -> move(is64, dst, reg, src, off, imm);
            case 0xd0 -> byteSwap(is64, reg, dst, src, off, imm);
            case 0xe0, 0xf0 -> new Undefined(slot);
            default -> {
                boolean signed = off == 1 && (code == 0x30 || code == 0x90);
                boolean reserved = (reg ? imm != 0 : src != 0) || off != 0 && !signed;
                yield new Alu(is64, aluOp(code, signed), dst, reg, src, imm, reserved);
            }
        };
    }

    private static AluOp aluOp(int code, boolean signed) {
        return switch (code) {
            case 0x00 -> AluOp.ADD;
            case 0x10 -> AluOp.SUB;
            case 0x20 -> AluOp.MUL;
            case 0x30 -> signed ? AluOp.SDIV : AluOp.DIV;
            case 0x40 -> AluOp.OR;
            case 0x50 -> AluOp.AND;
            case 0x60 -> AluOp.LSH;
            case 0x70 -> AluOp.RSH;
            case 0x90 -> signed ? AluOp.SMOD : AluOp.MOD;
            case 0xa0 -> AluOp.XOR;
            default -> AluOp.ARSH;
        };
    }

    private static Instruction move(boolean is64, int dst, boolean reg, int src, int off, int imm) {
        if (!reg) {
            return new Move(is64, dst, false, src, imm, 0, src != 0 || off != 0);
        }
        if (is64 && off == 1) {
            return new AddrSpaceCast(dst, src, imm, imm != 1 && imm != 1 << 16);
        }
        boolean extends_ = off == 8 || off == 16 || off == 32 && is64;
        return new Move(is64, dst, true, src, imm, extends_ ? off : 0, imm != 0 || off != 0 && !extends_);
    }

    private static Instruction byteSwap(boolean is64, boolean reg, int dst, int src, int off, int imm) {
        ByteSwap.Order order = is64 ? ByteSwap.Order.SWAP : reg ? ByteSwap.Order.TO_BIG : ByteSwap.Order.TO_LITTLE;
        boolean reserved = src != 0 || off != 0 || imm != 16 && imm != 32 && imm != 64 || is64 && reg;
        return new ByteSwap(order, imm, dst, reserved);
    }

    private static Instruction jump(long slot, boolean is64) {
        int code = Slot.opcode(slot) & 0xf0;
        boolean reg = (Slot.opcode(slot) & 0x08) != 0;
        int dst = Slot.dst(slot);
        int src = Slot.src(slot);
        int off = Slot.offset(slot);
        int imm = Slot.imm(slot);
        switch (code) {
            case 0x00 -> {
                if (is64) {
                    return new Goto(off, false, reg || dst != 0 || src != 0 || imm != 0);
                }
                return new Goto(imm, true, reg || dst != 0 || src != 0 || off != 0);
            }
            case 0x80 -> {
                if (!is64) {
                    return new Undefined(slot);
                }
                Call.Kind kind = switch (src) {
                    case 0 -> Call.Kind.HELPER;
                    case 1 -> Call.Kind.SUBPROGRAM;
                    case 2 -> Call.Kind.KFUNC;
                    default -> Call.Kind.UNKNOWN;
                };
                boolean reserved = reg || dst != 0 || kind == Call.Kind.UNKNOWN || off != 0 && kind != Call.Kind.KFUNC;
                return new Call(kind, imm, off, reserved);
            }
            case 0x90 -> {
                return is64 ? new Exit(reg || dst != 0 || src != 0 || off != 0 || imm != 0) : new Undefined(slot);
            }
            case 0xe0 -> {
                return is64 && !reg ? new MayGoto(off, dst != 0 || src != 0 || imm != 0) : new Undefined(slot);
            }
            case 0xf0 -> {
                return new Undefined(slot);
            }
            default -> {
                return new Branch(is64, jumpOp(code), dst, reg, src, imm, off, reg ? imm != 0 : src != 0);
            }
        }
    }

    private static JumpOp jumpOp(int code) {
        return switch (code) {
            case 0x10 -> JumpOp.EQ;
            case 0x20 -> JumpOp.GT;
            case 0x30 -> JumpOp.GE;
            case 0x40 -> JumpOp.SET;
            case 0x50 -> JumpOp.NE;
            case 0x60 -> JumpOp.SGT;
            case 0x70 -> JumpOp.SGE;
            case 0xa0 -> JumpOp.LT;
            case 0xb0 -> JumpOp.LE;
            case 0xc0 -> JumpOp.SLT;
            default -> JumpOp.SLE;
        };
    }
}
