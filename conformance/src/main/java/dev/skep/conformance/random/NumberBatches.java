package dev.skep.conformance.random;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs of nothing but numbers: every arithmetic and jump instruction, copies and their distances, spills and fills
 * of all widths, over values that the context gives. Hardly any is rejected, so each of them tries the verifier's
 * ranges and bits.
 */
final class NumberBatches implements Batch.Source {
    private static final int SIZE = 300;
    private static final int[] ALU = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xc0};
    private static final int[] JUMPS = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0};
    private static final int SLOTS = 3;
    /** R1 is the context. */
    private static final int CONTEXT = 1;
    /** Five words that socket filters may read. */
    private static final int SKB_WORDS = 48;

    private final boolean plain;

    /** @param plain only what loaders without capabilities may use */
    NumberBatches(boolean plain) {
        this.plain = plain;
    }

    @Override
    public Batch make(long seed) {
        Rng rng = new Rng(seed);
        List<ProgramSpec> programs = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            ProgramType type = plain ? ProgramType.SOCKET_FILTER : ProgramType.RAW_TRACEPOINT;
            programs.add(ProgramSpec.of("n" + i, type, BpfCode.of(program(rng))));
        }
        return new Batch(programs);
    }

    private long[] program(Rng rng) {
        CodeBuilder code = new CodeBuilder();
        for (int r = 0; r < 10; r++) {
            if (r != CONTEXT) {
                initial(rng, code, r);
            }
        }
        for (int i = 1; i <= SLOTS; i++) {
            code.store(8, 10, -8 * i, register(rng));
        }
        List<int[]> pending = new ArrayList<>();
        for (int n = rng.between(6, 40); n > 0; n--) {
            pending.removeIf(p -> {
                if (--p[1] <= 0) {
                    code.bind(p[0]);
                }
                return p[1] <= 0;
            });
            if (rng.chance(0.25)) {
                // joins are where paths are cut short
                int label = code.label();
                branch(rng, code, label);
                pending.add(new int[] {label, rng.between(1, 5)});
            } else if (!plain && rng.chance(0.12)) {
                lookUp(rng, code);
            } else {
                statement(rng, code);
            }
        }
        pending.forEach(p -> code.bind(p[0]));
        code.movImm(0, 0);
        code.exit();
        return code.finish();
    }

    private void initial(Rng rng, CodeBuilder code, int r) {
        if (rng.chance(0.2)) {
            code.movImm(r, rng.chance(0.5) ? rng.below(20) : rng.imm());
        } else if (plain) {
            code.load(4, r, CONTEXT, SKB_WORDS + 4 * rng.below(5));
            if (rng.chance(0.6)) {
                code.alu(0x60, r, 32);
                if (r > 1) {
                    code.aluReg(0x40, r, 0);
                }
            }
        } else {
            code.load(8, r, CONTEXT, 8 * rng.below(8));
        }
        if (rng.chance(0.5)) {
            narrow(rng, code, r);
        }
    }

    /** Fewer possible values, in one of several ways. */
    private static void narrow(Rng rng, CodeBuilder code, int r) {
        switch (rng.below(5)) {
            case 0 -> code.alu(0x50, r, rng.pick(1, 3, 7, 0xff, 0x7f, 0xf0, 0x7fff_ffff, -8, -256));
            case 1 -> code.add(0xbf, r, r, rng.pick(8, 16, 32), 0);
            case 2 -> code.add(0xbc, r, r, rng.pick(0, 8, 16), 0);
            case 3 -> code.alu(0x70, r, rng.between(1, 63));
            default -> code.alu(0xc0, r, rng.between(1, 63));
        }
    }

    private static int register(Rng rng) {
        int r = rng.below(9);
        return r >= CONTEXT ? r + 1 : r;
    }

    private static void statement(Rng rng, CodeBuilder code) {
        int d = register(rng);
        int s = register(rng);
        int klass = rng.chance(0.5) ? 0x07 : 0x04;
        switch (rng.below(14)) {
            case 0, 1, 2 -> code.add(rng.pick(ALU) | klass | 0x08, d, s, 0, 0);
            case 3, 4 -> arithmetic(rng, code, d, klass);
            case 5 -> code.add(rng.pick(0x60, 0x70, 0xc0) | klass, d, 0, 0, rng.below(klass == 7 ? 64 : 32));
            case 6 -> code.add(rng.chance(0.7) ? 0xbf : 0xbc, d, s, 0, 0);
            case 7 -> {
                // a copy and a distance: what is learnt of one is learnt of the other
                code.add(rng.chance(0.8) ? 0xbf : 0xbc, d, s, 0, 0);
                code.add(klass, rng.chance(0.7) ? d : s, 0, 0, rng.between(-20, 20));
            }
            case 8 -> narrow(rng, code, d);
            case 9 -> code.add(rng.pick(0xd4, 0xdc, 0xd7), d, 0, 0, rng.pick(16, 32, 64));
            case 10 -> code.add(0x80 | klass, d, 0, 0, 0);
            case 11 -> code.add(rng.pick(0x30, 0x90) | klass | 0x08, d, s, rng.chance(0.5) ? 1 : 0, 0);
            case 12 -> stack(rng, code, d, true);
            default -> stack(rng, code, d, false);
        }
    }

    private static void arithmetic(Rng rng, CodeBuilder code, int d, int klass) {
        int operation = rng.pick(ALU);
        boolean shift = operation == 0x60 || operation == 0x70 || operation == 0xc0;
        boolean divide = operation == 0x30 || operation == 0x90;
        int imm = shift ? rng.below(klass == 7 ? 64 : 32) : rng.imm();
        code.add(operation | klass, d, 0, divide && rng.chance(0.4) ? 1 : 0, divide && imm == 0 ? 3 : imm);
    }

    private static void stack(Rng rng, CodeBuilder code, int r, boolean store) {
        int size = rng.chance(0.4) ? 8 : rng.size();
        int offset = -8 * rng.between(1, SLOTS) + size * rng.below(8 / size);
        if (!store) {
            boolean signed = size < 8 && rng.chance(0.4);
            code.add((signed ? 0x81 : 0x61) | CodeBuilder.sizeBits(size), r, 10, offset, 0);
        } else if (rng.chance(0.7)) {
            code.store(size, 10, offset, r);
        } else {
            code.storeImm(size, 10, offset, rng.chance(0.4) ? 0 : rng.imm());
        }
    }

    /** A byte of the stack at an offset that a number gives: what was believed of that number now matters. */
    private static void lookUp(Rng rng, CodeBuilder code) {
        int index = register(rng);
        int d = register(rng);
        if (d == index) {
            return;
        }
        int skip = code.label();
        code.jump(0x25, index, 0, rng.between(0, 8 * SLOTS - 1), skip);
        code.mov(d, 10);
        code.aluReg(0x00, d, index);
        code.load(1, d, d, -8 * SLOTS);
        code.bind(skip);
    }

    private static void branch(Rng rng, CodeBuilder code, int label) {
        int klass = rng.chance(0.6) ? 0x05 : 0x06;
        int jump = rng.pick(JUMPS) | klass;
        if (rng.chance(0.35)) {
            code.jump(jump | 0x08, register(rng), register(rng), 0, label);
        } else {
            code.jump(jump, register(rng), 0, rng.imm(), label);
        }
    }
}
