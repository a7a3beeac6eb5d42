package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.SkbField;

/** Helpers that make room in an skb's headers: protocol translation, encapsulation, VLAN tags. */
public final class SkbRoomHelpers {
    private static final long IPV4 = 0x0008;
    private static final long IPV6 = 0xdd86;
    private static final long VLAN = 0x0081;
    private static final long VLAN_SERVICE = 0xa888;
    private static final int MAX_PACKET = 65536 + SkbBuffer.ETH_BYTES;

    private static final long ENCAP_IPV4 = 1 << 1;
    private static final long ENCAP_IPV6 = 1 << 2;
    private static final long DECAP_IPV4 = 1 << 7;
    private static final long DECAP_IPV6 = 1 << 8;
    private static final long ROOM_FLAGS = 0x1ff | 0xffL << 56;

    private SkbRoomHelpers() {}

    static void register() {
        add(31, "bpf_skb_change_proto", "changeProto", SkbRoomHelpers::changeProto);
        add(50, "bpf_skb_adjust_room", "adjustRoom", SkbRoomHelpers::adjustRoom);
        add(18, "bpf_skb_vlan_push", "vlanPush", SkbRoomHelpers::vlanPush);
        add(19, "bpf_skb_vlan_pop", "vlanPop", SkbRoomHelpers::vlanPop);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, SkbRoomHelpers.class, method, function);
    }

    /** IPv4 to IPv6 or back: 20 bytes more or less at the network header; the program rewrites the header. */
    public static long changeProto(RunContext cx, long ctx, long proto, long flags, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        long now = skb.contextField(SkbField.PROTOCOL, 4);
        proto &= 0xffff;
        long result;
        if (now == IPV4 && proto == IPV6) {
            result = skb.insert(skb.networkOffset(), 20);
        } else if (now == IPV6 && proto == IPV4) {
            result = skb.remove(skb.networkOffset(), 20);
        } else {
            return -Errno.ENOTSUPP;
        }
        if (result == 0) {
            skb.contextField(SkbField.PROTOCOL, 4, proto);
            skb.contextField(SkbField.HASH, 4, 0);
        }
        return result;
    }

    public static long adjustRoom(RunContext cx, long ctx, long difference, long mode, long flags, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        int delta = (int) difference;
        int size = Math.abs(delta);
        if ((flags & ~ROOM_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        if (size > 0xfff) {
            return -Errno.EFAULT;
        }
        long protocol = skb.contextField(SkbField.PROTOCOL, 4);
        if (protocol != IPV4 && protocol != IPV6) {
            return -Errno.ENOTSUPP;
        }
        int header = protocol == IPV4 ? 20 : 40;
        int at = skb.networkOffset();
        switch ((int) mode) {
            case 0 -> at += header;
            case 1 -> {}
            default -> {
                return -Errno.ENOTSUPP;
            }
        }
        boolean shrink = delta < 0;
        boolean decap = (flags & (DECAP_IPV4 | DECAP_IPV6)) != 0;
        if (decap && (!shrink || (flags & DECAP_IPV4) != 0 && (flags & DECAP_IPV6) != 0)) {
            return -Errno.EINVAL;
        }
        int least = (flags & DECAP_IPV4) != 0 ? 20 : (flags & DECAP_IPV6) != 0 ? 40 : header;
        int network = skb.length() - skb.networkOffset();
        if (shrink ? size >= network || network - size < least : skb.length() + size > MAX_PACKET) {
            return -Errno.ENOTSUPP;
        }
        long result = shrink ? skb.remove(at, size) : skb.insert(at, size);
        if (result == 0) {
            long next = (flags & (shrink ? DECAP_IPV4 : ENCAP_IPV4)) != 0
                    ? IPV4
                    : (flags & (shrink ? DECAP_IPV6 : ENCAP_IPV6)) != 0 ? IPV6 : protocol;
            skb.contextField(SkbField.PROTOCOL, 4, next);
        }
        return result;
    }

    private static boolean isVlan(long type) {
        return type == VLAN || type == VLAN_SERVICE;
    }

    /** Sets the packet's tag; a tag that it has already moves into its bytes. */
    public static long vlanPush(RunContext cx, long ctx, long proto, long tci, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        proto &= 0xffff;
        if (!isVlan(proto)) {
            proto = VLAN;
        }
        if (skb.contextField(SkbField.VLAN_PRESENT, 4) != 0) {
            long result = skb.insert(12, 4);
            if (result != 0) {
                return result;
            }
            long outer = skb.contextField(SkbField.VLAN_PROTO, 4);
            long at = skb.data() + 12;
            SlabAccess.store16(cx.memory(), at, outer);
            SlabAccess.store16(cx.memory(), at + 2, swap(skb.contextField(SkbField.VLAN_TCI, 4)));
            skb.contextField(SkbField.PROTOCOL, 4, outer);
        }
        skb.contextField(SkbField.VLAN_PRESENT, 4, 1);
        skb.contextField(SkbField.VLAN_TCI, 4, tci & 0xffff);
        skb.contextField(SkbField.VLAN_PROTO, 4, proto);
        return 0;
    }

    /** Takes the packet's tag away; the next one in its bytes takes its place. */
    public static long vlanPop(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        SkbBuffer skb = cx.skb(ctx);
        if (skb.contextField(SkbField.VLAN_PRESENT, 4) != 0) {
            skb.contextField(SkbField.VLAN_PRESENT, 4, 0);
            skb.contextField(SkbField.VLAN_TCI, 4, 0);
            skb.contextField(SkbField.VLAN_PROTO, 4, 0);
        } else if (isVlan(skb.contextField(SkbField.PROTOCOL, 4))) {
            takeTag(cx, skb);
        } else {
            return 0;
        }
        long type = skb.contextField(SkbField.PROTOCOL, 4);
        if (isVlan(type) && skb.length() >= 18) {
            long tci = takeTag(cx, skb);
            skb.contextField(SkbField.VLAN_PRESENT, 4, 1);
            skb.contextField(SkbField.VLAN_TCI, 4, tci);
            skb.contextField(SkbField.VLAN_PROTO, 4, type);
        }
        return 0;
    }

    private static long takeTag(RunContext cx, SkbBuffer skb) {
        if (skb.pull(18) != 0) {
            return 0;
        }
        long tci = swap(SlabAccess.load16(cx.memory(), skb.data() + 14));
        skb.remove(12, 4);
        skb.contextField(SkbField.PROTOCOL, 4, SlabAccess.load16(cx.memory(), skb.data() + 12));
        return tci;
    }

    private static long swap(long word) {
        return Short.reverseBytes((short) word) & 0xffff;
    }
}
