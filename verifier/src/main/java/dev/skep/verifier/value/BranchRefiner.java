package dev.skep.verifier.value;

import dev.skep.object.isa.JumpOp;

/**
 * Conditional jumps on scalars: whether the outcome is known beforehand, and what each outcome says about the operands.
 *
 * <p>A 32-bit jump looks at and changes the low words only; synchronisation then carries it to 64 bits.
 *
 * <p><em>Source</em>: RFC 9669 section 4.3 for the meaning; precision as observed on Linux 6.18.
 */
public final class BranchRefiner {
    private static final long LOW = 0xffff_ffffL;

    private BranchRefiner() {}

    /** Where {@link #refine} puts the two operands; reused by the caller. */
    public static final class Refined {
        public ScalarValue a;
        public ScalarValue b;
    }

    /** 1 when {@code a op b} always holds, 0 when it never does, -1 when it may do either. */
    public static int predict(JumpOp op, boolean is64, ScalarValue a, ScalarValue b) {
        return switch (op) {
            case EQ -> equality(is64, a, b);
            case NE -> {
                int equal = equality(is64, a, b);
                yield equal < 0 ? -1 : 1 - equal;
            }
            case SET -> anyBit(is64, a, b);
            case GT -> not(unsignedLessOrEqual(is64, a, b));
            case LE -> unsignedLessOrEqual(is64, a, b);
            case GE -> unsignedLessOrEqual(is64, b, a);
            case LT -> not(unsignedLessOrEqual(is64, b, a));
            case SGT -> not(signedLessOrEqual(is64, a, b));
            case SLE -> signedLessOrEqual(is64, a, b);
            case SGE -> signedLessOrEqual(is64, b, a);
            case SLT -> not(signedLessOrEqual(is64, b, a));
        };
    }

    private static int not(int outcome) {
        return outcome < 0 ? -1 : 1 - outcome;
    }

    private static int equality(boolean is64, ScalarValue a, ScalarValue b) {
        long width = is64 ? -1 : LOW;
        long unknown = (a.var.mask() | b.var.mask()) & width;
        long differ = (a.var.value() ^ b.var.value()) & width & ~unknown;
        if (differ != 0) {
            return 0;
        }
        if (unknown == 0) {
            return 1;
        }
        return is64 && disjoint64(a, b) || disjoint32(a, b) ? 0 : -1;
    }

    private static boolean disjoint64(ScalarValue a, ScalarValue b) {
        return Long.compareUnsigned(a.umin, b.umax) > 0
                || Long.compareUnsigned(a.umax, b.umin) < 0
                || a.smin > b.smax
                || a.smax < b.smin;
    }

    private static boolean disjoint32(ScalarValue a, ScalarValue b) {
        return Integer.compareUnsigned(a.u32min, b.u32max) > 0
                || Integer.compareUnsigned(a.u32max, b.u32min) < 0
                || a.s32min > b.s32max
                || a.s32max < b.s32min;
    }

    private static int anyBit(boolean is64, ScalarValue a, ScalarValue b) {
        if (!isConst(is64, b)) {
            if (!isConst(is64, a)) {
                return -1;
            }
            ScalarValue swap = a;
            a = b;
            b = swap;
        }
        long bits = is64 ? b.var.value() : b.var.value() & LOW;
        if ((a.var.value() & bits) != 0) {
            return 1;
        }
        return (a.var.mask() & bits) == 0 ? 0 : -1;
    }

    private static int unsignedLessOrEqual(boolean is64, ScalarValue a, ScalarValue b) {
        if (is64) {
            if (Long.compareUnsigned(a.umin, b.umax) > 0) {
                return 0;
            }
            return Long.compareUnsigned(a.umax, b.umin) <= 0 ? 1 : -1;
        }
        if (Integer.compareUnsigned(a.u32min, b.u32max) > 0) {
            return 0;
        }
        return Integer.compareUnsigned(a.u32max, b.u32min) <= 0 ? 1 : -1;
    }

    private static int signedLessOrEqual(boolean is64, ScalarValue a, ScalarValue b) {
        if (is64) {
            return a.smin > b.smax ? 0 : a.smax <= b.smin ? 1 : -1;
        }
        return a.s32min > b.s32max ? 0 : a.s32max <= b.s32min ? 1 : -1;
    }

    private static boolean isConst(boolean is64, ScalarValue v) {
        return is64 ? v.isConst() : v.subregConst();
    }

    /** What holds of both operands once {@code a op b} is known to be true. */
    public static void refine(JumpOp op, boolean is64, ScalarValue a, ScalarValue b, Refined out) {
        switch (op) {
            case EQ -> equal(is64, a, b, out);
            case NE -> {
                out.a = isConst(is64, b) ? notEqual(is64, a, b.var.value()) : a.sync();
                out.b = !isConst(is64, b) && isConst(is64, a) ? notEqual(is64, b, a.var.value()) : b.sync();
            }
            case SET -> {
                out.a = isConst(is64, b) ? someBit(is64, a, b.var.value()) : a.sync();
                out.b = !isConst(is64, b) && isConst(is64, a) ? someBit(is64, b, a.var.value()) : b.sync();
            }
            case LT, LE, SLT, SLE -> less(op, is64, a, b, out);
            case GT, GE, SGT, SGE -> {
                less(op.swapped(), is64, b, a, out);
                ScalarValue swap = out.a;
                out.a = out.b;
                out.b = swap;
            }
        }
    }

    /** What holds of both operands once {@code a op b} is known to be false. */
    public static void refineFalse(JumpOp op, boolean is64, ScalarValue a, ScalarValue b, Refined out) {
        if (op != JumpOp.SET) {
            refine(op.inverse(), is64, a, b, out);
            return;
        }
        out.a = isConst(is64, b) ? noBit(is64, a, b.var.value()) : a.sync();
        out.b = !isConst(is64, b) && isConst(is64, a) ? noBit(is64, b, a.var.value()) : b.sync();
    }

    /**
     * What Linux takes to hold of {@code a} on the true side of {@code a op a}. It refines both operands in place, and
     * here they are one: on a side that no run takes the ranges may come out crossed, and synchronising them twice
     * matters to the last bit.
     */
    public static ScalarValue refineSame(JumpOp op, boolean is64, ScalarValue a) {
        Bounds b = Bounds.of(a);
        switch (op) {
            case LT, GT -> {
                if (is64) {
                    b.umax = Bounds.uminOf(b.umax, b.umax - 1);
                    b.umin = Bounds.umaxOf(b.umin + 1, b.umin);
                } else {
                    b.u32max = Bounds.uminOf(b.u32max, b.u32max - 1);
                    b.u32min = Bounds.umaxOf(b.u32min + 1, b.u32min);
                }
            }
            case SLT, SGT -> {
                if (is64) {
                    b.smax = Math.min(b.smax, b.smax - 1);
                    b.smin = Math.max(b.smin + 1, b.smin);
                } else {
                    b.s32max = Math.min(b.s32max, b.s32max - 1);
                    b.s32min = Math.max(b.s32min + 1, b.s32min);
                }
            }
            default -> {}
        }
        b.sync();
        return b.synced();
    }

    private static void equal(boolean is64, ScalarValue a, ScalarValue b, Refined out) {
        Bounds x = Bounds.of(a);
        Bounds y = Bounds.of(b);
        Tnum both = a.var.intersect(b.var);
        if (is64) {
            x.meetSigned64(b.smin, b.smax);
            y.meetSigned64(a.smin, a.smax);
            x.meetUnsigned64(b.umin, b.umax);
            y.meetUnsigned64(a.umin, a.umax);
            x.bits(both);
            y.bits(both);
        } else {
            x.bits(a.var.withSubreg(both));
            y.bits(b.var.withSubreg(both));
            x.meetSigned32(b.s32min, b.s32max);
            y.meetSigned32(a.s32min, a.s32max);
            x.meetUnsigned32(b.u32min, b.u32max);
            y.meetUnsigned32(a.u32min, a.u32max);
        }
        out.a = x.synced();
        out.b = y.synced();
    }

    /** An end of a range that equals the excluded constant moves inwards by one. */
    private static ScalarValue notEqual(boolean is64, ScalarValue v, long constant) {
        Bounds b = Bounds.of(v);
        if (is64) {
            if (b.umin == constant && constant != -1) {
                b.umin++;
            }
            if (b.umax == constant && constant != 0) {
                b.umax--;
            }
            if (b.smin == constant && constant != Long.MAX_VALUE) {
                b.smin++;
            }
            if (b.smax == constant && constant != Long.MIN_VALUE) {
                b.smax--;
            }
        } else {
            int low = (int) constant;
            if (b.u32min == low && low != -1) {
                b.u32min++;
            }
            if (b.u32max == low && low != 0) {
                b.u32max--;
            }
            if (b.s32min == low && low != Integer.MAX_VALUE) {
                b.s32min++;
            }
            if (b.s32max == low && low != Integer.MIN_VALUE) {
                b.s32max--;
            }
        }
        return b.synced();
    }

    private static ScalarValue someBit(boolean is64, ScalarValue v, long bits) {
        bits = is64 ? bits : bits & LOW;
        Bounds b = Bounds.of(v);
        if (Long.bitCount(bits) == 1) {
            b.value |= bits;
            b.mask &= ~bits;
        }
        return b.synced();
    }

    private static ScalarValue noBit(boolean is64, ScalarValue v, long bits) {
        bits = is64 ? bits : bits & LOW;
        Bounds b = Bounds.fromBits(v.var);
        b.value &= ~bits;
        b.mask &= ~bits;
        return b.synced();
    }

    /** {@code a < b} or {@code a <= b}: the greatest of a is bounded by that of b, the least of b by that of a. */
    private static void less(JumpOp op, boolean is64, ScalarValue a, ScalarValue b, Refined out) {
        Bounds x = Bounds.of(a);
        Bounds y = Bounds.of(b);
        int strict = op == JumpOp.LT || op == JumpOp.SLT ? 1 : 0;
        boolean signed = op == JumpOp.SLT || op == JumpOp.SLE;
        if (is64) {
            if (signed) {
                x.smax = Math.min(a.smax, b.smax - strict);
                y.smin = Math.max(a.smin + strict, b.smin);
            } else {
                x.umax = Bounds.uminOf(a.umax, b.umax - strict);
                y.umin = Bounds.umaxOf(a.umin + strict, b.umin);
            }
        } else if (signed) {
            x.s32max = Math.min(a.s32max, b.s32max - strict);
            y.s32min = Math.max(a.s32min + strict, b.s32min);
        } else {
            x.u32max = Bounds.uminOf(a.u32max, b.u32max - strict);
            y.u32min = Bounds.umaxOf(a.u32min + strict, b.u32min);
        }
        out.a = x.synced();
        out.b = y.synced();
    }
}
