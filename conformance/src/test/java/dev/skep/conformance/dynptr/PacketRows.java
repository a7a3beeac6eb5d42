package dev.skep.conformance.dynptr;

import static dev.skep.conformance.dynptr.LocalRows.pointer;
import static dev.skep.conformance.dynptr.Row.tc;

import dev.skep.object.uapi.ProgramType;
import java.util.List;
import java.util.function.Consumer;

/** Dynptrs over packets: skb, XDP with fragments, skb metadata. */
final class PacketRows {
    private static final long EFAULT = -14;
    private static final long E2BIG = -7;
    private static final long EINVAL = -22;
    private static final long ENOENT = -2;

    private static final int SKB_PULL_DATA = 39;
    private static final int SKB_CHANGE_TAIL = 38;
    private static final int XDP_ADJUST_HEAD = 44;
    private static final int XDP_ADJUST_TAIL = 65;
    /** Bytes of the first frame of a test run. */
    private static final int FRAME = 3520;

    private PacketRows() {}

    private static DynptrCode skb(DynptrCode p) {
        return p.fromPacket("bpf_dynptr_from_skb", 0, 0);
    }

    private static DynptrCode xdp(DynptrCode p) {
        return p.fromPacket("bpf_dynptr_from_xdp", 0, 0);
    }

    private static DynptrCode shape(DynptrCode p) {
        return p.size(0).isNull(0).isReadOnly(0);
    }

    static List<Row> skb() {
        return List.of(
                tc(
                        "from_skb: flags are -EINVAL, and the dynptr null",
                        p -> shape(p.fromPacket("bpf_dynptr_from_skb", 0, 1)),
                        EINVAL,
                        EINVAL,
                        1,
                        0),
                tc("a classifier may write", p -> shape(skb(p)), 0, 100, 0, 0),
                tc("an action may write", p -> shape(skb(p)), 0, 100, 0, 0).on(ProgramType.SCHED_ACT),
                tc(
                                "a tunnel's transmit program may write; it starts at the network header",
                                p -> shape(skb(p)),
                                0,
                                86,
                                0,
                                0)
                        .on(ProgramType.LWT_XMIT),
                tc(
                                "a socket filter may only read",
                                p -> shape(skb(p))
                                        .write(0, 0, 4, 0, 0)
                                        .fill(0, 0, 4, 0)
                                        .data(0, 0, 4, -1)
                                        .slice(0, 0, 4, -1)
                                        .read(0, 85, 1, 0, 0)
                                        .fill(0, 99, 4, 0),
                                0,
                                86,
                                0,
                                1,
                                EINVAL,
                                EINVAL,
                                0,
                                pointer(14, 17, false),
                                0,
                                EINVAL)
                        .on(ProgramType.SOCKET_FILTER),
                tc("a cgroup program may only read", p -> shape(skb(p)).write(0, 99, 4, 9, 0), 0, 86, 0, 1, EINVAL)
                        .on(ProgramType.CGROUP_SKB),
                tc("tunnel programs on the way in and out may only read", p -> shape(skb(p)), 0, 86, 0, 1)
                        .on(ProgramType.LWT_IN),
                tc("tunnel programs on the way out may only read", p -> shape(skb(p)), 0, 86, 0, 1)
                        .on(ProgramType.LWT_OUT),
                tc("seg6 programs may only read", p -> shape(skb(p)), 0, 86, 0, 1)
                        .on(ProgramType.LWT_SEG6LOCAL)
                        .here(),
                tc(
                                "a read-only packet copied onto itself is -EINVAL",
                                p -> skb(p).copy(0, 0, 0, 4, 4)
                                        .copy(0, 0, 0, 99, 4)
                                        .copy(0, 99, 0, 0, 4),
                                0,
                                EINVAL,
                                E2BIG,
                                EINVAL)
                        .on(ProgramType.SOCKET_FILTER),
                tc(
                        "read and write; range; bpf_dynptr_data never points into a packet",
                        p -> skb(p).read(0, 60, 40, 0, 0)
                                .write(0, 20, 40, 0, 0)
                                .read(0, 61, 40, 0, 0)
                                .write(0, 97, 4, 0, 0)
                                .data(0, 0, 4, -1)
                                .read(0, 100, 0, 0, 0),
                        0,
                        0,
                        0,
                        E2BIG,
                        E2BIG,
                        0,
                        0),
                tc(
                        "write: flags 1 and 2, no others; range first",
                        p -> skb(p).write(0, 20, 4, 1, 0)
                                .write(0, 24, 4, 2, 0)
                                .write(0, 28, 4, 3, 0)
                                .write(0, 32, 4, 4, 0)
                                .write(0, 100, 4, 4, 0),
                        0,
                        0,
                        0,
                        0,
                        EINVAL,
                        E2BIG),
                tc(
                        "slices of a linear packet are direct",
                        p -> skb(p).slice(0, 10, 2, 0)
                                .slice(0, 10, 2, -1)
                                .sliceWritable(0, 20, 4, 8, 0x77)
                                .slice(0, 98, 2, -1)
                                .slice(0, 99, 2, 0)
                                .slice(0, 100, 0, 0),
                        0,
                        pointer(10, 11, false),
                        pointer(10, 11, false),
                        pointer(20, 23, false),
                        pointer(98, 99, false),
                        0,
                        1),
                tc(
                        "the length is the one at creation; reading past a cut tail is -EFAULT",
                        p -> skb(p).packetHelper(SKB_CHANGE_TAIL, 40, 0)
                                .size(0)
                                .read(0, 40, 4, 0, 0)
                                .read(0, 36, 4, 0, 0)
                                .read(0, 38, 4, 0, 8)
                                .write(0, 40, 4, 0, 0)
                                .slice(0, 40, 4, 16)
                                .read(0, 98, 4, 0, 0),
                        0,
                        0,
                        100,
                        EFAULT,
                        0,
                        EFAULT,
                        EFAULT,
                        0,
                        E2BIG),
                tc(
                        "a grown packet shows no more than before",
                        p -> skb(p).packetHelper(SKB_CHANGE_TAIL, 140, 0)
                                .size(0)
                                .read(0, 100, 4, 0, 0)
                                .fromPacket("bpf_dynptr_from_skb", 1, 0)
                                .size(1)
                                .read(1, 100, 4, 0, 0),
                        0,
                        0,
                        100,
                        E2BIG,
                        0,
                        140,
                        0),
                tc(
                        "memset and copy within a packet",
                        p -> skb(p).fill(0, 20, 10, 0xee)
                                .copy(0, 40, 0, 16, 20)
                                .copy(0, 90, 0, 0, 20)
                                .fill(0, 95, 6, 1)
                                .adjust(0, 14, 34)
                                .fill(0, 0, 20, 1)
                                .fill(0, 0, 21, 1),
                        0,
                        0,
                        0,
                        E2BIG,
                        E2BIG,
                        0,
                        0,
                        E2BIG),
                tc(
                        "copies between packet, memory and record",
                        p -> skb(p).fromMem(1, 0, 200, 0)
                                .reserve(2, 64, 0)
                                .copy(1, 0, 0, 36, 64)
                                .copy(0, 14, 1, 100, 50)
                                .copy(2, 0, 0, 0, 64)
                                .submit(2, 0),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0),
                tc(
                        "clones of a packet move apart",
                        p -> skb(p).adjust(0, 14, 100)
                                .cloneTo(0, 1)
                                .adjust(1, 20, 40)
                                .size(0)
                                .size(1)
                                .slice(0, 0, 1, -1)
                                .slice(1, 0, 1, -1),
                        0,
                        0,
                        0,
                        0,
                        86,
                        20,
                        pointer(14, 14, false),
                        pointer(34, 34, false)),
                tc(
                        "skb_meta of a packet without metadata is empty, and not null",
                        p -> shape(p.fromPacket("bpf_dynptr_from_skb_meta", 0, 0))
                                .read(0, 0, 1, 0, 0)
                                .slice(0, 0, 1, 0)
                                .write(0, 0, 0, 0, 0)
                                .write(0, 0, 0, 1, 0)
                                .data(0, 0, 0, -1),
                        0,
                        0,
                        0,
                        0,
                        E2BIG,
                        0,
                        0,
                        EINVAL,
                        0),
                tc(
                        "from_skb_meta: flags are -EINVAL",
                        p -> shape(p.fromPacket("bpf_dynptr_from_skb_meta", 0, 1)),
                        EINVAL,
                        EINVAL,
                        1,
                        0),
                tc("string functions on a slice", PacketRows::strings, 0, 0, 1, 3, ENOENT, -1)
                        .withPacket(text("....abc.def")));
    }

    private static byte[] text(String s) {
        byte[] b = Row.packet(64);
        for (int i = 0; i < s.length(); i++) {
            b[20 + i] = s.charAt(i) == '.' ? 0 : (byte) s.charAt(i);
        }
        return b;
    }

    /** Looks at "abc" in a slice of a packet at 24. */
    private static void strings(DynptrCode p) {
        skb(p);
        p.dynptr(1, 0).number(2, 24).number(3, 0).number(4, 8).call("bpf_dynptr_slice");
        int end = p.code().label();
        p.code().jump(0x15, 0, 0, 0, end);
        p.code().mov(6, 0);
        p.code().mov(1, 6);
        p.code().mov(2, 6);
        p.kfunc("bpf_strcmp");
        p.code().mov(1, 6);
        p.number(2, 'b').kfunc("bpf_strchr");
        p.code().mov(1, 6);
        p.kfunc("bpf_strlen");
        p.code().mov(1, 6);
        p.number(2, 'x').kfunc("bpf_strchr");
        p.code().mov(1, 6);
        p.code().mov(2, 6);
        p.code().alu(0, 2, 4);
        p.kfunc("bpf_strcmp");
        p.code().bind(end);
    }

    private static Row frames(String name, int bytes, Consumer<DynptrCode> body, long... expected) {
        return Row.xdp(name, bytes, body, expected);
    }

    static List<Row> xdp() {
        return List.of(
                frames(
                        "from_xdp: flags are -EINVAL",
                        100,
                        p -> shape(p.fromPacket("bpf_dynptr_from_xdp", 0, 4)),
                        EINVAL,
                        EINVAL,
                        1,
                        0),
                frames("the length counts all fragments", 9000, p -> shape(xdp(p)), 0, 9000, 0, 0),
                frames(
                        "write: flags must be 0; range first",
                        100,
                        p -> xdp(p).write(0, 0, 4, 1, 0).write(0, 98, 4, 1, 0).write(0, 96, 4, 0, 0),
                        0,
                        EINVAL,
                        E2BIG,
                        0),
                frames(
                        "slices within one part are direct",
                        9000,
                        p -> xdp(p).slice(0, 0, 8, 0)
                                .slice(0, FRAME - 8, 8, -1)
                                .slice(0, FRAME, 8, -1)
                                .slice(0, FRAME + 4096 - 1, 1, 0)
                                .slice(0, 8999, 1, -1)
                                .slice(0, 8999, 2, 0)
                                .sliceWritable(0, FRAME + 4096, 16, 64, 1),
                        0,
                        pointer(0, 7, false),
                        at(FRAME - 8, 8, false),
                        at(FRAME, 8, false),
                        at(FRAME + 4095, 1, false),
                        at(8999, 1, false),
                        0,
                        at(FRAME + 4096, 16, false)),
                frames(
                        "slices across parts go to the buffer, or nowhere",
                        9000,
                        p -> xdp(p).slice(0, FRAME - 4, 8, 0)
                                .slice(0, FRAME - 4, 8, -1)
                                .sliceWritable(0, FRAME + 4090, 12, 32, 5)
                                .write(0, FRAME + 4090, 12, 0, 32)
                                .read(0, FRAME + 4088, 16, 0, 64),
                        0,
                        at(FRAME - 4, 8, true),
                        0,
                        at(FRAME + 4090, 12, true),
                        0,
                        0),
                frames("bpf_dynptr_data never points into a packet", 100, p -> xdp(p).data(0, 0, 4, -1), 0, 0),
                frames(
                        "read and write over all parts",
                        9000,
                        p -> xdp(p).read(0, 0, 8192, 0, 0)
                                .write(0, 808, 8192, 0, 0)
                                .read(0, 809, 8192, 0, 0),
                        0,
                        0,
                        0,
                        E2BIG),
                frames(
                        "copy within and across parts",
                        9000,
                        p -> xdp(p).copy(0, 0, 0, 4000, 300)
                                .copy(0, FRAME - 100, 0, 0, 200)
                                .copy(0, 7000, 0, FRAME - 10, 600)
                                .copy(0, 100, 0, 50, 600)
                                .copy(0, 8900, 0, 0, 101),
                        0,
                        0,
                        0,
                        0,
                        0,
                        E2BIG),
                frames(
                        "copy forward in chunks has no care for overlap",
                        9000,
                        p -> xdp(p).copy(0, FRAME - 300, 0, FRAME - 400, 800),
                        0,
                        0),
                frames(
                        "copy between packet and memory, both ways",
                        9000,
                        p -> xdp(p).fromMem(1, 0, 1000, 0)
                                .copy(1, 0, 0, FRAME - 500, 1000)
                                .copy(0, FRAME + 3600, 1, 0, 1000),
                        0,
                        0,
                        0,
                        0),
                frames(
                        "memset in chunks: 255, 256, 257 bytes over an edge",
                        9000,
                        p -> xdp(p).fill(0, FRAME - 100, 255, 1)
                                .fill(0, FRAME + 4000, 256, 2)
                                .fill(0, FRAME - 200, 257, 3)
                                .fill(0, 8000, 1001, 4)
                                .fill(0, 8999, 1, 5)
                                .fill(0, 9000, 0, 6)
                                .fill(0, 9001, 0, 6),
                        0,
                        0,
                        0,
                        0,
                        E2BIG,
                        0,
                        0,
                        E2BIG),
                frames(
                        "adjust: offsets count from the view",
                        9000,
                        p -> xdp(p).adjust(0, FRAME - 8, 8000)
                                .size(0)
                                .slice(0, 8, 8, -1)
                                .slice(0, 4, 8, 0)
                                .read(0, 0, 16, 0, 32),
                        0,
                        0,
                        8000 - FRAME + 8,
                        at(FRAME, 8, false),
                        at(FRAME - 4, 8, true),
                        0),
                frames(
                        "gone short: the length stays, reading past the end is -EINVAL",
                        100,
                        p -> xdp(p).packetHelper(XDP_ADJUST_TAIL, -60)
                                .size(0)
                                .read(0, 40, 4, 0, 0)
                                .read(0, 38, 4, 0, 0)
                                .read(0, 36, 4, 0, 0)
                                .write(0, 60, 4, 0, 0)
                                .slice(0, 36, 4, 8)
                                .slice(0, 40, 4, -1),
                        0,
                        0,
                        100,
                        EINVAL,
                        EINVAL,
                        0,
                        EINVAL,
                        pointer(36, 39, false),
                        0),
                frames(
                        "offsets follow the data",
                        100,
                        p -> xdp(p).packetHelper(XDP_ADJUST_HEAD, 14)
                                .slice(0, 0, 4, -1)
                                .size(0),
                        0,
                        0,
                        pointer(14, 17, false),
                        100),
                frames(
                        "a packet of 70 kilobytes: beyond 0xffff -EFAULT",
                        70_000,
                        p -> xdp(p).size(0)
                                .read(0, 0xffff, 8, 0, 0)
                                .read(0, 0x1_0000, 8, 0, 0)
                                .write(0, 0x1_0000, 8, 0, 0)
                                .slice(0, 0x1_0000, 8, 0)
                                .slice(0, 0x1_0000, 8, -1)
                                .fill(0, 0x1_0000, 8, 1),
                        0,
                        70_000,
                        0,
                        EFAULT,
                        EFAULT,
                        at(0x1_0000, 8, true),
                        0,
                        EFAULT),
                frames(
                        "clone of a packet",
                        9000,
                        p -> xdp(p).adjust(0, 10, 8000)
                                .cloneTo(0, 1)
                                .size(1)
                                .adjust(1, 3520, 3530)
                                .size(1)
                                .size(0)
                                .slice(1, 0, 8, -1),
                        0,
                        0,
                        0,
                        7990,
                        0,
                        10,
                        7990,
                        at(3530, 8, false)));
    }

    private static long at(int offset, int size, boolean buffer) {
        return pointer(offset, offset + size - 1, buffer);
    }
}
