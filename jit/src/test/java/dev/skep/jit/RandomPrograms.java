package dev.skep.jit;

import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Programs that always end and only touch their own stack: any mix of arithmetic, moves, swaps, stack accesses,
 * atomics, forward jumps and one loop.
 */
final class RandomPrograms {
    private static final int[] ALU = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0};
    private static final int[] JUMP = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0};
    private static final int[] SIZES = {0x10, 0x08, 0x00, 0x18};

    private final Random random;

    RandomPrograms(long seed) {
        random = new Random(seed);
    }

    /** A program of about {@code length} instructions. */
    BpfCode next(int length) {
        List<Long> out = new ArrayList<>();
        for (int r = 0; r < 10; r++) {
            out.add(Slot.of(0x18, r, 0, 0, random.nextInt()));
            out.add(Slot.of(0, 0, 0, 0, random.nextInt()));
        }
        for (int off = -64; off < 0; off += 8) {
            out.add(Slot.of(0x7b, 10, random.nextInt(10), off, 0));
        }
        out.add(Slot.of(0x7a, 10, 0, -72, 0));
        int loop = out.size();
        while (out.size() < length) {
            one(out, length);
        }
        out.add(Slot.of(0x79, 1, 10, -72, 0));
        out.add(Slot.of(0x07, 1, 0, 0, 1));
        out.add(Slot.of(0x7b, 10, 1, -72, 0));
        out.add(Slot.of(0xa5, 1, 0, loop - out.size() - 1, 3));
        for (int r = 1; r < 10; r++) {
            out.add(Slot.of(0xaf, 0, r, 0, 0));
        }
        for (int off = -64; off < 0; off += 8) {
            out.add(Slot.of(0x79, 1, 10, off, 0));
            out.add(Slot.of(0x0f, 0, 1, 0, 0));
        }
        out.add(Slot.of(0x95, 0, 0, 0, 0));
        return BpfCode.of(out.stream().mapToLong(Long::longValue).toArray());
    }

    private void one(List<Long> out, int length) {
        int d = random.nextInt(10);
        int s = random.nextInt(10);
        int bit = random.nextBoolean() ? 0x08 : 0;
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> alu(out, d, s, bit);
            case 4 -> {
                int[] widths = {16, 32, 64};
                boolean swap = random.nextBoolean();
                out.add(Slot.of(swap ? 0xd7 : 0xd4 | bit, d, 0, 0, widths[random.nextInt(3)]));
            }
            case 5 -> {
                int off = new int[] {8, 16, 32}[random.nextInt(3)];
                out.add(Slot.of(off == 32 || random.nextBoolean() ? 0xbf : 0xbc, d, s, off, 0));
            }
            case 6 -> {
                int size = random.nextInt(4);
                int bytes = 1 << size;
                int off = -64 + random.nextInt(64 / bytes) * bytes;
                boolean signed = size < 3 && random.nextBoolean();
                out.add(Slot.of((signed ? 0x81 : 0x61) | SIZES[size], d, 10, off, 0));
            }
            case 7 -> {
                int size = random.nextInt(4);
                int bytes = 1 << size;
                int off = -64 + random.nextInt(64 / bytes) * bytes;
                if (random.nextBoolean()) {
                    out.add(Slot.of(0x63 | SIZES[size], 10, s, off, 0));
                } else {
                    out.add(Slot.of(0x62 | SIZES[size], 10, 0, off, random.nextInt()));
                }
            }
            case 8 -> {
                AtomicOp[] ops = AtomicOp.values();
                AtomicOp op = ops[random.nextInt(ops.length)];
                boolean wide = random.nextBoolean();
                int off = -64 + random.nextInt(wide ? 8 : 16) * (wide ? 8 : 4);
                boolean acquire = op == AtomicOp.LOAD_ACQUIRE;
                out.add(Slot.of(wide ? 0xdb : 0xc3, acquire ? d : 10, acquire ? 10 : s, off, op.imm()));
            }
            default -> {
                int ahead = 1 + random.nextInt(6);
                if (out.size() + ahead + 1 < length) {
                    int code = JUMP[random.nextInt(JUMP.length)] | (random.nextBoolean() ? 0x05 : 0x06) | bit;
                    out.add(Slot.of(code, d, s & (bit == 0 ? 0 : 15), ahead, bit == 0 ? random.nextInt(5) - 2 : 0));
                    for (int i = 0; i < ahead; i++) {
                        alu(out, random.nextInt(10), random.nextInt(10), 0x08);
                    }
                }
            }
        }
    }

    private void alu(List<Long> out, int d, int s, int bit) {
        int op = ALU[random.nextInt(ALU.length)];
        int cls = random.nextBoolean() ? 0x07 : 0x04;
        boolean shift = op == 0x60 || op == 0x70 || op == 0xc0;
        boolean division = op == 0x30 || op == 0x90;
        int imm = shift ? random.nextInt(cls == 0x07 ? 64 : 32) : random.nextInt(4) == 0 ? 0 : random.nextInt();
        int off = division && random.nextBoolean() ? 1 : 0;
        out.add(bit == 0 ? Slot.of(op | cls, d, 0, off, imm) : Slot.of(op | cls | 0x08, d, s, off, 0));
    }
}
