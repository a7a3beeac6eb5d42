package dev.skep.runtime.dynptr;

import static dev.skep.runtime.helper.DynptrHelpers.data;
import static dev.skep.runtime.helper.DynptrHelpers.fromMem;
import static dev.skep.runtime.helper.DynptrHelpers.read;
import static dev.skep.runtime.helper.DynptrHelpers.write;
import static dev.skep.runtime.kfunc.DynptrKfuncs.adjust;
import static dev.skep.runtime.kfunc.DynptrKfuncs.copy;
import static dev.skep.runtime.kfunc.DynptrKfuncs.copyObject;
import static dev.skep.runtime.kfunc.DynptrKfuncs.fill;
import static dev.skep.runtime.kfunc.DynptrKfuncs.fromSkb;
import static dev.skep.runtime.kfunc.DynptrKfuncs.fromSkbMeta;
import static dev.skep.runtime.kfunc.DynptrKfuncs.fromXdp;
import static dev.skep.runtime.kfunc.DynptrKfuncs.isNull;
import static dev.skep.runtime.kfunc.DynptrKfuncs.isReadOnly;
import static dev.skep.runtime.kfunc.DynptrKfuncs.size;
import static dev.skep.runtime.kfunc.DynptrKfuncs.slice;
import static dev.skep.runtime.kfunc.DynptrKfuncs.sliceWritable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.TestRun;
import dev.skep.runtime.helper.RingHelpers;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Run-time results of dynptr operations, as observed on Linux 6.18. */
class DynptrTest {
    private Machine machine;
    private long p;
    private long q;
    private long mem;
    private long buf;

    @BeforeEach
    void open() {
        machine = Machine.create(MachineOptions.defaults().withSlabSize(128 << 20));
        p = machine.slab().allocate(16);
        q = machine.slab().allocate(16);
        mem = machine.slab().allocate(8192);
        buf = machine.slab().allocate(8192);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void run(Consumer<RunContext> body) {
        run(ProgramType.SCHED_CLS, null, body);
    }

    private void run(ProgramType type, PacketBuffer packet, Consumer<RunContext> body) {
        TestRun.in(machine, type, packet, body);
    }

    private long word(long address) {
        return SlabAccess.load64(machine.slab().memory(), address);
    }

    private int u32(long address) {
        return (int) SlabAccess.load32(machine.slab().memory(), address);
    }

    private void assertNull(long dynptr) {
        assertThat(word(dynptr)).isZero();
        assertThat(word(dynptr + 8)).isZero();
    }

    private static byte[] counting(int bytes) {
        byte[] b = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            b[i] = (byte) i;
        }
        return b;
    }

    private SkbBuffer skb(int bytes, boolean link) {
        SkbBuffer skb = machine.newSkbBuffer();
        skb.load(counting(bytes), link);
        return skb;
    }

    private XdpBuffer xdp(int bytes) {
        XdpBuffer xdp = machine.newXdpBuffer();
        xdp.load(counting(bytes));
        return xdp;
    }

    @Test
    void fromMemChecksSizeThenFlags() {
        run(cx -> {
            assertThat(fromMem(cx, mem, 0x100_0000, 1, p, 0)).isEqualTo(-Errno.E2BIG);
            assertNull(p);
            assertThat(fromMem(cx, mem, 16, 1, p, 0)).isEqualTo(-Errno.EINVAL);
            assertNull(p);
            assertThat(fromMem(cx, mem, 0xff_ffff, 0, p, 0)).isZero();
            assertThat(fromMem(cx, mem, 0, 0, p, 0)).isZero();
            assertThat(isNull(cx, p, 0, 0, 0, 0)).isZero();
            assertThat(size(cx, p, 0, 0, 0, 0)).isZero();
        });
    }

    @Test
    void hasTheKernelsBytes() {
        run(cx -> {
            fromMem(cx, mem, 20, 0, p, 0);
            assertThat(adjust(cx, p, 5, 20, 0, 0)).isZero();
            assertThat(word(p)).isEqualTo(mem);
            assertThat(u32(p + 8)).isEqualTo(0x1000_000f);
            assertThat(u32(p + 12)).isEqualTo(5);
        });
        SkbBuffer skb = skb(100, true);
        run(ProgramType.SCHED_CLS, skb, cx -> {
            fromSkb(cx, skb.context(), 0, p, 0, 0);
            assertThat(u32(p + 8)).isEqualTo(0x3000_0064);
            fromSkbMeta(cx, skb.context(), 0, p, 0, 0);
            assertThat(u32(p + 8)).isEqualTo(0x5000_0000);
        });
        SkbBuffer network = skb(100, false);
        run(ProgramType.CGROUP_SKB, network, cx -> {
            fromSkb(cx, network.context(), 0, p, 0, 0);
            assertThat(u32(p + 8)).isEqualTo(0xb000_0056);
        });
        XdpBuffer xdp = xdp(100);
        run(ProgramType.XDP, xdp, cx -> {
            fromXdp(cx, xdp.context(), 0, p, 0, 0);
            assertThat(u32(p + 8)).isEqualTo(0x4000_0064);
        });
    }

    @Test
    void readPrefersFlagsOverRange() {
        run(cx -> {
            fromMem(cx, mem, 16, 0, p, 0);
            assertThat(read(cx, buf, 100, p, 0, 1)).isEqualTo(-Errno.EINVAL);
            assertThat(read(cx, buf, 17, p, 0, 0)).isEqualTo(-Errno.E2BIG);
            assertThat(read(cx, buf, 8, p, 9, 0)).isEqualTo(-Errno.E2BIG);
            assertThat(read(cx, buf, 0, p, 16, 0)).isZero();
            assertThat(read(cx, buf, 0, p, 17, 0)).isEqualTo(-Errno.E2BIG);
            assertThat(read(cx, buf, 8, p, 1L << 32, 0)).as("32-bit offset").isZero();
            Dynptr.setNull(cx.memory(), p);
            assertThat(read(cx, buf, 0, p, 0, 0)).isEqualTo(-Errno.EINVAL);
        });
    }

    @Test
    void writePrefersRangeOverFlags() {
        run(cx -> {
            fromMem(cx, mem, 16, 0, p, 0);
            assertThat(write(cx, p, 0, buf, 17, 1)).isEqualTo(-Errno.E2BIG);
            assertThat(write(cx, p, 0, buf, 16, 1)).isEqualTo(-Errno.EINVAL);
            SlabAccess.store64(cx.memory(), buf, 0x0102_0304_0506_0708L);
            assertThat(write(cx, p, 8, buf, 8, 0)).isZero();
            assertThat(word(mem + 8)).isEqualTo(0x0102_0304_0506_0708L);
            Dynptr.setNull(cx.memory(), p);
            assertThat(write(cx, p, 0, buf, 0, 0)).isEqualTo(-Errno.EINVAL);
        });
        SkbBuffer readOnly = skb(64, true);
        run(ProgramType.SOCKET_FILTER, readOnly, cx -> {
            fromSkb(cx, readOnly.context(), 0, p, 0, 0);
            assertThat(isReadOnly(cx, p, 0, 0, 0, 0)).isEqualTo(1);
            assertThat(write(cx, p, 0, buf, 100, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(fill(cx, p, 0, 100, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(sliceWritable(cx, p, 0, buf, 8, 0)).isZero();
            assertThat(slice(cx, p, 0, buf, 8, 0)).isEqualTo(readOnly.data());
            assertThat(copy(cx, p, 0, p, 0, 8)).isEqualTo(-Errno.EINVAL);
            assertThat(data(cx, p, 0, 8, 0, 0)).isZero();
        });
    }

    @Test
    void overlappingReadsAndWritesMove() {
        run(cx -> {
            for (int i = 0; i < 16; i++) {
                SlabAccess.store8(cx.memory(), mem + i, i);
            }
            fromMem(cx, mem, 16, 0, p, 0);
            assertThat(read(cx, mem + 4, 8, p, 0, 0)).isZero();
            assertThat(word(mem + 4)).isEqualTo(0x0706_0504_0302_0100L);
        });
    }

    @Test
    void acceptsSkbWriteFlagsOnly() {
        SkbBuffer skb = skb(64, true);
        run(ProgramType.SCHED_CLS, skb, cx -> {
            fromSkb(cx, skb.context(), 0, p, 0, 0);
            for (long flags = 0; flags < 4; flags++) {
                assertThat(write(cx, p, 0, buf, 4, flags)).isZero();
            }
            assertThat(write(cx, p, 0, buf, 4, 4)).isEqualTo(-Errno.EINVAL);
        });
        XdpBuffer xdp = xdp(64);
        run(ProgramType.XDP, xdp, cx -> {
            fromXdp(cx, xdp.context(), 0, p, 0, 0);
            assertThat(write(cx, p, 0, buf, 4, 1)).isEqualTo(-Errno.EINVAL);
            assertThat(write(cx, p, 0, buf, 4, 0)).isZero();
        });
    }

    @Test
    void faultsOnPacketsGoneShort() {
        SkbBuffer skb = skb(100, true);
        run(ProgramType.SCHED_CLS, skb, cx -> {
            fromSkb(cx, skb.context(), 0, p, 0, 0);
            skb.resize(40);
            assertThat(size(cx, p, 0, 0, 0, 0)).as("stale length").isEqualTo(100);
            assertThat(read(cx, buf, 8, p, 40, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(read(cx, buf, 8, p, 32, 0)).isZero();
            assertThat(write(cx, p, 40, buf, 8, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(slice(cx, p, 40, buf, 8, 0)).isZero();
            assertThat(slice(cx, p, 40, 0, 8, 0)).isZero();
        });
        XdpBuffer xdp = xdp(100);
        run(ProgramType.XDP, xdp, cx -> {
            fromXdp(cx, xdp.context(), 0, p, 0, 0);
            assertThat(xdp.adjustTail(-60)).isZero();
            assertThat(size(cx, p, 0, 0, 0, 0)).isEqualTo(100);
            assertThat(read(cx, buf, 8, p, 40, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(write(cx, p, 40, buf, 8, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(slice(cx, p, 40, buf, 8, 0)).isZero();
        });
    }

    @Test
    void pointsIntoOneFragmentOrCopies() {
        XdpBuffer xdp = xdp(9000);
        assertThat(xdp.fragments()).isEqualTo(2);
        run(ProgramType.XDP, xdp, cx -> {
            fromXdp(cx, xdp.context(), 0, p, 0, 0);
            assertThat(size(cx, p, 0, 0, 0, 0)).isEqualTo(9000);
            int edge = XdpBuffer.MAX_LINEAR;
            assertThat(slice(cx, p, 0, buf, 64, 0)).isEqualTo(xdp.data());
            long inFragment = slice(cx, p, edge, buf, 64, 0);
            assertThat(inFragment).isNotEqualTo(buf).isNotZero();
            assertThat(SlabAccess.load8(cx.memory(), inFragment)).isEqualTo(edge & 0xff);
            assertThat(slice(cx, p, edge - 4, buf, 8, 0)).isEqualTo(buf);
            for (int i = 0; i < 8; i++) {
                assertThat(SlabAccess.load8(cx.memory(), buf + i)).isEqualTo(edge - 4 + i & 0xff);
            }
            assertThat(slice(cx, p, edge - 4, 0, 8, 0)).isZero();
            assertThat(read(cx, mem, 8000, p, 500, 0)).isZero();
            assertThat(SlabAccess.load8(cx.memory(), mem + 7999)).isEqualTo(8499 & 0xff);
            assertThat(copy(cx, p, 0, p, 4000, 5000)).isZero();
            assertThat(SlabAccess.load8(cx.memory(), xdp.data())).isEqualTo(4000 & 0xff);
            assertThat(copy(cx, p, 8000, p, 0, 1001)).isEqualTo(-Errno.E2BIG);
            assertThat(fill(cx, p, 3000, 5000, 9, 0)).isZero();
            byte[] all = xdp.toByteArray();
            assertThat(all[2999]).isNotEqualTo((byte) 9);
            for (int i = 3000; i < 8000; i++) {
                assertThat(all[i]).isEqualTo((byte) 9);
            }
            assertThat(fill(cx, p, 8999, 2, 9, 0)).isEqualTo(-Errno.E2BIG);
        });
    }

    @Test
    void copiesSlicesOutOfThePagedPartOfAnSkb() {
        SkbBuffer skb = machine.newSkbBuffer();
        skb.load(counting(200), 0, 200, true, 50);
        run(ProgramType.SCHED_CLS, skb, cx -> {
            fromSkb(cx, skb.context(), 0, p, 0, 0);
            assertThat(size(cx, p, 0, 0, 0, 0)).isEqualTo(200);
            assertThat(slice(cx, p, 42, buf, 8, 0)).isEqualTo(skb.data() + 42);
            assertThat(slice(cx, p, 46, buf, 8, 0)).isEqualTo(buf);
            assertThat(word(buf)).isEqualTo(0x3534_3332_3130_2f2eL);
            assertThat(slice(cx, p, 46, 0, 8, 0)).isZero();
        });
    }

    @Test
    void dataPointsOnlyIntoBlocks() {
        run(cx -> {
            fromMem(cx, mem, 16, 0, p, 0);
            assertThat(data(cx, p, 4, 12, 0, 0)).isEqualTo(mem + 4);
            assertThat(data(cx, p, 4, 13, 0, 0)).isZero();
            assertThat(data(cx, p, 0xffff_ffffL, 1, 0, 0)).isZero();
            assertThat(slice(cx, p, 4, buf, 12, 0)).isEqualTo(mem + 4);
            Dynptr.setNull(cx.memory(), p);
            assertThat(data(cx, p, 0, 0, 0, 0)).isZero();
            assertThat(slice(cx, p, 0, buf, 0, 0)).isZero();
        });
        XdpBuffer xdp = xdp(64);
        run(ProgramType.XDP, xdp, cx -> {
            fromXdp(cx, xdp.context(), 0, p, 0, 0);
            assertThat(data(cx, p, 0, 4, 0, 0)).isZero();
        });
    }

    @Test
    void adjustNarrowsTheCurrentView() {
        run(cx -> {
            fromMem(cx, mem, 64, 0, p, 0);
            assertThat(adjust(cx, p, 10, 64, 0, 0)).isZero();
            assertThat(size(cx, p, 0, 0, 0, 0)).isEqualTo(54);
            assertThat(adjust(cx, p, 0, 5, 0, 0)).isZero();
            assertThat(size(cx, p, 0, 0, 0, 0)).isEqualTo(5);
            assertThat(data(cx, p, 0, 5, 0, 0)).isEqualTo(mem + 10);
            assertThat(adjust(cx, p, 0, 6, 0, 0)).isEqualTo(-Errno.ERANGE);
            assertThat(adjust(cx, p, 6, 6, 0, 0)).isEqualTo(-Errno.ERANGE);
            assertThat(adjust(cx, p, 4, 3, 0, 0)).isEqualTo(-Errno.EINVAL);
            Dynptr.setNull(cx.memory(), p);
            assertThat(adjust(cx, p, 0, 0, 0, 0)).isEqualTo(-Errno.EINVAL);
        });
    }

    @Test
    void answersForTheNullDynptr() {
        run(cx -> {
            Dynptr.setNull(cx.memory(), p);
            assertThat(isNull(cx, p, 0, 0, 0, 0)).isEqualTo(1);
            assertThat(isReadOnly(cx, p, 0, 0, 0, 0)).isZero();
            assertThat(size(cx, p, 0, 0, 0, 0)).isEqualTo(0xffff_ffeaL);
            assertThat(copyObject(cx, p, q, 0, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertNull(q);
            assertThat(copy(cx, p, 0, p, 0, 0)).isZero();
            assertThat(copy(cx, p, 0, p, 0, 1)).isEqualTo(-Errno.E2BIG);
            assertThat(fill(cx, p, 0, 0, 1, 0)).isZero();
            assertThat(fill(cx, p, 0, 1, 1, 0)).isEqualTo(-Errno.E2BIG);
        });
    }

    @Test
    void clonesAreIndependentViews() {
        run(cx -> {
            fromMem(cx, mem, 32, 0, p, 0);
            adjust(cx, p, 4, 30, 0, 0);
            assertThat(copyObject(cx, p, q, 0, 0, 0)).isZero();
            adjust(cx, p, 4, 8, 0, 0);
            assertThat(size(cx, q, 0, 0, 0, 0)).isEqualTo(26);
            assertThat(data(cx, q, 0, 26, 0, 0)).isEqualTo(mem + 4);
        });
    }

    @Test
    void copyFallsBackToReadAndWriteWithTheirErrors() {
        XdpBuffer xdp = xdp(9000);
        run(ProgramType.XDP, xdp, cx -> {
            fromXdp(cx, xdp.context(), 0, p, 0, 0);
            fromMem(cx, mem, 8192, 0, q, 0);
            assertThat(copy(cx, q, 0, p, 3000, 4000))
                    .as("only the target is direct")
                    .isZero();
            assertThat(SlabAccess.load8(cx.memory(), mem + 3999)).isEqualTo(6999 & 0xff);
            assertThat(copy(cx, p, 3000, q, 0, 4000))
                    .as("only the source is direct")
                    .isZero();
            assertThat(copy(cx, p, 8000, q, 0, 4000)).isEqualTo(-Errno.E2BIG);
            assertThat(copy(cx, q, 0, p, 8000, 4000)).isEqualTo(-Errno.E2BIG);
            Dynptr.setNull(cx.memory(), p);
            assertThat(copy(cx, p, 0, q, 0, 8)).isEqualTo(-Errno.EINVAL);
            assertThat(copy(cx, q, 0, p, 0, 8)).isEqualTo(-Errno.EINVAL);
        });
        run(cx -> {
            fromMem(cx, mem, 64, 0, p, 0);
            fromMem(cx, mem, 64, 0, q, 0);
            SlabAccess.store64(cx.memory(), mem, 0x0706_0504_0302_0100L);
            assertThat(copy(cx, q, 4, p, 0, 8)).isZero();
            assertThat(word(mem + 4)).isEqualTo(0x0706_0504_0302_0100L);
            assertThat(fill(cx, p, 2, 3, 0x1ff, 0)).isZero();
            assertThat(SlabAccess.load32(cx.memory(), mem + 2)).isEqualTo(0x01ff_ffffL);
        });
    }

    @Test
    void packetConstructorsRefuseFlags() {
        SkbBuffer skb = skb(64, true);
        run(ProgramType.SCHED_CLS, skb, cx -> {
            assertThat(fromSkb(cx, skb.context(), 1, p, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertNull(p);
            assertThat(fromSkbMeta(cx, skb.context(), 1, p, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertNull(p);
        });
        XdpBuffer xdp = xdp(64);
        run(ProgramType.XDP, xdp, cx -> {
            assertThat(fromXdp(cx, xdp.context(), 1, p, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertNull(p);
        });
    }

    @Test
    void reachesTheMetadataOfAnSkb() {
        SkbBuffer skb = skb(64, true);
        skb.metadata(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        run(ProgramType.SCHED_CLS, skb, cx -> {
            assertThat(fromSkbMeta(cx, skb.context(), 0, p, 0, 0)).isZero();
            assertThat(size(cx, p, 0, 0, 0, 0)).isEqualTo(8);
            assertThat(read(cx, buf, 4, p, 4, 0)).isZero();
            assertThat(SlabAccess.load32(cx.memory(), buf)).isEqualTo(0x0807_0605L);
            assertThat(slice(cx, p, 0, buf, 8, 0)).isEqualTo(skb.data() - 8);
            assertThat(write(cx, p, 0, buf, 4, 0)).isZero();
            assertThat(SlabAccess.load8(cx.memory(), skb.data() - 8)).isEqualTo(5);
            assertThat(write(cx, p, 0, buf, 4, 1)).isEqualTo(-Errno.EINVAL);
            assertThat(write(cx, p, 8, buf, 1, 0)).isEqualTo(-Errno.E2BIG);
        });
    }

    @Test
    void reservesAndCommitsWholeRecords() {
        RingBufferMap ring = (RingBufferMap) machine.createMap(MapSpec.of("r", MapType.RINGBUF, 0, 0, 4096));
        run(cx -> {
            long map = ring.address();
            assertThat(RingHelpers.reserveDynptr(cx, map, 16, 1, p, 0)).isEqualTo(-Errno.EINVAL);
            assertNull(p);
            assertThat(RingHelpers.reserveDynptr(cx, map, 1 << 24, 0, p, 0)).isEqualTo(-Errno.E2BIG);
            assertNull(p);
            assertThat(RingHelpers.reserveDynptr(cx, map, 5000, 0, p, 0)).isEqualTo(-Errno.EINVAL);
            assertNull(p);
            assertThat(RingHelpers.submitDynptr(cx, p, 0, 0, 0, 0)).isZero();
            assertThat(ring.ring().available()).isZero();

            assertThat(RingHelpers.reserveDynptr(cx, map, 0, 0, p, 0)).isZero();
            assertThat(isNull(cx, p, 0, 0, 0, 0)).isZero();
            RingHelpers.discardDynptr(cx, p, 0, 0, 0, 0);
            assertThat(ring.ring().available()).isEqualTo(8);

            assertThat(RingHelpers.reserveDynptr(cx, map, 16, 0, p, 0)).isZero();
            assertThat(u32(p + 8)).isEqualTo(0x2000_0010);
            adjust(cx, p, 4, 8, 0, 0);
            SlabAccess.store32(cx.memory(), buf, 77);
            assertThat(write(cx, p, 0, buf, 4, 0)).isZero();
            RingHelpers.submitDynptr(cx, p, 0xff00, 0, 0, 0);
            assertNull(p);
        });
        assertThat(ring.ring().consume(r -> {
                    assertThat(r.size()).isEqualTo(16);
                    assertThat(r.getInt(4)).isEqualTo(77);
                    return 0;
                }))
                .isEqualTo(1);
    }
}
