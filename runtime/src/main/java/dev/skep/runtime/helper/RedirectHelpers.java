package dev.skep.runtime.helper;

import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.TargetMap;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;

/** Helpers that send packets elsewhere. What they ask for is left in {@link RunContext#redirect} for the host. */
public final class RedirectHelpers {
    private static final long INGRESS = 1;
    private static final int TC_SHOT = 2;
    private static final int TC_REDIRECT = 7;
    private static final int XDP_ABORTED = 0;
    private static final int XDP_REDIRECT = 4;
    private static final long XDP_ACTIONS = 3;
    private static final long BROADCAST = 1 << 3;
    private static final long EXCLUDE_INGRESS = 1 << 4;
    private static final int SK_DROP = 0;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SK_PASS = 1;

    private RedirectHelpers() {}

    static void register() {
        add(13, "bpf_clone_redirect", "cloneRedirect", RedirectHelpers::cloneRedirect);
        add(23, "bpf_redirect", "redirect", RedirectHelpers::redirect);
        add(51, "bpf_redirect_map", "redirectMap", RedirectHelpers::redirectMap);
        add(152, "bpf_redirect_neigh", "redirectNeigh", RedirectHelpers::redirectNeigh);
        add(155, "bpf_redirect_peer", "redirectPeer", RedirectHelpers::redirectPeer);
        add(52, "bpf_sk_redirect_map", "toSocket", RedirectHelpers::toSocket);
        add(60, "bpf_msg_redirect_map", "toSocket", RedirectHelpers::toSocket);
        add(72, "bpf_sk_redirect_hash", "toSocketByKey", RedirectHelpers::toSocketByKey);
        add(71, "bpf_msg_redirect_hash", "toSocketByKey", RedirectHelpers::toSocketByKey);
        add(163, "bpf_check_mtu", "checkMtu", RedirectHelpers::checkMtu);
        add(69, "bpf_fib_lookup", "fibLookup", RedirectHelpers::fibLookup);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, RedirectHelpers.class, method, function);
    }

    public static long cloneRedirect(RunContext cx, long ctx, long ifindex, long flags, long r4, long r5) {
        if ((flags & ~INGRESS) != 0) {
            return -Errno.EINVAL;
        }
        return cx.host().transmit((int) ifindex, cx.skb(ctx).toByteArray(), flags);
    }

    public static long redirect(RunContext cx, long ifindex, long flags, long r3, long r4, long r5) {
        boolean xdp = cx.program().spec().type() == ProgramType.XDP;
        if ((flags & ~(xdp ? 0 : INGRESS)) != 0) {
            return xdp ? XDP_ABORTED : TC_SHOT;
        }
        cx.redirect().to((int) ifindex, flags);
        return xdp ? XDP_REDIRECT : TC_REDIRECT;
    }

    public static long redirectMap(RunContext cx, long map, long key, long flags, long r4, long r5) {
        BpfMap target = cx.map(map);
        boolean device = switch (target.type()) {
            case DEVMAP, DEVMAP_HASH -> true;
            default -> false;
        };
        long known = XDP_ACTIONS | (device ? BROADCAST | EXCLUDE_INGRESS : 0);
        if ((flags & ~known) != 0 || !(target instanceof TargetMap slots)) {
            return XDP_ABORTED;
        }
        SlabAccess.store32(cx.memory(), cx.scratch(), key);
        if (slots.element(cx.scratch()) == 0 && (flags & BROADCAST) == 0) {
            return flags & XDP_ACTIONS;
        }
        cx.redirect().to(target, key & 0xffff_ffffL, flags);
        return XDP_REDIRECT;
    }

    public static long redirectNeigh(RunContext cx, long ifindex, long params, long size, long flags, long r5) {
        if (flags != 0 || size != 0 && size < 4) {
            return TC_SHOT;
        }
        cx.redirect().to((int) ifindex, flags);
        return TC_REDIRECT;
    }

    public static long redirectPeer(RunContext cx, long ifindex, long flags, long r3, long r4, long r5) {
        if (flags != 0) {
            return TC_SHOT;
        }
        cx.redirect().to((int) ifindex, flags);
        return TC_REDIRECT;
    }

    public static long toSocket(RunContext cx, long ctx, long map, long key, long flags, long r5) {
        SlabAccess.store32(cx.memory(), cx.scratch(), key);
        return toSocketByKey(cx, ctx, map, cx.scratch(), flags, 0);
    }

    public static long toSocketByKey(RunContext cx, long ctx, long map, long key, long flags, long r5) {
        BpfMap target = cx.map(map);
        if ((flags & ~INGRESS) != 0 || !(target instanceof TargetMap slots) || slots.element(key) == 0) {
            return SK_DROP;
        }
        cx.redirect().to(target, SlabAccess.load64(cx.memory(), slots.element(key)), flags);
        return SK_PASS;
    }

    /** Compares the packet's length with the device's MTU: 0 fits, 1 does not; the MTU goes to {@code out}. */
    public static long checkMtu(RunContext cx, long ctx, long ifindex, long out, long difference, long flags) {
        if ((flags & ~1L) != 0) {
            return -Errno.EINVAL;
        }
        int mtu = cx.host().mtu((int) ifindex);
        if (mtu < 0) {
            return -Errno.ENODEV;
        }
        PacketBuffer packet = cx.packet();
        long given = SlabAccess.load32(cx.memory(), out);
        boolean link = !(packet instanceof SkbBuffer skb) || skb.isLinkLayer();
        long length = packet == null ? 0 : packet.length() - (link ? SkbBuffer.ETH_BYTES : 0);
        if (given != 0) {
            length = given;
        }
        length += (int) difference;
        SlabAccess.store32(cx.memory(), out, mtu);
        return length <= mtu ? 0 : 1;
    }

    public static long fibLookup(RunContext cx, long ctx, long params, long size, long flags, long r5) {
        if (size < 64) {
            return -Errno.EINVAL;
        }
        long family = SlabAccess.load8(cx.memory(), params);
        if (family != AF_INET && family != AF_INET6) {
            return -Errno.EAFNOSUPPORT;
        }
        return cx.host().fibLookup(SlabAccess.slice(cx.memory(), params, 64), flags);
    }
}
