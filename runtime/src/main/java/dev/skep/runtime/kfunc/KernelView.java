package dev.skep.runtime.kfunc;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.SkbField;
import dev.skep.runtime.packet.XdpBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A packet as the kernel's own structs, for {@code bpf_cast_to_kern_ctx}: {@code sk_buff} or {@code xdp_buff}, its
 * device and the device's name space, with the fields that there is something to say about; the others are zero. Where
 * fields are, the kernel's types say.
 *
 * <p>One per run context; filled anew at each cast.
 */
public final class KernelView {
    /** Inode of the first network name space of a Linux. */
    private static final long FIRST_NAMESPACE = 0xefff_fff9L;

    private final Slab slab;
    private final Btf types;
    private long skb;
    private long xdp;
    private long queue;
    private long device;
    private long namespace;

    public KernelView(Slab slab, Btf types) {
        this.slab = slab;
        this.types = types;
    }

    /** Address of the kernel's struct for this packet; 0 when the kernel's types have none. */
    public long of(PacketBuffer packet) {
        return switch (packet) {
            case SkbBuffer s -> ofSkb(s);
            case XdpBuffer x -> ofXdp(x);
        };
    }

    private long ofSkb(SkbBuffer s) {
        skb = block(skb, "sk_buff");
        if (skb == 0) {
            return 0;
        }
        set(skb, "sk_buff", "len", s.length());
        set(skb, "sk_buff", "data_len", s.length() - s.linearLength());
        set(skb, "sk_buff", "dev", device((int) s.contextField(SkbField.IFINDEX, 4)));
        set(skb, "sk_buff", "mac_len", SkbBuffer.ETH_BYTES);
        set(skb, "sk_buff", "protocol", s.contextField(SkbField.PROTOCOL, 4));
        set(skb, "sk_buff", "mark", s.contextField(SkbField.MARK, 4));
        set(skb, "sk_buff", "priority", s.contextField(SkbField.PRIORITY, 4));
        set(skb, "sk_buff", "hash", s.contextField(SkbField.HASH, 4));
        set(skb, "sk_buff", "skb_iif", s.contextField(SkbField.INGRESS_IFINDEX, 4));
        set(skb, "sk_buff", "queue_mapping", s.contextField(SkbField.QUEUE_MAPPING, 4));
        set(skb, "sk_buff", "tstamp", s.contextField(SkbField.TSTAMP, 8));
        set(skb, "sk_buff", "data", s.data());
        set(skb, "sk_buff", "head", s.linkStart() - SkbBuffer.HEADROOM);
        return skb;
    }

    private long ofXdp(XdpBuffer x) {
        xdp = block(xdp, "xdp_buff");
        queue = block(queue, "xdp_rxq_info");
        if (xdp == 0) {
            return 0;
        }
        set(xdp, "xdp_buff", "data", x.data());
        set(xdp, "xdp_buff", "data_end", x.dataEnd());
        set(xdp, "xdp_buff", "data_meta", x.meta());
        set(xdp, "xdp_buff", "rxq", queue);
        set(queue, "xdp_rxq_info", "dev", device((int) x.contextField(12, 4)));
        set(queue, "xdp_rxq_info", "queue_index", x.contextField(16, 4));
        return xdp;
    }

    private long device(int ifindex) {
        device = block(device, "net_device");
        namespace = block(namespace, "net");
        if (device != 0) {
            set(device, "net_device", "ifindex", ifindex);
            set(device, "net_device", "mtu", ifindex <= 1 ? 65536 : 1500);
            set(device, "net_device", "nd_net.net", namespace);
            set(namespace, "net", "ns.inum", FIRST_NAMESPACE);
            byte[] name = (ifindex <= 1 ? "lo" : "dev" + ifindex).getBytes(StandardCharsets.US_ASCII);
            long at = field(device, "net_device", "name");
            if (at != 0) {
                SlabAccess.put(slab.memory(), at, name, 0, name.length);
            }
        }
        return device;
    }

    private long block(long now, String struct) {
        int id = types.find(struct, BtfType.Struct.class);
        return now != 0 || id < 0 ? now : slab.require(types.sizeOf(id));
    }

    private void set(long block, String struct, String path, long value) {
        long at = field(block, struct, path);
        if (at == 0) {
            return;
        }
        switch ((int) size) {
            case 1 -> SlabAccess.store8(slab.memory(), at, value);
            case 2 -> SlabAccess.store16(slab.memory(), at, value);
            case 4 -> SlabAccess.store32(slab.memory(), at, value);
            case 8 -> SlabAccess.store64(slab.memory(), at, value);
            default -> {}
        }
    }

    /** Size of the field that {@link #field} found last. */
    private long size;

    /** Address of the field at a path of member names; 0 when there is none, or it is a bit field. */
    private long field(long block, String struct, String path) {
        int id = types.find(struct, BtfType.Struct.class);
        long at = block;
        for (String name : path.split("\\.")) {
            long offset = block == 0 || id < 0 ? -1 : offset(id, name);
            if (offset < 0) {
                return 0;
            }
            at += offset;
            id = found;
        }
        size = types.sizeOf(id);
        return at;
    }

    /** Type of the member that {@link #offset} found last. */
    private int found;

    private long offset(int id, String name) {
        if (!(types.resolved(id) instanceof BtfType.Struct s)) {
            return -1;
        }
        for (BtfType.Member m : s.members()) {
            if (m.name().equals(name) && m.bitFieldSize() == 0) {
                found = m.type();
                return m.offsetBits() / 8;
            }
            long inner = m.name().isEmpty() ? offset(m.type(), name) : -1;
            if (inner >= 0) {
                return m.offsetBits() / 8 + inner;
            }
        }
        return -1;
    }

    /** Gives the blocks back. */
    public void close() {
        for (long block : new long[] {skb, xdp, queue, device, namespace}) {
            slab.free(block);
        }
    }
}
