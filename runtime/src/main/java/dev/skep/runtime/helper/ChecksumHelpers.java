package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.SkbBuffer;

/** Helpers on checksums. */
public final class ChecksumHelpers {
    private static final long FIELD_MASK = 0xf;
    private static final long PSEUDO_HEADER = 0x10;
    private static final long MARK_MANGLED_0 = 0x20;
    private static final long MARK_ENFORCE = 0x40;
    private static final long IPV6 = 0x80;

    private ChecksumHelpers() {}

    static void register() {
        add(10, "bpf_l3_csum_replace", "replaceL3", ChecksumHelpers::replaceL3);
        add(11, "bpf_l4_csum_replace", "replaceL4", ChecksumHelpers::replaceL4);
        add(28, "bpf_csum_diff", "difference", ChecksumHelpers::difference);
        add(40, "bpf_csum_update", "update", ChecksumHelpers::update);
        add(135, "bpf_csum_level", "level", ChecksumHelpers::level);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, ChecksumHelpers.class, method, function);
    }

    /** The address of a checksum field that is linear, or 0. */
    private static long field(SkbBuffer skb, long offset) {
        if (offset > 0xffff || (offset & 1) != 0 || skb.pull(offset + 2) != 0) {
            return 0;
        }
        return skb.pointer(offset, 2);
    }

    public static long replaceL3(RunContext cx, long ctx, long offset, long from, long to, long flags) {
        if ((flags & ~FIELD_MASK) != 0) {
            return -Errno.EINVAL;
        }
        long at = field(cx.skb(ctx), offset & 0xffff_ffffL);
        if (at == 0) {
            return -Errno.EFAULT;
        }
        return replace(cx, at, from, to, flags & FIELD_MASK);
    }

    private static long replace(RunContext cx, long at, long from, long to, long size) {
        long old = SlabAccess.load16(cx.memory(), at);
        long now;
        if (size == 0) {
            if (from != 0) {
                return -Errno.EINVAL;
            }
            now = Checksum.byDifference(old, to);
        } else if (size == 2) {
            now = Checksum.replace(old, from & 0xffff, to & 0xffff);
        } else if (size == 4) {
            now = Checksum.replace(old, from & 0xffff_ffffL, to & 0xffff_ffffL);
        } else {
            return -Errno.EINVAL;
        }
        SlabAccess.store16(cx.memory(), at, now);
        return 0;
    }

    public static long replaceL4(RunContext cx, long ctx, long offset, long from, long to, long flags) {
        if ((flags & ~(FIELD_MASK | PSEUDO_HEADER | MARK_MANGLED_0 | MARK_ENFORCE | IPV6)) != 0) {
            return -Errno.EINVAL;
        }
        long at = field(cx.skb(ctx), offset & 0xffff_ffffL);
        if (at == 0) {
            return -Errno.EFAULT;
        }
        boolean mangle = (flags & MARK_MANGLED_0) != 0;
        if (mangle && (flags & MARK_ENFORCE) == 0 && SlabAccess.load16(cx.memory(), at) == 0) {
            return 0;
        }
        long result = replace(cx, at, from, to, flags & FIELD_MASK);
        if (result == 0 && mangle && SlabAccess.load16(cx.memory(), at) == 0) {
            SlabAccess.store16(cx.memory(), at, 0xffff);
        }
        return result;
    }

    /** Gives the 16-bit difference of two blocks, added to a seed. */
    public static long difference(RunContext cx, long from, long fromSize, long to, long toSize, long seed) {
        fromSize &= 0xffff_ffffL;
        toSize &= 0xffff_ffffL;
        if (((fromSize | toSize) & 3) != 0) {
            return -Errno.EINVAL;
        }
        if (fromSize > 0 && toSize > 0) {
            long sum = Checksum.partial(cx.memory(), to, toSize, seed);
            return Checksum.fold16(Checksum.subtract(sum, Checksum.partial(cx.memory(), from, fromSize, 0)));
        }
        if (toSize > 0) {
            return Checksum.fold16(Checksum.partial(cx.memory(), to, toSize, seed));
        }
        if (fromSize > 0) {
            return Checksum.fold16(~Checksum.partial(cx.memory(), from, fromSize, ~seed) & 0xffff_ffffL);
        }
        return Checksum.fold16(seed & 0xffff_ffffL);
    }

    /** No packet here carries a hardware checksum. */
    public static long update(RunContext cx, long ctx, long sum, long r3, long r4, long r5) {
        return -Errno.ENOTSUPP;
    }

    public static long level(RunContext cx, long ctx, long level, long r3, long r4, long r5) {
        return switch ((int) level) {
            case 0 -> -Errno.EACCES;
            case 1, 2, 3 -> 0;
            default -> -Errno.EINVAL;
        };
    }
}
