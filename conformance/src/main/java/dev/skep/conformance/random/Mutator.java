package dev.skep.conformance.random;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;

/**
 * Small changes to a program: another register, offset, constant, width or operation; an instruction less, more or
 * elsewhere.
 */
final class Mutator {
    private static final int[] ALU = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0
    };
    private static final int[] JUMPS = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0};

    private final Rng rng;

    Mutator(Rng rng) {
        this.rng = rng;
    }

    /** The program after {@code changes} changes. */
    ProgramSpec mutate(ProgramSpec program, int changes) {
        ProgramSpec p = program;
        for (int i = 0; i < changes; i++) {
            p = change(p);
        }
        return sane(p);
    }

    /** Map indexes stay indexes of the program's maps: others would be whatever descriptors the process has. */
    private static ProgramSpec sane(ProgramSpec p) {
        long[] slots = p.code().toSlots();
        int maps = p.maps().size();
        for (int i = 0; i < slots.length; i++) {
            boolean map = Slot.opcode(slots[i]) == 0x18 && (Slot.src(slots[i]) == 1 || Slot.src(slots[i]) == 2);
            if (map && (Slot.imm(slots[i]) < 0 || Slot.imm(slots[i]) >= maps)) {
                slots[i] = maps == 0
                        ? Slot.withSrc(slots[i], 0)
                        : Slot.withImm(slots[i], Math.floorMod(Slot.imm(slots[i]), maps));
            }
        }
        return CodeEdit.replace(p, slots);
    }

    private ProgramSpec change(ProgramSpec p) {
        BpfCode code = p.code();
        if (code.size() < 3) {
            return p;
        }
        int at = rng.below(code.size());
        if (code.at(at) == null) {
            at--;
        }
        switch (rng.below(14)) {
            case 0:
                return CodeEdit.remove(p, at);
            case 1: {
                int from = rng.below(code.size());
                return code.width(from) == 1 && code.at(from) != null ? CodeEdit.insert(p, at, code.slot(from)) : p;
            }
            case 2:
                return CodeEdit.insert(p, at, fresh());
            default:
                long[] slots = code.toSlots();
                slots[at] = field(code, at);
                return CodeEdit.replace(p, slots);
        }
    }

    private long field(BpfCode code, int at) {
        long s = code.slot(at);
        int op = Slot.opcode(s);
        return switch (rng.below(11)) {
            case 0, 1 -> Slot.of(op, register(), Slot.src(s), Slot.offset(s), Slot.imm(s));
            case 2 ->
                usesSource(op)
                        ? Slot.withSrc(s, register())
                        : Slot.of(op, register(), Slot.src(s), Slot.offset(s), Slot.imm(s));
            case 3, 4 -> usesOffset(op) ? Slot.withOffset(s, near(Slot.offset(s))) : Slot.withImm(s, near(Slot.imm(s)));
            case 5, 6 -> Slot.withImm(s, near(Slot.imm(s)));
            case 7, 8, 9 -> s & ~0xffL | operation(op);
            default -> {
                int from = rng.below(code.size());
                yield code.width(at) == 1 && code.width(from) == 1 && code.at(from) != null ? code.slot(from) : s;
            }
        };
    }

    private static boolean usesSource(int op) {
        int klass = op & 7;
        return klass == 1 || klass == 3 || (klass >= 4 && (op & 8) != 0);
    }

    private static boolean usesOffset(int op) {
        int klass = op & 7;
        return klass == 1 || klass == 2 || klass == 3 || klass == 5 && op != 0x85 && op != 0x95 || klass == 6;
    }

    private int register() {
        return rng.below(rng.chance(0.02) ? 16 : 11);
    }

    private int near(int value) {
        return switch (rng.below(6)) {
            case 0 -> value + 1;
            case 1 -> value - 1;
            case 2 -> value + rng.pick(-16, -8, -4, 2, 4, 8, 16, 64);
            case 3 -> -value;
            case 4 -> rng.below(32);
            default -> rng.imm();
        };
    }

    private int operation(int op) {
        return switch (op & 7) {
            case 1, 2, 3 ->
                rng.chance(0.8) ? op & ~0x18 | rng.below(4) << 3 : op & ~0xe0 | rng.pick(0x20, 0x40, 0x60, 0x80, 0xc0);
            case 4, 7 ->
                switch (rng.below(3)) {
                    case 0 -> op ^ 3;
                    case 1 -> op ^ 8;
                    default -> op & 0xf | rng.pick(ALU);
                };
            case 5, 6 ->
                op == 0x85 || op == 0x95 || op == 5
                        ? op
                        : switch (rng.below(3)) {
                            case 0 -> op ^ 3;
                            case 1 -> op ^ 8;
                            default -> op & 0xf | rng.pick(JUMPS);
                        };
            default -> op;
        };
    }

    /** A plain instruction of any kind. */
    private long fresh() {
        return switch (rng.below(6)) {
            case 0 -> Slot.of(0xb7, rng.below(10), 0, 0, rng.imm());
            case 1 -> Slot.of(0xbf, rng.below(10), rng.below(11), 0, 0);
            case 2 -> Slot.of(rng.pick(ALU) | 0x07, rng.below(10), 0, 0, rng.between(1, 31));
            case 3 -> Slot.of(rng.pick(ALU) | rng.pick(0x0c, 0x0f), rng.below(10), rng.below(10), 0, 0);
            case 4 -> Slot.of(0x61 | rng.below(4) << 3, rng.below(10), rng.below(11), rng.pick(0, 4, 8, -8, -16), 0);
            default -> Slot.of(0x63 | rng.below(4) << 3, rng.below(11), rng.below(10), rng.pick(0, 4, 8, -8, -16), 0);
        };
    }

    /** True when the mutated stream still has an instruction to judge. */
    static boolean isProgram(ProgramSpec p) {
        return p.code().size() > 0 && p.code().at(0) != null && !(p.code().at(0) instanceof Instruction.Undefined);
    }
}
