package dev.skep.object.isa;

import dev.skep.object.isa.Instruction.AddrSpaceCast;
import dev.skep.object.isa.Instruction.Alu;
import dev.skep.object.isa.Instruction.Atomic;
import dev.skep.object.isa.Instruction.Branch;
import dev.skep.object.isa.Instruction.ByteSwap;
import dev.skep.object.isa.Instruction.Call;
import dev.skep.object.isa.Instruction.Exit;
import dev.skep.object.isa.Instruction.Goto;
import dev.skep.object.isa.Instruction.Load;
import dev.skep.object.isa.Instruction.LoadImm64;
import dev.skep.object.isa.Instruction.MayGoto;
import dev.skep.object.isa.Instruction.Move;
import dev.skep.object.isa.Instruction.Negate;
import dev.skep.object.isa.Instruction.PacketLoad;
import dev.skep.object.isa.Instruction.Store;
import dev.skep.object.isa.Instruction.StoreImm;
import dev.skep.object.isa.Instruction.Undefined;

/**
 * Instructions to slots: the inverse of decoding.
 *
 * <p><em>Shape</em>: the operand that an instruction does not use (an immediate beside a source register) becomes
 * zero, so instructions with {@link Instruction#reserved()} fields come back clean.
 *
 * <p><em>Source</em>: RFC 9669 sections 3 to 5.
 */
public final class InstructionEncoder {
    private InstructionEncoder() {}

    /** One slot, or two for {@link LoadImm64}. */
    public static long[] encode(Instruction instruction) {
        if (instruction instanceof LoadImm64 load) {
            return new long[] {
                Slot.of(0x18, load.dst(), load.pseudo(), 0, load.imm()), Slot.of(0, 0, 0, 0, load.nextImm())
            };
        }
        return new long[] {single(instruction)};
    }

    private static long single(Instruction instruction) {
        return switch (instruction) {
            case Alu i -> {
                int offset = i.op().isSignedDivision() ? 1 : 0;
                yield operands(alu(i.is64()) | i.op().code(), i.dst(), i.fromRegister(), i.src(), i.imm(), offset);
            }
            case Negate i -> Slot.of(alu(i.is64()) | 0x80, i.dst(), 0, 0, 0);
            case Move i -> operands(alu(i.is64()) | 0xb0, i.dst(), i.fromRegister(), i.src(), i.imm(), i.signBits());
            case AddrSpaceCast i -> Slot.of(0xbf, i.dst(), i.src(), 1, i.imm());
            case ByteSwap i ->
                Slot.of(
                        switch (i.order()) {
                            case TO_LITTLE -> 0xd4;
                            case TO_BIG -> 0xdc;
                            case SWAP -> 0xd7;
                        },
                        i.dst(),
                        0,
                        0,
                        i.bits());
            case LoadImm64 _ -> throw new IllegalArgumentException("two slots");
            case Load i -> Slot.of(0x01 | (i.signed() ? 0x80 : 0x60) | size(i.size()), i.dst(), i.src(), i.offset(), 0);
            case Store i -> Slot.of(0x63 | size(i.size()), i.base(), i.src(), i.offset(), 0);
            case StoreImm i -> Slot.of(0x62 | size(i.size()), i.base(), 0, i.offset(), i.imm());
            case Atomic i -> Slot.of(0xc3 | size(i.size()), i.dst(), i.src(), i.offset(), i.imm());
            case PacketLoad i ->
                Slot.of((i.indirect() ? 0x40 : 0x20) | size(i.size()), 0, i.indirect() ? i.src() : 0, 0, i.imm());
            case Goto i -> i.isLong() ? Slot.of(0x06, 0, 0, 0, i.offset()) : Slot.of(0x05, 0, 0, i.offset(), 0);
            case MayGoto i -> Slot.of(0xe5, 0, 0, i.offset(), 0);
            case Branch i ->
                operands(
                        (i.is64() ? 0x05 : 0x06) | i.op().code(),
                        i.dst(),
                        i.fromRegister(),
                        i.src(),
                        i.imm(),
                        i.offset());
            case Call i -> Slot.of(0x85, 0, pseudo(i.kind()), i.offset(), i.imm());
            case Exit _ -> Slot.of(0x95, 0, 0, 0, 0);
            case Undefined i -> i.slot();
        };
    }

    private static long operands(int opcode, int dst, boolean fromRegister, int src, int imm, int offset) {
        return fromRegister ? Slot.of(opcode | 0x08, dst, src, offset, 0) : Slot.of(opcode, dst, 0, offset, imm);
    }

    private static int alu(boolean is64) {
        return is64 ? 0x07 : 0x04;
    }

    private static int pseudo(Call.Kind kind) {
        return switch (kind) {
            case HELPER -> 0;
            case SUBPROGRAM -> 1;
            case KFUNC -> 2;
            case UNKNOWN -> 3;
        };
    }

    private static int size(int bytes) {
        return switch (bytes) {
            case 1 -> 0x10;
            case 2 -> 0x08;
            case 4 -> 0x00;
            case 8 -> 0x18;
            default -> throw new IllegalArgumentException("memory size must be 1, 2, 4 or 8: size=" + bytes);
        };
    }
}
