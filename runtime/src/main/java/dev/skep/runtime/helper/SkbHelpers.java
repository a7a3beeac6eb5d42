package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.SkbField;

/** Helpers on the bytes and the fields of an skb. */
public final class SkbHelpers {
    private static final long RECOMPUTE_CSUM = 1;
    private static final long INVALIDATE_HASH = 2;
    private static final int MAX_PACKET = 65536 + SkbBuffer.ETH_BYTES;

    private SkbHelpers() {}

    static void register() {
        add(9, "bpf_skb_store_bytes", "storeBytes", SkbHelpers::storeBytes);
        add(26, "bpf_skb_load_bytes", "loadBytes", SkbHelpers::loadBytes);
        add(68, "bpf_skb_load_bytes_relative", "loadBytesRelative", SkbHelpers::loadBytesRelative);
        add(39, "bpf_skb_pull_data", "pullData", SkbHelpers::pullData);
        add(38, "bpf_skb_change_tail", "changeTail", SkbHelpers::changeTail);
        add(43, "bpf_skb_change_head", "changeHead", SkbHelpers::changeHead);
        add(32, "bpf_skb_change_type", "changeType", SkbHelpers::changeType);
        add(34, "bpf_get_hash_recalc", "hashRecalc", SkbHelpers::hashRecalc);
        add(41, "bpf_set_hash_invalid", "hashInvalid", SkbHelpers::hashInvalid);
        add(48, "bpf_set_hash", "setHash", SkbHelpers::setHash);
        add(192, "bpf_skb_set_tstamp", "setTstamp", SkbHelpers::setTstamp);
        add(97, "bpf_skb_ecn_set_ce", "ecnSetCe", SkbHelpers::ecnSetCe);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, SkbHelpers.class, method, function);
    }

    public static long storeBytes(RunContext cx, long ctx, long offset, long from, long size, long flags) {
        SkbBuffer skb = cx.skb(ctx);
        offset &= 0xffff_ffffL;
        size &= 0xffff_ffffL;
        if ((flags & ~(RECOMPUTE_CSUM | INVALIDATE_HASH)) != 0) {
            return -Errno.EINVAL;
        }
        if (offset > Integer.MAX_VALUE || !skb.store(offset, from, size)) {
            return -Errno.EFAULT;
        }
        if ((flags & INVALIDATE_HASH) != 0) {
            skb.contextField(SkbField.HASH, 4, 0);
        }
        return 0;
    }

    public static long loadBytes(RunContext cx, long ctx, long offset, long to, long size, long r5) {
        offset &= 0xffff_ffffL;
        size &= 0xffff_ffffL;
        if (offset > Integer.MAX_VALUE || !cx.skb(ctx).load(offset, to, size)) {
            SlabAccess.fill(cx.memory(), to, size, (byte) 0);
            return -Errno.EFAULT;
        }
        return 0;
    }

    public static long loadBytesRelative(RunContext cx, long ctx, long offset, long to, long size, long header) {
        SkbBuffer skb = cx.skb(ctx);
        offset &= 0xffff_ffffL;
        size &= 0xffff_ffffL;
        long start = header == 0 ? skb.linkStart() : header == 1 ? skb.networkStart() : 0;
        if (offset > 0xffff || start == 0 || start + offset + size > skb.dataEnd()) {
            SlabAccess.fill(cx.memory(), to, size, (byte) 0);
            return -Errno.EFAULT;
        }
        SlabAccess.copy(cx.memory(), start + offset, to, size);
        return 0;
    }

    public static long pullData(RunContext cx, long ctx, long size, long r3, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        long bytes = size & 0xffff_ffffL;
        return skb.pull(bytes == 0 ? skb.linearLength() : bytes);
    }

    public static long changeTail(RunContext cx, long ctx, long size, long flags, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        long bytes = size & 0xffff_ffffL;
        if (flags != 0 || bytes > MAX_PACKET || bytes < skb.networkOffset()) {
            return -Errno.EINVAL;
        }
        return skb.resize((int) bytes);
    }

    public static long changeHead(RunContext cx, long ctx, long size, long flags, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        long bytes = size & 0xffff_ffffL;
        if (flags != 0 || bytes + skb.length() > MAX_PACKET) {
            return -Errno.EINVAL;
        }
        return skb.push((int) bytes);
    }

    public static long changeType(RunContext cx, long ctx, long type, long r3, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        type &= 0xffff_ffffL;
        if (type > 3 || skb.contextField(SkbField.PKT_TYPE, 4) > 3) {
            return -Errno.EINVAL;
        }
        skb.contextField(SkbField.PKT_TYPE, 4, type);
        return 0;
    }

    /** The flow's hash: over addresses, protocol and ports; computed once per packet. */
    public static long hashRecalc(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        long hash = skb.contextField(SkbField.HASH, 4);
        if (hash == 0) {
            hash = flowHash(cx, skb) & 0xffff_ffffL;
            skb.contextField(SkbField.HASH, 4, hash == 0 ? 1 : hash);
            hash = skb.contextField(SkbField.HASH, 4);
        }
        return hash;
    }

    private static long flowHash(RunContext cx, SkbBuffer skb) {
        long network = skb.networkStart();
        long room = skb.dataEnd() - network;
        long type = skb.contextField(SkbField.PROTOCOL, 4);
        long hash = type * 0x9e37_79b9L;
        int from = type == 0x0008 ? 12 : 8;
        int words = type == 0x0008 ? 2 : type == 0xdd86 ? 8 : 0;
        int header = type == 0x0008 ? 20 : 40;
        if (words == 0 || room < header + 4) {
            return hash;
        }
        for (int i = 0; i < words; i++) {
            hash = (hash ^ SlabAccess.load32(cx.memory(), network + from + 4L * i)) * 0x85eb_ca6bL;
            hash ^= hash >>> 15;
        }
        hash = (hash ^ SlabAccess.load32(cx.memory(), network + header)) * 0xc2b2_ae35L;
        return hash ^ hash >>> 16;
    }

    public static long hashInvalid(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        cx.skb(ctx).contextField(SkbField.HASH, 4, 0);
        return 0;
    }

    public static long setHash(RunContext cx, long ctx, long hash, long r3, long r4, long r5) {
        cx.skb(ctx).contextField(SkbField.HASH, 4, hash);
        return 0;
    }

    /** Time stamp types: 0 unspecified (the stamp must be 0), 1 delivery time (must not be 0). */
    public static long setTstamp(RunContext cx, long ctx, long nanos, long type, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        long protocol = skb.contextField(SkbField.PROTOCOL, 4);
        if (protocol != 0x0008 && protocol != 0xdd86) {
            return -Errno.EOPNOTSUPP;
        }
        boolean clear = (type & 0xffff_ffffL) == 0;
        if (type > 3 || clear != (nanos == 0)) {
            return -Errno.EINVAL;
        }
        skb.contextField(SkbField.TSTAMP, 8, nanos);
        skb.contextField(SkbField.TSTAMP_TYPE, 1, type);
        return 0;
    }

    /** Marks congestion on an ECN-capable IP packet: 1 when marked, else 0. */
    public static long ecnSetCe(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        long network = skb.networkStart();
        long protocol = skb.contextField(SkbField.PROTOCOL, 4);
        if (protocol == 0x0008 && skb.dataEnd() - network >= 20) {
            long tos = SlabAccess.load8(cx.memory(), network + 1);
            if ((tos & 3) == 0) {
                return 0;
            }
            long old = SlabAccess.load16(cx.memory(), network);
            SlabAccess.store8(cx.memory(), network + 1, tos | 3);
            long sum = SlabAccess.load16(cx.memory(), network + 10);
            long now = SlabAccess.load16(cx.memory(), network);
            SlabAccess.store16(cx.memory(), network + 10, Checksum.replace(sum, old, now));
            return 1;
        }
        if (protocol == 0xdd86 && skb.dataEnd() - network >= 40) {
            long second = SlabAccess.load8(cx.memory(), network + 1);
            if ((second & 0x30) == 0) {
                return 0;
            }
            SlabAccess.store8(cx.memory(), network + 1, second | 0x30);
            return 1;
        }
        return 0;
    }
}
