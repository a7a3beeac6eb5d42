package dev.skep.verifier.value;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.JumpOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Scalar values to test with, and the machine's own arithmetic to test against. */
final class Samples {
    private static final long[] EDGES = {
        0,
        1,
        2,
        31,
        32,
        63,
        64,
        127,
        128,
        255,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2,
        -128,
        -0x8000_0000L,
        -0x8000_0001L
    };

    /** Random cases of one kind. */
    static final int RANDOM = Integer.getInteger("skep.test.random", 60_000);

    private Samples() {}

    /** A value and some numbers that it stands for. */
    record Sample(ScalarValue value, long[] numbers) {}

    /** Values around zero, each with every number of it (-16 to 31, at either width). */
    static List<Sample> small() {
        List<Sample> all = new ArrayList<>();
        for (int min = -8; min <= 8; min += 2) {
            for (int max = min; max <= 8; max += 3) {
                all.add(enumerated(ScalarValue.ofSigned(min, max)));
                if (min >= 0) {
                    all.add(enumerated(ScalarValue.ofBits(Tnum.range(min, max))));
                } else {
                    all.add(enumerated(ScalarValue.ofSigned(min, max).zext32()));
                }
            }
        }
        for (Tnum t : TnumTest.tnums(Math.min(4, TnumTest.BITS))) {
            if (Long.bitCount(t.mask()) >= 2) {
                all.add(enumerated(ScalarValue.ofBits(t)));
            }
        }
        return all;
    }

    private static Sample enumerated(ScalarValue v) {
        List<Long> found = new ArrayList<>();
        for (long n = -16; n < 32; n++) {
            if (v.contains(n)) {
                found.add(n);
            } else if (v.contains(n & 0xffff_ffffL)) {
                found.add(n & 0xffff_ffffL);
            }
        }
        return new Sample(v, found.stream().mapToLong(Long::longValue).toArray());
    }

    static long number(Random random) {
        long n = switch (random.nextInt(4)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(-3, 4);
            case 2 -> random.nextInt(-300, 300);
            default -> random.nextLong() >> random.nextInt(64);
        };
        return random.nextInt(5) == 0 ? n & 0xffff_ffffL : n;
    }

    /** A random synchronised value built from facts about {@code number}, so that it always stands for that. */
    static ScalarValue around(long number, Random random) {
        ScalarValue v = ScalarValue.UNKNOWN;
        int facts = random.nextInt(4);
        for (int i = 0; i < facts; i++) {
            long other = number(random);
            v = switch (random.nextInt(6)) {
                case 0 -> v.withSigned(Math.min(number, other), Math.max(number, other));
                case 1 -> v.withUnsigned(Bounds.uminOf(number, other), Bounds.umaxOf(number, other));
                case 2 -> low(v, Math.min((int) number, (int) other), Math.max((int) number, (int) other), true);
                case 3 ->
                    low(v, Bounds.uminOf((int) number, (int) other), Bounds.umaxOf((int) number, (int) other), false);
                default -> {
                    long mask = random.nextLong() & (random.nextBoolean() ? random.nextLong() : -1);
                    yield v.meet(ScalarValue.ofBits(new Tnum(number & ~mask, mask)));
                }
            };
        }
        return random.nextInt(12) == 0 ? ScalarValue.ofConst(number) : v;
    }

    private static ScalarValue low(ScalarValue v, int min, int max, boolean signed) {
        Bounds b = Bounds.of(v);
        if (signed) {
            b.meetSigned32(min, max);
        } else {
            b.meetUnsigned32(min, max);
        }
        return b.synced();
    }

    /** What a machine computes: RFC 9669 section 4.1. */
    static long compute(AluOp op, boolean is64, long a, long b) {
        if (!is64) {
            int x = (int) a;
            int y = (int) b;
            int low = switch (op) {
                case ADD -> x + y;
                case SUB -> x - y;
                case MUL -> x * y;
                case AND -> x & y;
                case OR -> x | y;
                case XOR -> x ^ y;
                case LSH -> x << y;
                case RSH -> x >>> y;
                case ARSH -> x >> y;
                case DIV -> y == 0 ? 0 : Integer.divideUnsigned(x, y);
                case MOD -> y == 0 ? x : Integer.remainderUnsigned(x, y);
                case SDIV -> y == 0 ? 0 : x / y;
                case SMOD -> y == 0 ? x : x % y;
            };
            return low & 0xffff_ffffL;
        }
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case LSH -> a << b;
            case RSH -> a >>> b;
            case ARSH -> a >> b;
            case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
            case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
            case SDIV -> b == 0 ? 0 : a / b;
            case SMOD -> b == 0 ? a : a % b;
        };
    }

    /** What a machine decides: RFC 9669 section 4.3. */
    static boolean holds(JumpOp op, boolean is64, long a, long b) {
        long x = is64 ? a : (int) a;
        long y = is64 ? b : (int) b;
        int unsigned = Long.compareUnsigned(x, y);
        return switch (op) {
            case EQ -> x == y;
            case NE -> x != y;
            case SET -> (x & y) != 0;
            case GT -> unsigned > 0;
            case GE -> unsigned >= 0;
            case LT -> unsigned < 0;
            case LE -> unsigned <= 0;
            case SGT -> x > y;
            case SGE -> x >= y;
            case SLT -> x < y;
            case SLE -> x <= y;
        };
    }
}
