package dev.skep.runtime.interp;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Instruction.ByteSwap.Order;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.UnsupportedFault;
import dev.skep.runtime.helper.HelperFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * Instructions to the interpreter's words, slot by slot, so that indexes stay what they are. Total: what cannot run
 * becomes {@link Op#UNDEFINED} and faults when it is reached. Addresses of maps, values and subprograms are filled in
 * here.
 */
final class Decoder {
    private static final int HELPER_TAIL_CALL = 12;

    private final LoadedProgram program;
    private final BpfCode source;
    private final ProgramFacts facts;
    private final boolean checked;
    private final long[] code;
    private final long[] imm;
    private final List<HelperFunction> calls = new ArrayList<>();

    private Decoder(LoadedProgram program) {
        this.program = program;
        this.source = program.spec().code();
        this.facts = program.executable().facts();
        this.checked = program.machine().options().checkEveryAccess();
        this.code = new long[source.size() + 1];
        this.imm = new long[source.size() + 1];
    }

    static DecodedProgram decode(LoadedProgram program) {
        Decoder decoder = new Decoder(program);
        decoder.all();
        return new DecodedProgram(program, decoder.code, decoder.imm, decoder.calls.toArray(HelperFunction[]::new));
    }

    /** What happens at a slot that holds no instruction. */
    static ProgramFault undefined(DecodedProgram p, int pc) {
        throw new UnsupportedFault("instruction must be defined: insn=" + pc + " of " + p.code.length);
    }

    private void all() {
        for (int i = 0; i < source.size(); i += source.width(i)) {
            code[i] = Op.UNDEFINED;
            one(i, source.at(i));
        }
        for (int i = 0; i <= source.size(); i++) {
            if (i == source.size() || source.at(i) == null) {
                code[i] = Op.UNDEFINED;
            }
        }
    }

    private void one(int i, Instruction insn) {
        switch (insn) {
            case Instruction.Alu a -> {
                int base = a.is64() ? Op.ALU64 : Op.ALU32;
                put(i, base + 2 * a.op().ordinal() + (a.fromRegister() ? 0 : 1), a.dst(), a.src(), 0, a.imm());
            }
            case Instruction.Negate n -> put(i, n.is64() ? Op.NEG64 : Op.NEG32, n.dst(), 0, 0, 0);
            case Instruction.Move m -> move(i, m);
            case Instruction.AddrSpaceCast c -> put(i, Op.MOV32, c.dst(), c.src(), 0, 0);
            case Instruction.ByteSwap b -> put(i, swap(b), b.dst(), b.dst(), 0, 0);
            case Instruction.LoadImm64 l -> put(i, Op.LOAD_CONST, l.dst(), 0, 0, program.constant(i));
            case Instruction.Load l -> load(i, l);
            case Instruction.Store s -> access(i, Op.STORE8 + log2(s.size()), s.base(), s.src(), s.offset(), 0);
            case Instruction.StoreImm s -> access(i, Op.STORE8_IMM + log2(s.size()), s.base(), 0, s.offset(), s.imm());
            case Instruction.Atomic a -> {
                if (a.op() != null) {
                    access(i, Op.ATOMIC, a.dst(), a.src(), a.offset(), a.imm() | a.size() << 16);
                }
            }
            case Instruction.PacketLoad l -> put(i, Op.PACKET_LOAD, l.size(), l.src(), l.indirect() ? 1 : 0, l.imm());
            case Instruction.Goto g -> jump(i, Op.GOTO, 0, 0, g.offset(), 0);
            case Instruction.MayGoto g -> jump(i, Op.MAY_GOTO, 0, 0, g.offset(), 0);
            case Instruction.Branch b -> {
                int base = b.is64() ? Op.JUMP64 : Op.JUMP32;
                int op = base + 2 * b.op().ordinal() + (b.fromRegister() ? 0 : 1);
                jump(i, op, b.dst(), b.src(), b.offset(), b.imm());
            }
            case Instruction.Call c -> call(i, c);
            case Instruction.Exit _ -> put(i, Op.EXIT, 0, 0, 0, 0);
            case Instruction.Undefined _ -> {}
        }
    }

    private void put(int i, int op, int dst, int src, int high, long immediate) {
        if (op != Op.PACKET_LOAD && dst > 10 || src > 10) {
            return;
        }
        code[i] = Op.word(op, dst, src, high);
        imm[i] = immediate;
    }

    private void access(int i, int op, int dst, int src, int offset, long immediate) {
        put(i, op, dst, src, offset, immediate);
        if (facts.region(i) == ProgramFacts.Region.ARENA && (code[i] & 0xff) == op) {
            code[i] = code[i] & ~0xffL | Op.ARENA | (long) op << 16;
        } else if (checked && (code[i] & 0xff) == op) {
            code[i] = code[i] & ~0xffL | Op.CHECKED | (long) op << 16;
        }
    }

    private void jump(int i, int op, int dst, int src, int offset, long immediate) {
        int target = i + 1 + offset;
        if (target >= 0 && target < code.length) {
            put(i, op, dst, src, target, immediate);
        }
    }

    private void move(int i, Instruction.Move m) {
        if (!m.fromRegister()) {
            put(i, Op.MOV_IMM, m.dst(), 0, 0, m.is64() ? m.imm() : m.imm() & 0xffff_ffffL);
            return;
        }
        int op = switch (m.signBits()) {
            case 8 -> m.is64() ? Op.MOVSX8 : Op.MOVSX8_32;
            case 16 -> m.is64() ? Op.MOVSX16 : Op.MOVSX16_32;
            case 32 -> Op.MOVSX32;
            default -> m.is64() ? Op.MOV64 : Op.MOV32;
        };
        put(i, op, m.dst(), m.src(), 0, 0);
    }

    private static int swap(Instruction.ByteSwap b) {
        boolean keep = b.order() == Order.TO_LITTLE;
        return switch (b.bits()) {
            case 16 -> keep ? Op.ZEXT16 : Op.SWAP16;
            case 32 -> keep ? Op.MOV32 : Op.SWAP32;
            case 64 -> keep ? Op.NOP : Op.SWAP64;
            default -> Op.UNDEFINED;
        };
    }

    private void load(int i, Instruction.Load l) {
        ProgramFacts.Region region = facts.region(i);
        int kind = l.size() | (l.signed() ? Operations.SIGNED : 0);
        if (region == ProgramFacts.Region.BTF) {
            put(i, Op.PROBE, l.dst(), l.src(), l.offset(), kind);
            return;
        }
        if (region == ProgramFacts.Region.ARENA) {
            access(i, Op.LOAD8, l.dst(), l.src(), l.offset(), kind);
            return;
        }
        access(i, (l.signed() ? Op.LOADS8 : Op.LOAD8) + log2(l.size()), l.dst(), l.src(), l.offset(), 0);
    }

    private static int log2(int size) {
        return Integer.numberOfTrailingZeros(size);
    }

    private void call(int i, Instruction.Call c) {
        switch (c.kind()) {
            case SUBPROGRAM -> {
                int target = i + 1 + c.imm();
                if (target >= 0 && target < code.length) {
                    put(i, Op.CALL_SUB, 0, 0, target, 0);
                }
            }
            case HELPER, KFUNC -> {
                if (c.kind() == Instruction.Call.Kind.HELPER && c.imm() == HELPER_TAIL_CALL) {
                    put(i, Op.TAIL_CALL, 0, 0, 0, 0);
                } else {
                    put(i, Op.CALL, 0, 0, 0, calls.size());
                    calls.add(program.function(i));
                }
            }
            case UNKNOWN -> {}
        }
    }
}
