package dev.skep.runtime.packet;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * A packet for programs on {@code struct __sk_buff}: tc, socket filters, cgroup and lightweight tunnels.
 *
 * <p><em>Shape</em>: a linear block with head and tail room, and perhaps a paged part after it, which programs reach
 * only through helpers until {@link #pull} makes it linear. Data starts at the link layer for tc, at the network layer
 * for the other types; the Ethernet header then lies before it.
 *
 * <p><em>Source</em>: uapi/linux/bpf.h; behaviour of BPF_PROG_TEST_RUN observed on Linux 6.18.
 */
public final class SkbBuffer extends PacketBuffer {
    /** Room before the link layer of a fresh packet. */
    public static final int HEADROOM = 256;
    /** Bytes of an Ethernet header. */
    public static final int ETH_BYTES = 14;
    /** The longest packet. */
    public static final int MAX_LENGTH = 1 << 20;

    /** EtherTypes begin here; smaller numbers are lengths. */
    private static final int ETH_TYPES_FROM = 0x600;

    private static final int ETH_P_802_3 = 1;
    private static final int ETH_P_802_2 = 4;

    private static final int TAILROOM = 512;
    private static final int FIRST_BLOCK = 4096;

    private static final int SOCKET_BYTES = 80;
    private static final int TCP_CLOSE = 7;

    private final long socket;
    private byte[] tunnelKey;
    private byte[] tunnelOptions;
    private long paged;
    private int pagedCapacity;
    private int pagedOffset;
    private int pagedLength;
    private int networkOffset;
    private boolean linkLayer;

    public SkbBuffer(Slab slab, MemoryAccount account) {
        super(slab, account, SkbField.SIZE, FIRST_BLOCK);
        account.charge(SOCKET_BYTES);
        socket = slab.require(SOCKET_BYTES);
        data = block + HEADROOM;
        dataEnd = data;
        meta = data;
    }

    /** Takes a new Ethernet packet, all of it linear. */
    public void load(byte[] packet, boolean fromLinkLayer) {
        load(packet, 0, packet.length, fromLinkLayer, packet.length);
    }

    /**
     * Takes a new Ethernet packet.
     *
     * @param fromLinkLayer true when data starts at the Ethernet header, false at what follows it
     * @param linear bytes of the packet that are linear, the Ethernet header counted; at least 14
     * @throws IllegalArgumentException when the packet has no Ethernet header, or more than {@link #MAX_LENGTH} bytes
     */
    public void load(byte[] packet, int from, int bytes, boolean fromLinkLayer, int linear) {
        java.util.Objects.checkFromIndexSize(from, bytes, packet.length);
        int head = begin(bytes, linear);
        SlabAccess.put(memory, data, packet, from, head);
        if (bytes > head) {
            SlabAccess.put(memory, paged, packet, from + head, bytes - head);
        }
        arrived(bytes, fromLinkLayer);
    }

    /** Takes a new Ethernet packet, all of it linear, from {@code at} of a segment. */
    public void load(MemorySegment packet, long at, int bytes, boolean fromLinkLayer) {
        java.util.Objects.checkFromIndexSize(at, bytes, packet.byteSize());
        begin(bytes, bytes);
        SlabAccess.put(memory, data, packet, at, bytes);
        arrived(bytes, fromLinkLayer);
    }

    /** Makes room; returns how many bytes are to be linear. */
    private int begin(int bytes, int linear) {
        if (bytes < ETH_BYTES || bytes > MAX_LENGTH || linear < ETH_BYTES) {
            throw new IllegalArgumentException(
                    "packet must have 14 to " + MAX_LENGTH + " bytes: length=" + bytes + " linear=" + linear);
        }
        int head = Math.min(linear, bytes);
        enlarge(HEADROOM + head + TAILROOM);
        data = block + HEADROOM;
        dataEnd = data + head;
        metaBytes = 0;
        pagedOffset = 0;
        pagedLength = bytes - head;
        if (pagedLength > pagedCapacity) {
            account.charge(pagedLength - pagedCapacity);
            slab.free(paged);
            paged = slab.require(pagedLength);
            slab.hide(paged);
            pagedCapacity = pagedLength;
        }
        return head;
    }

    /** The EtherType; where the field is a length, what Linux puts for frames of IEEE 802.3. In network order. */
    private int protocol(int bytes) {
        int type = (int) SlabAccess.load16(memory, data + 12);
        if (Short.toUnsignedInt(Short.reverseBytes((short) type)) >= ETH_TYPES_FROM) {
            return type;
        }
        boolean raw = bytes >= ETH_BYTES + 2 && SlabAccess.load16(memory, data + ETH_BYTES) == 0xffff;
        return Short.reverseBytes((short) (raw ? ETH_P_802_3 : ETH_P_802_2)) & 0xffff;
    }

    private void arrived(int bytes, boolean fromLinkLayer) {
        clearContext();
        int type = protocol(bytes);
        contextField(SkbField.PROTOCOL, 4, type);
        contextField(SkbField.PKT_TYPE, 4, packetType(data));
        contextField(SkbField.IFINDEX, 4, 1);
        contextField(SkbField.WIRE_LEN, 4, fromLinkLayer ? bytes : bytes - ETH_BYTES);
        contextField(SkbField.GSO_SEGS, 4, 0);
        linkLayer = fromLinkLayer;
        networkOffset = fromLinkLayer ? ETH_BYTES : 0;
        if (!fromLinkLayer) {
            data += ETH_BYTES;
        }
        meta = data;
        addresses(type);
        socket();
        refresh();
    }

    /** PACKET_HOST, BROADCAST, MULTICAST or OTHERHOST of a destination, seen from a device with address 0. */
    private int packetType(long ethernet) {
        long destination = SlabAccess.load64(memory, ethernet) & 0xffff_ffff_ffffL;
        if (destination == 0) {
            return 0;
        }
        if ((destination & 1) == 0) {
            return 3;
        }
        return destination == 0xffff_ffff_ffffL ? 1 : 2;
    }

    private void addresses(int type) {
        long network = data + networkOffset;
        if (type == 0x0008 && dataEnd - network >= 20) {
            contextField(SkbField.FAMILY, 4, 2);
            contextField(SkbField.LOCAL_IP4, 4, SlabAccess.load32(memory, network + 12));
            contextField(SkbField.REMOTE_IP4, 4, SlabAccess.load32(memory, network + 16));
        } else if (type == 0xdd86 && dataEnd - network >= 40) {
            contextField(SkbField.FAMILY, 4, 10);
            SlabAccess.copy(memory, network + 8, context() + SkbField.LOCAL_IP6, 16);
            SlabAccess.copy(memory, network + 24, context() + SkbField.REMOTE_IP6, 16);
        }
    }

    /** The socket that a test run gives each packet: closed, with the packet's addresses. */
    private void socket() {
        SlabAccess.fill(memory, socket, SOCKET_BYTES, (byte) 0);
        SlabAccess.store32(memory, socket + 4, contextField(SkbField.FAMILY, 4));
        SlabAccess.store32(memory, socket + 24, contextField(SkbField.LOCAL_IP4, 4));
        SlabAccess.copy(memory, context() + SkbField.LOCAL_IP6, socket + 28, 16);
        SlabAccess.store32(memory, socket + 52, contextField(SkbField.REMOTE_IP4, 4));
        SlabAccess.copy(memory, context() + SkbField.REMOTE_IP6, socket + 56, 16);
        SlabAccess.store32(memory, socket + 72, TCP_CLOSE);
        SlabAccess.store32(memory, socket + 76, -1);
        contextField(SkbField.SK, 8, socket);
        tunnelKey = null;
        tunnelOptions = null;
    }

    /** Address of the packet's {@code struct bpf_sock}. */
    public long socketAddress() {
        return socket;
    }

    /** What {@code bpf_skb_set_tunnel_key} gave, or null. */
    public byte[] tunnelKey() {
        return tunnelKey;
    }

    /** Sets the tunnel that the packet goes into. */
    public void tunnelKey(byte[] key) {
        tunnelKey = key;
        tunnelOptions = null;
    }

    /** What {@code bpf_skb_set_tunnel_opt} gave, or null. */
    public byte[] tunnelOptions() {
        return tunnelOptions;
    }

    public void tunnelOptions(byte[] options) {
        tunnelOptions = options;
    }

    /** Sets the bytes before the data that an XDP program left as metadata; a multiple of 4. */
    public void metadata(byte[] bytes) {
        if (bytes.length > 252 || bytes.length % 4 != 0) {
            throw new IllegalArgumentException(
                    "metadata must have at most 252 bytes, a multiple of 4: length=" + bytes.length);
        }
        long link = linkStart();
        SlabAccess.put(memory, link - bytes.length, bytes, 0, bytes.length);
        metaBytes = bytes.length;
        refresh();
    }

    private int metaBytes;

    /** Fields of {@code struct __sk_buff} that BPF_PROG_TEST_RUN takes from its caller and gives back. */
    private static final int[] SETTINGS = {
        SkbField.MARK, 4, SkbField.PRIORITY, 4, SkbField.INGRESS_IFINDEX, 4, SkbField.IFINDEX, 4, SkbField.CB, 20,
        SkbField.TSTAMP, 8, SkbField.WIRE_LEN, 4, SkbField.GSO_SEGS, 4, SkbField.GSO_SIZE, 4, SkbField.HWTSTAMP, 8
    };

    /**
     * Takes mark, priority, devices, control block, times and segment sizes from a {@code struct __sk_buff}; 0 as
     * device or wire length leaves what is there. Call it after {@code load}.
     */
    public void settings(byte[] context) {
        if (context.length < SkbField.SIZE) {
            throw new IllegalArgumentException(
                    "context must have " + SkbField.SIZE + " bytes: length=" + context.length);
        }
        for (int i = 0; i < SETTINGS.length; i += 2) {
            int at = SETTINGS[i];
            boolean optional = at == SkbField.IFINDEX || at == SkbField.WIRE_LEN || at == SkbField.INGRESS_IFINDEX;
            if (!optional || isSet(context, at)) {
                SlabAccess.put(memory, context() + at, context, at, SETTINGS[i + 1]);
            }
        }
    }

    private static boolean isSet(byte[] context, int at) {
        return (context[at] | context[at + 1] | context[at + 2] | context[at + 3]) != 0;
    }

    /** The same fields as the program left them, all others zero. */
    public byte[] settings() {
        byte[] out = new byte[SkbField.SIZE];
        for (int i = 0; i < SETTINGS.length; i += 2) {
            SlabAccess.get(memory, context() + SETTINGS[i], out, SETTINGS[i], SETTINGS[i + 1]);
        }
        return out;
    }

    /** Address of the Ethernet header, also when data starts after it. */
    public long linkStart() {
        return data + networkOffset - ETH_BYTES;
    }

    /** Address of the network header. */
    public long networkStart() {
        return data + networkOffset;
    }

    /** Bytes from the first byte of data to the network header. */
    public int networkOffset() {
        return networkOffset;
    }

    /** True when data starts at the Ethernet header. */
    public boolean isLinkLayer() {
        return linkLayer;
    }

    @Override
    public int length() {
        return linearLength() + pagedLength;
    }

    @Override
    protected void refresh() {
        meta = linkLayer ? data - metaBytes : data;
        contextField(SkbField.LEN, 4, length());
        contextField(SkbField.DATA, 4, data);
        contextField(SkbField.DATA_END, 4, dataEnd);
        contextField(SkbField.DATA_META, 4, meta);
    }

    @Override
    public long pointer(long offset, long bytes) {
        if (offset < 0 || bytes < 0 || offset > linearLength() - bytes) {
            return 0;
        }
        return data + offset;
    }

    @Override
    public boolean load(long offset, long to, long bytes) {
        return transfer(offset, to, bytes, true);
    }

    @Override
    public boolean store(long offset, long from, long bytes) {
        return transfer(offset, from, bytes, false);
    }

    private boolean transfer(long offset, long other, long bytes, boolean out) {
        if (offset < 0 || bytes < 0 || offset > length() - bytes) {
            return false;
        }
        long linear = Math.max(0, Math.min(bytes, linearLength() - offset));
        if (linear > 0) {
            SlabAccess.copy(memory, out ? data + offset : other, out ? other : data + offset, linear);
        }
        if (bytes > linear) {
            long at = paged + pagedOffset + offset + linear - linearLength();
            SlabAccess.copy(memory, out ? at : other + linear, out ? other + linear : at, bytes - linear);
        }
        return true;
    }

    @Override
    public int copyTo(byte[] bytes) {
        int linear = linearLength();
        SlabAccess.get(memory, data, bytes, 0, linear);
        if (pagedLength > 0) {
            SlabAccess.get(memory, paged + pagedOffset, bytes, linear, pagedLength);
        }
        return linear + pagedLength;
    }

    @Override
    public int frameLength() {
        return before() + length();
    }

    @Override
    public void copyFrame(MemorySegment to, long at) {
        int linear = before() + linearLength();
        SlabAccess.get(memory, data - before(), to, at, linear);
        if (pagedLength > 0) {
            SlabAccess.get(memory, paged + pagedOffset, to, at + linear, pagedLength);
        }
    }

    /** Bytes of link-layer header before the data. */
    private int before() {
        return linkLayer ? 0 : Math.max(0, ETH_BYTES - networkOffset);
    }

    /** Makes the first {@code bytes} bytes linear; 0, or -ENOMEM when the packet is shorter. */
    public long pull(long bytes) {
        if (bytes > length()) {
            return -Errno.ENOMEM;
        }
        int need = (int) bytes - linearLength();
        if (need <= 0) {
            return 0;
        }
        if (!roomAfter(need)) {
            return -Errno.ENOMEM;
        }
        SlabAccess.copy(memory, paged + pagedOffset, dataEnd, need);
        dataEnd += need;
        pagedOffset += need;
        pagedLength -= need;
        refresh();
        return 0;
    }

    /** Sets the packet's length: cuts, or appends zeroes. */
    public long resize(int bytes) {
        int now = length();
        if (bytes > MAX_LENGTH) {
            return -Errno.EINVAL;
        }
        if (bytes <= now) {
            int cut = now - bytes;
            int fromPages = Math.min(cut, pagedLength);
            pagedLength -= fromPages;
            dataEnd -= cut - fromPages;
        } else {
            if (pagedLength > 0 && pull(now) != 0 || !roomAfter(bytes - now)) {
                return -Errno.ENOMEM;
            }
            SlabAccess.fill(memory, dataEnd, bytes - now, (byte) 0);
            dataEnd += bytes - now;
        }
        refresh();
        return 0;
    }

    private boolean roomAfter(int bytes) {
        return dataEnd + bytes <= block + blockBytes || reallocate(0, bytes);
    }

    private boolean roomBefore(int bytes) {
        return data - metaBytes - bytes >= block || reallocate(bytes, 0);
    }

    private boolean reallocate(int before, int after) {
        int headroom = (int) (data - block) + before;
        int wanted = headroom + linearLength() + after + TAILROOM;
        if (wanted > 2 * MAX_LENGTH || !account.tryCharge(wanted - (long) blockBytes)) {
            return false;
        }
        long larger = slab.allocate(wanted);
        if (larger == 0) {
            account.uncharge(wanted - (long) blockBytes);
            return false;
        }
        SlabAccess.copy(memory, block, larger + before, dataEnd - block);
        long moved = larger + before - block;
        data += moved;
        dataEnd += moved;
        slab.free(block);
        slab.hide(larger);
        block = larger;
        blockBytes = wanted;
        return true;
    }

    /** Adds zeroed room before the data; the network header keeps its place. */
    public long push(int bytes) {
        if (!roomBefore(bytes)) {
            return -Errno.ENOMEM;
        }
        data -= bytes;
        SlabAccess.fill(memory, data, bytes, (byte) 0);
        metaBytes = 0;
        networkOffset += bytes;
        refresh();
        return 0;
    }

    /** Opens a zeroed gap at an offset; what lies before it moves towards the head. */
    public long insert(int offset, int bytes) {
        if (offset > linearLength() && pull(offset) != 0 || !roomBefore(bytes)) {
            return -Errno.ENOMEM;
        }
        SlabAccess.copy(memory, data, data - bytes, offset);
        data -= bytes;
        metaBytes = 0;
        SlabAccess.fill(memory, data + offset, bytes, (byte) 0);
        refresh();
        return 0;
    }

    /** Closes a gap at an offset; what lies before it moves towards the tail. */
    public long remove(int offset, int bytes) {
        if (pull((long) offset + bytes) != 0) {
            return -Errno.ENOMEM;
        }
        SlabAccess.copy(memory, data, data + bytes, offset);
        data += bytes;
        metaBytes = 0;
        refresh();
        return 0;
    }

    /**
     * Copies bytes for a legacy packet load: negative offsets from -0x100000 on count from the network header, from
     * -0x200000 on from the link layer's, and reach only linear bytes.
     */
    public boolean loadRelative(int offset, long to, int bytes) {
        if (offset >= 0) {
            return load(offset, to, bytes);
        }
        long from = offset >= -0x100000 ? networkStart() + offset + 0x100000 : linkStart() + offset + 0x200000;
        if (offset < -0x200000 || from < block || from + bytes > dataEnd) {
            return false;
        }
        SlabAccess.copy(memory, from, to, bytes);
        return true;
    }

    /** Bytes of metadata before the Ethernet header. */
    public int skbMetaLength() {
        return metaBytes;
    }

    /** Address of the metadata. */
    public long skbMeta() {
        return linkStart() - metaBytes;
    }

    @Override
    public void close() {
        slab.free(paged);
        slab.free(socket);
        account.uncharge(pagedCapacity + SOCKET_BYTES);
        paged = 0;
        super.close();
    }
}
