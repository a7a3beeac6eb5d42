package dev.skep.conformance.fuzz;

import dev.skep.conformance.random.Rng;
import dev.skep.object.isa.Slot;
import java.util.Arrays;

/** Damage to an instruction stream: bits, fields, whole instructions. What comes out need not be a program at all. */
final class CodeMangler {
    private static final int[] OPCODES = {
        0x05, 0x06, 0x07, 0x0f, 0x15, 0x18, 0x1d, 0x20, 0x30, 0x40, 0x50, 0x61, 0x63, 0x69, 0x71, 0x79, 0x7a, 0x7b,
        0x81, 0x85, 0x91, 0x95, 0x9f, 0xb4, 0xb7, 0xbc, 0xbf, 0xc3, 0xcf, 0xd4, 0xd7, 0xdb, 0xdc, 0xe5, 0x35, 0x57,
        0x77, 0x87, 0x97, 0xc7
    };

    /** About as many types as a kernel has: some numbers should name its functions. */
    private static final int KERNEL_TYPES = 160_000;

    private final Rng rng;

    CodeMangler(Rng rng) {
        this.rng = rng;
    }

    /** Slots that are nothing but bits, or plausible opcodes with random fields. */
    long[] noise(int slots) {
        long[] out = new long[slots];
        boolean plausible = rng.chance(0.8);
        for (int i = 0; i < slots; i++) {
            out[i] = plausible ? plausible() : rng.bits();
        }
        if (slots > 0 && rng.chance(0.7)) {
            out[slots - 1] = 0x95;
        }
        return out;
    }

    private long plausible() {
        if (rng.chance(0.05)) {
            return Slot.of(0x85, 0, rng.below(3), 0, rng.below(rng.chance(0.5) ? 220 : KERNEL_TYPES));
        }
        int opcode = rng.chance(0.9) ? rng.pick(OPCODES) : rng.below(256);
        int offset = rng.chance(0.6) ? rng.between(-8, 8) : (short) rng.imm();
        return Slot.of(
                opcode,
                rng.below(11),
                rng.chance(0.5) ? 0 : rng.below(12),
                offset,
                rng.chance(0.5) ? rng.below(220) : rng.imm());
    }

    /** One to six changes. */
    long[] mangle(long[] slots) {
        long[] out = slots.clone();
        for (int n = 1 + rng.below(6); n > 0 && out.length > 0; n--) {
            out = change(out);
        }
        return out;
    }

    private long[] change(long[] s) {
        int at = rng.below(s.length);
        int other = rng.below(s.length);
        int length = Math.min(1 + rng.below(8), s.length - Math.max(at, other));
        switch (rng.below(12)) {
            case 0 -> s[at] ^= 1L << rng.below(64);
            case 1 -> s[at] = s[at] & ~(0xffL << 8 * rng.below(8)) | (rng.bits() & 0xff) << 8 * rng.below(8);
            case 2 -> s[at] = Slot.withImm(s[at], rng.chance(0.5) ? rng.imm() : rng.below(KERNEL_TYPES));
            case 3 -> s[at] = Slot.withOffset(s[at], (short) rng.imm());
            case 4 -> s[at] = Slot.withSrc(s[at], rng.below(16));
            case 5 -> s[at] = s[at] & ~0xffL | rng.pick(OPCODES);
            case 6 -> s[at] = plausible();
            case 7 -> System.arraycopy(s.clone(), other, s, at, length);
            case 8 -> {
                long t = s[at];
                s[at] = s[other];
                s[other] = t;
            }
            case 9 -> {
                long[] less = new long[s.length - length];
                System.arraycopy(s, 0, less, 0, at);
                System.arraycopy(s, Math.min(s.length, at + length), less, at, Math.max(0, less.length - at));
                return less;
            }
            case 10 -> {
                long[] more = new long[s.length + length];
                System.arraycopy(s, 0, more, 0, at);
                System.arraycopy(s, other, more, at, length);
                System.arraycopy(s, at, more, at + length, s.length - at);
                return more;
            }
            default -> {
                return rng.chance(0.9) ? s : Arrays.copyOf(s, rng.below(s.length + 1));
            }
        }
        return s;
    }

    /** The stream many times over: long programs. */
    long[] repeat(long[] slots, int times) {
        long[] out = new long[slots.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(slots, 0, out, i * slots.length, slots.length);
        }
        for (int i = slots.length - 1; i < out.length - 1; i += slots.length) {
            if (rng.chance(0.9)) {
                out[i] = Slot.of(0xb7, 0, 0, 0, 0);
            }
        }
        return out;
    }
}
