package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.SkbBuffer;
import java.util.Arrays;

/**
 * Helpers on the tunnel that an skb goes into. The key and options are kept with the packet, for later helpers and the
 * host.
 */
public final class TunnelHelpers {
    private static final int KEY_BYTES = 44;
    private static final int LEAST_KEY_BYTES = 8;
    private static final int MAX_OPTIONS = 255;
    private static final long IPV6 = 1;

    private TunnelHelpers() {}

    static void register() {
        add(20, "bpf_skb_get_tunnel_key", "getKey", TunnelHelpers::getKey);
        add(21, "bpf_skb_set_tunnel_key", "setKey", TunnelHelpers::setKey);
        add(29, "bpf_skb_get_tunnel_opt", "getOptions", TunnelHelpers::getOptions);
        add(30, "bpf_skb_set_tunnel_opt", "setOptions", TunnelHelpers::setOptions);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, TunnelHelpers.class, method, function);
    }

    public static long setKey(RunContext cx, long ctx, long key, long size, long flags, long r5) {
        int bytes = (int) size;
        if ((flags & ~0x1fL) != 0 || bytes < LEAST_KEY_BYTES || bytes > KEY_BYTES) {
            return -Errno.EINVAL;
        }
        byte[] copy = new byte[KEY_BYTES + 1];
        SlabAccess.get(cx.memory(), key, copy, 0, bytes);
        copy[KEY_BYTES] = (byte) (flags & IPV6);
        cx.skb(ctx).tunnelKey(copy);
        return 0;
    }

    /** -EINVAL without a tunnel, -EPROTO when it is of the other address family. */
    public static long getKey(RunContext cx, long ctx, long key, long size, long flags, long r5) {
        byte[] stored = cx.skb(ctx).tunnelKey();
        int bytes = (int) size & 0xff;
        long result = stored == null || (flags & ~0x11L) != 0
                ? -Errno.EINVAL
                : stored[KEY_BYTES] != (flags & IPV6) ? -Errno.EPROTO : bytes > KEY_BYTES ? -Errno.EINVAL : 0;
        if (result != 0) {
            SlabAccess.fill(cx.memory(), key, bytes, (byte) 0);
        } else {
            SlabAccess.put(cx.memory(), key, stored, 0, bytes);
        }
        return result;
    }

    public static long setOptions(RunContext cx, long ctx, long options, long size, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        long bytes = size & 0xffff_ffffL;
        if (skb.tunnelKey() == null || (bytes & 3) != 0) {
            return -Errno.EINVAL;
        }
        if (bytes > MAX_OPTIONS) {
            return -Errno.ENOMEM;
        }
        byte[] copy = new byte[(int) bytes];
        SlabAccess.get(cx.memory(), options, copy, 0, copy.length);
        skb.tunnelOptions(copy);
        return 0;
    }

    /** Gives the length of the options; -ENOENT without any, -ENOMEM when they do not fit. */
    public static long getOptions(RunContext cx, long ctx, long options, long size, long r4, long r5) {
        byte[] stored = cx.skb(ctx).tunnelOptions();
        int bytes = (int) size;
        if (stored == null || bytes < stored.length) {
            SlabAccess.fill(cx.memory(), options, bytes & 0xffff, (byte) 0);
            return stored == null ? -Errno.ENOENT : -Errno.ENOMEM;
        }
        byte[] padded = Arrays.copyOf(stored, bytes);
        SlabAccess.put(cx.memory(), options, padded, 0, bytes);
        return stored.length;
    }
}
