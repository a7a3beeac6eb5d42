package dev.skep.runtime.packet;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * A packet for XDP programs and its {@code struct xdp_md}.
 *
 * <p><em>Shape</em>: a frame of 4096 bytes: 256 of head room, of which 40 are the kernel's; data; 320 at the end that
 * are never data. What does not fit the frame (3520 bytes of data) is in up to 17 fragments of 4096 bytes.
 *
 * <p><em>Source</em>: uapi/linux/bpf.h; limits observed on Linux 6.18 through BPF_PROG_TEST_RUN.
 */
public final class XdpBuffer extends PacketBuffer {
    /** Room before the data of a fresh packet. */
    public static final int HEADROOM = 256;
    /** Data bytes that fit the first frame. */
    public static final int MAX_LINEAR = 4096 - HEADROOM - 320;
    /** Fragments that a packet may have. */
    public static final int MAX_FRAGMENTS = 17;
    /** Bytes of data that any packet may have. */
    public static final int MAX_LENGTH = MAX_LINEAR + MAX_FRAGMENTS * 4096;

    private static final int FRAME = 4096;
    private static final int TAILROOM = 320;
    private static final int KERNEL_HEADER = 40;
    private static final int MIN_LENGTH = 14;
    private static final int MAX_META = 255;

    private static final int DATA = 0;
    private static final int DATA_END = 4;
    private static final int DATA_META = 8;
    private static final int INGRESS_IFINDEX = 12;
    private static final int RX_QUEUE_INDEX = 16;
    private static final int EGRESS_IFINDEX = 20;
    private static final int CONTEXT_BYTES = 24;

    private final long[] fragment = new long[MAX_FRAGMENTS];
    private final int[] fragmentLength = new int[MAX_FRAGMENTS];
    private int fragments;
    private int length;

    public XdpBuffer(Slab slab, MemoryAccount account) {
        super(slab, account, CONTEXT_BYTES, FRAME);
        reset(HEADROOM, 0);
    }

    /**
     * Takes a new packet. The context says it came in at interface 1, queue 0.
     *
     * @throws IllegalArgumentException when it is longer than {@link #MAX_LENGTH}
     */
    public void load(byte[] packet, int from, int bytes) {
        load(packet, from, bytes, 0);
    }

    /** Takes a new packet whose first {@code metaBytes} bytes are its metadata. */
    public void load(byte[] packet, int from, int bytes, int metaBytes) {
        java.util.Objects.checkFromIndexSize(from, bytes, packet.length);
        begin(bytes, metaBytes);
        int linear = metaLength() + linearLength();
        SlabAccess.put(memory, meta, packet, from, linear);
        for (int done = linear; done < bytes; done += FRAME) {
            int part = Math.min(bytes - done, FRAME);
            SlabAccess.put(memory, addFragment(part), packet, from + done, part);
        }
        arrived();
    }

    /** Takes a new packet from {@code at} of a segment. */
    public void load(MemorySegment packet, long at, int bytes) {
        java.util.Objects.checkFromIndexSize(at, bytes, packet.byteSize());
        begin(bytes, 0);
        int linear = linearLength();
        SlabAccess.put(memory, data, packet, at, linear);
        for (int done = linear; done < bytes; done += FRAME) {
            int part = Math.min(bytes - done, FRAME);
            SlabAccess.put(memory, addFragment(part), packet, at + done, part);
        }
        arrived();
    }

    private void begin(int bytes, int metaBytes) {
        if (bytes - metaBytes > MAX_LENGTH
                || metaBytes < 0
                || metaBytes > Math.min(bytes, MAX_META)
                || metaBytes % 4 != 0) {
            throw new IllegalArgumentException("packet must have at most " + MAX_LENGTH
                    + " bytes after its metadata: length=" + bytes + " meta=" + metaBytes);
        }
        reset(HEADROOM + metaBytes, Math.min(bytes, MAX_LINEAR) - metaBytes);
        meta = data - metaBytes;
    }

    private void arrived() {
        clearContext();
        contextField(INGRESS_IFINDEX, 4, 1);
        refresh();
    }

    public void load(byte[] packet) {
        load(packet, 0, packet.length, 0);
    }

    /** Says where the packet came in; call it after {@code load}. */
    public void arrival(int ifindex, int queue) {
        contextField(INGRESS_IFINDEX, 4, ifindex);
        contextField(RX_QUEUE_INDEX, 4, queue);
    }

    /** Says where the packet goes out, for programs in a device map; call it after {@code load}. */
    public void departure(int ifindex) {
        contextField(EGRESS_IFINDEX, 4, ifindex);
    }

    private void reset(int headroom, int bytes) {
        data = block + headroom;
        meta = data;
        dataEnd = data + bytes;
        fragments = 0;
        length = bytes;
    }

    private long addFragment(int bytes) {
        if (fragment[fragments] == 0) {
            account.charge(FRAME);
            fragment[fragments] = slab.allocate(FRAME);
            if (fragment[fragments] == 0) {
                account.uncharge(FRAME);
                throw slab.full(FRAME);
            }
            slab.hide(fragment[fragments]);
        }
        fragmentLength[fragments] = bytes;
        length += bytes;
        return fragment[fragments++];
    }

    /** Number of fragments now. */
    public int fragments() {
        return fragments;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    protected void refresh() {
        contextField(DATA, 4, data);
        contextField(DATA_END, 4, dataEnd);
        contextField(DATA_META, 4, meta);
    }

    @Override
    public long pointer(long offset, long bytes) {
        if (offset < 0 || bytes < 0 || offset > length - bytes) {
            return 0;
        }
        long part = linearLength();
        if (offset < part || fragments == 0) {
            return offset + bytes <= part ? data + offset : 0;
        }
        offset -= part;
        for (int i = 0; i < fragments; i++) {
            if (offset < fragmentLength[i]) {
                return offset + bytes <= fragmentLength[i] ? fragment[i] + offset : 0;
            }
            offset -= fragmentLength[i];
        }
        return 0;
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
        if (offset < 0 || bytes < 0 || offset > length - bytes) {
            return false;
        }
        long part = linearLength();
        long start = data;
        for (int i = -1; bytes > 0; i++) {
            if (i >= 0) {
                part = fragmentLength[i];
                start = fragment[i];
            }
            if (offset < part) {
                long now = Math.min(bytes, part - offset);
                SlabAccess.copy(memory, out ? start + offset : other, out ? other : start + offset, now);
                other += now;
                bytes -= now;
                offset = 0;
            } else {
                offset -= part;
            }
        }
        return true;
    }

    @Override
    public int copyTo(byte[] bytes) {
        int linear = linearLength();
        SlabAccess.get(memory, data, bytes, 0, linear);
        int at = linear;
        for (int i = 0; i < fragments; i++) {
            SlabAccess.get(memory, fragment[i], bytes, at, fragmentLength[i]);
            at += fragmentLength[i];
        }
        return at;
    }

    @Override
    public int frameLength() {
        return length;
    }

    @Override
    public void copyFrame(MemorySegment to, long at) {
        int linear = linearLength();
        SlabAccess.get(memory, data, to, at, linear);
        long next = at + linear;
        for (int i = 0; i < fragments; i++) {
            SlabAccess.get(memory, fragment[i], to, next, fragmentLength[i]);
            next += fragmentLength[i];
        }
    }

    /** {@code bpf_xdp_adjust_head}. */
    public long adjustHead(int delta) {
        int metaBytes = metaLength();
        long newData = data + delta;
        if (newData < block + KERNEL_HEADER + metaBytes || newData > dataEnd - MIN_LENGTH) {
            return -Errno.EINVAL;
        }
        if (metaBytes > 0) {
            SlabAccess.copy(memory, meta, meta + delta, metaBytes);
        }
        data = newData;
        meta += delta;
        if (metaBytes == 0) {
            meta = data;
        }
        length -= delta;
        refresh();
        return 0;
    }

    /** {@code bpf_xdp_adjust_meta}. */
    public long adjustMeta(int delta) {
        long newMeta = meta + delta;
        if (newMeta < block + KERNEL_HEADER || newMeta > data) {
            return -Errno.EINVAL;
        }
        long bytes = data - newMeta;
        if ((bytes & 3) != 0 || bytes > MAX_META) {
            return -Errno.EACCES;
        }
        meta = newMeta;
        refresh();
        return 0;
    }

    /** {@code bpf_xdp_adjust_tail}. */
    public long adjustTail(int delta) {
        if (fragments > 0) {
            return delta < 0 ? shrinkFragments(-(long) delta) : growFragment(delta);
        }
        long newEnd = dataEnd + delta;
        if (newEnd > block + FRAME - TAILROOM || newEnd < data + MIN_LENGTH) {
            return -Errno.EINVAL;
        }
        if (delta > 0) {
            SlabAccess.fill(memory, dataEnd, delta, (byte) 0);
        }
        dataEnd = newEnd;
        length += delta;
        refresh();
        return 0;
    }

    private long growFragment(int delta) {
        int last = fragments - 1;
        if (delta > FRAME - fragmentLength[last]) {
            return -Errno.EINVAL;
        }
        SlabAccess.fill(memory, fragment[last] + fragmentLength[last], delta, (byte) 0);
        fragmentLength[last] += delta;
        length += delta;
        return 0;
    }

    private long shrinkFragments(long delta) {
        if (delta > length - MIN_LENGTH) {
            return -Errno.EINVAL;
        }
        length -= (int) delta;
        while (fragments > 0 && delta > 0) {
            int cut = (int) Math.min(delta, fragmentLength[fragments - 1]);
            fragmentLength[fragments - 1] -= cut;
            delta -= cut;
            if (fragmentLength[fragments - 1] == 0) {
                fragments--;
            }
        }
        dataEnd -= delta;
        refresh();
        return 0;
    }

    /** {@code bpf_xdp_pull_data}: makes the first {@code bytes} bytes linear. */
    public long pull(long bytes) {
        if (bytes > length) {
            return -Errno.EINVAL;
        }
        int need = (int) bytes - linearLength();
        if (need <= 0) {
            return 0;
        }
        if (need > block + FRAME - TAILROOM - dataEnd) {
            return -Errno.ENOMEM;
        }
        int linear = linearLength();
        transfer(linear, dataEnd, need, true);
        dropFromFragments(need);
        dataEnd += need;
        refresh();
        return 0;
    }

    private void dropFromFragments(int bytes) {
        int kept = 0;
        for (int i = 0; i < fragments; i++) {
            int cut = Math.min(bytes, fragmentLength[i]);
            bytes -= cut;
            int rest = fragmentLength[i] - cut;
            if (cut > 0 && rest > 0) {
                SlabAccess.copy(memory, fragment[i] + cut, fragment[i], rest);
            }
            if (rest > 0) {
                long block = fragment[kept];
                fragment[kept] = fragment[i];
                fragment[i] = block;
                fragmentLength[kept++] = rest;
            }
        }
        fragments = kept;
    }

    @Override
    public boolean owns(long address, long bytes) {
        for (int i = 0; i < fragments; i++) {
            if (address >= fragment[i] && address + bytes <= fragment[i] + fragmentLength[i]) {
                return true;
            }
        }
        return super.owns(address, bytes);
    }

    @Override
    public void close() {
        for (int i = 0; i < MAX_FRAGMENTS; i++) {
            if (fragment[i] != 0) {
                slab.free(fragment[i]);
                account.uncharge(FRAME);
                fragment[i] = 0;
            }
        }
        super.close();
    }
}
