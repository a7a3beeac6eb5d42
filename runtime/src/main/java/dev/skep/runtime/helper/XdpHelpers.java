package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;

/** Helpers on the bytes of an XDP packet. */
public final class XdpHelpers {
    private static final long LIMIT = 0xffff;

    private XdpHelpers() {}

    static void register() {
        add(44, "bpf_xdp_adjust_head", "adjustHead", XdpHelpers::adjustHead);
        add(54, "bpf_xdp_adjust_meta", "adjustMeta", XdpHelpers::adjustMeta);
        add(65, "bpf_xdp_adjust_tail", "adjustTail", XdpHelpers::adjustTail);
        add(188, "bpf_xdp_get_buff_len", "length", XdpHelpers::length);
        add(189, "bpf_xdp_load_bytes", "loadBytes", XdpHelpers::loadBytes);
        add(190, "bpf_xdp_store_bytes", "storeBytes", XdpHelpers::storeBytes);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, XdpHelpers.class, method, function);
    }

    public static long adjustHead(RunContext cx, long ctx, long delta, long r3, long r4, long r5) {
        return cx.xdp(ctx).adjustHead((int) delta);
    }

    public static long adjustMeta(RunContext cx, long ctx, long delta, long r3, long r4, long r5) {
        return cx.xdp(ctx).adjustMeta((int) delta);
    }

    public static long adjustTail(RunContext cx, long ctx, long delta, long r3, long r4, long r5) {
        return cx.xdp(ctx).adjustTail((int) delta);
    }

    public static long length(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        return cx.xdp(ctx).length();
    }

    public static long loadBytes(RunContext cx, long ctx, long offset, long to, long size, long r5) {
        offset &= 0xffff_ffffL;
        size &= 0xffff_ffffL;
        if (offset > LIMIT || size > LIMIT) {
            return -Errno.EFAULT;
        }
        return cx.xdp(ctx).load(offset, to, size) ? 0 : -Errno.EINVAL;
    }

    public static long storeBytes(RunContext cx, long ctx, long offset, long from, long size, long r5) {
        offset &= 0xffff_ffffL;
        size &= 0xffff_ffffL;
        if (offset > LIMIT || size > LIMIT) {
            return -Errno.EFAULT;
        }
        return cx.xdp(ctx).store(offset, from, size) ? 0 : -Errno.EINVAL;
    }
}
