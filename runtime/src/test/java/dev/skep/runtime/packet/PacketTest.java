package dev.skep.runtime.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Asm;
import dev.skep.runtime.Errno;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.TestRun;
import dev.skep.runtime.helper.ChecksumHelpers;
import dev.skep.runtime.helper.SkbHelpers;
import dev.skep.runtime.helper.SkbRoomHelpers;
import dev.skep.runtime.memory.SlabAccess;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PacketTest {
    private Machine machine;

    @BeforeEach
    void open() {
        machine = Machine.create(MachineOptions.defaults().withSlabSize(128 << 20));
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private static byte[] ipv4(int bytes) {
        byte[] p = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            p[i] = (byte) i;
        }
        Arrays.fill(p, 0, 6, (byte) 0xff);
        p[12] = 8;
        p[13] = 0;
        p[14] = 0x45;
        return p;
    }

    @Test
    void programReadsAnXdpPacketThroughItsContext() {
        XdpBuffer xdp = machine.newXdpBuffer();
        LoadedProgram program = Asm.start()
                .type(ProgramType.XDP)
                .load(4, 2, 1, 0)
                .load(4, 3, 1, 4)
                .movReg(0, 3)
                .raw(0x1f, 0, 2, 0, 0)
                .load(1, 4, 2, 20)
                .raw(0x67, 4, 0, 0, 16)
                .raw(0x4f, 0, 4, 0, 0)
                .exit()
                .load(machine);
        try (RunContext cx = machine.newContext()) {
            for (int size : new int[] {60, 64, 1500, 3520}) {
                xdp.load(ipv4(size));
                assertThat(program.run(cx, xdp)).isEqualTo(size | 20 << 16);
            }
        }
        assertThat(xdp.toByteArray()).isEqualTo(ipv4(3520));
    }

    @Test
    void movesTheHeadWithinItsRoom() {
        XdpBuffer xdp = machine.newXdpBuffer();
        xdp.load(ipv4(64));
        assertThat(xdp.adjustHead(-216)).isZero();
        assertThat(xdp.adjustHead(-1)).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.length()).isEqualTo(280);
        assertThat(xdp.adjustHead(280 - 14)).isZero();
        assertThat(xdp.adjustHead(1)).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.contextField(0, 4)).isEqualTo(xdp.data());
        assertThat(xdp.contextField(4, 4)).isEqualTo(xdp.dataEnd());
    }

    @Test
    void movesTheTailWithinTheFrame() {
        XdpBuffer xdp = machine.newXdpBuffer();
        xdp.load(ipv4(64));
        assertThat(xdp.adjustTail(-50)).isZero();
        assertThat(xdp.adjustTail(-1)).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.adjustTail(3520 - 14)).isZero();
        assertThat(xdp.adjustTail(1)).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.toByteArray()[20]).as("new bytes are zero").isZero();
    }

    @Test
    void shrinksAndGrowsFragments() {
        XdpBuffer xdp = machine.newXdpBuffer();
        xdp.load(ipv4(9000));
        assertThat(xdp.adjustTail(4096)).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.adjustTail(4096 - (9000 - 3520 - 4096))).isZero();
        assertThat(xdp.length()).isEqualTo(3520 + 2 * 4096);
        assertThat(xdp.adjustTail(-(2 * 4096 + 3520 - 13))).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.adjustTail(-(2 * 4096 + 20))).isZero();
        assertThat(xdp.fragments()).isZero();
        assertThat(xdp.linearLength()).isEqualTo(3500);
        assertThat(xdp.toByteArray()).isEqualTo(Arrays.copyOf(ipv4(9000), 3500));
        assertThatThrownBy(() -> xdp.load(new byte[XdpBuffer.MAX_LENGTH + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsMetadataBeforeTheData() {
        XdpBuffer xdp = machine.newXdpBuffer();
        xdp.load(ipv4(64));
        assertThat(xdp.adjustMeta(-6)).isEqualTo(-Errno.EACCES);
        assertThat(xdp.adjustMeta(-256)).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.adjustMeta(-8)).isZero();
        SlabAccess.store64(machine.slab().memory(), xdp.meta(), 0x0102_0304_0506_0708L);
        assertThat(xdp.adjustHead(-4)).isZero();
        assertThat(xdp.metaLength()).isEqualTo(8);
        assertThat(SlabAccess.load64(machine.slab().memory(), xdp.meta())).isEqualTo(0x0102_0304_0506_0708L);
        assertThat(xdp.adjustMeta(8)).isZero();
        assertThat(xdp.adjustMeta(4)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void pullsFragmentsIntoTheLinearPart() {
        XdpBuffer xdp = machine.newXdpBuffer();
        xdp.load(ipv4(9000));
        assertThat(xdp.adjustTail(0)).isZero();
        assertThat(xdp.pull(9001)).isEqualTo(-Errno.EINVAL);
        assertThat(xdp.pull(3600)).isEqualTo(-Errno.ENOMEM);
        assertThat(xdp.adjustHead(100)).isZero();
        assertThat(xdp.pull(3520)).as("no room at the end").isEqualTo(-Errno.ENOMEM);
        assertThat(xdp.toByteArray()).isEqualTo(Arrays.copyOfRange(ipv4(9000), 100, 9000));
    }

    @Test
    void framesWithALengthInPlaceOfAnEtherTypeGetTheProtocolLinuxGivesThem() {
        SkbBuffer skb = machine.newSkbBuffer();
        byte[] frame = new byte[64];
        frame[13] = 46;
        skb.load(frame, true);
        assertThat(skb.contextField(SkbField.PROTOCOL, 4)).isEqualTo(0x0400);
        frame[14] = frame[15] = -1;
        skb.load(frame, true);
        assertThat(skb.contextField(SkbField.PROTOCOL, 4)).isEqualTo(0x0100);
        frame[12] = 6;
        frame[13] = 0;
        skb.load(frame, true);
        assertThat(skb.contextField(SkbField.PROTOCOL, 4)).isEqualTo(6);
    }

    @Test
    void describesAnSkbAsTestRunDoes() {
        SkbBuffer skb = machine.newSkbBuffer();
        skb.load(ipv4(100), true);
        assertThat(skb.contextField(SkbField.LEN, 4)).isEqualTo(100);
        assertThat(skb.contextField(SkbField.PROTOCOL, 4)).isEqualTo(8);
        assertThat(skb.contextField(SkbField.IFINDEX, 4)).isEqualTo(1);
        assertThat(skb.contextField(SkbField.PKT_TYPE, 4)).isEqualTo(1);
        skb.load(ipv4(100), false);
        assertThat(skb.contextField(SkbField.LEN, 4)).isEqualTo(86);
        assertThat(SlabAccess.load8(machine.slab().memory(), skb.data())).isEqualTo(0x45);
        assertThatThrownBy(() -> skb.load(new byte[13], true)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void loadsLegacyPacketBytesBigEndian() {
        SkbBuffer skb = machine.newSkbBuffer();
        skb.load(ipv4(100), true);
        LoadedProgram half = Asm.start()
                .type(ProgramType.SOCKET_FILTER)
                .movReg(6, 1)
                .mov(0, 0)
                .raw(0x28, 0, 0, 0, 30)
                .exit()
                .load(machine);
        LoadedProgram indirect = Asm.start()
                .type(ProgramType.SOCKET_FILTER)
                .movReg(6, 1)
                .mov(2, 40)
                .mov(0, 0)
                .raw(0x40, 0, 2, 0, 10)
                .exit()
                .load(machine);
        LoadedProgram beyond = Asm.start()
                .type(ProgramType.SOCKET_FILTER)
                .movReg(6, 1)
                .mov(0, 0)
                .raw(0x20, 0, 0, 0, 97)
                .mov(0, 7)
                .exit()
                .load(machine);
        LoadedProgram network = Asm.start()
                .type(ProgramType.SOCKET_FILTER)
                .movReg(6, 1)
                .mov(0, 0)
                .raw(0x30, 0, 0, 0, -0x100000)
                .exit()
                .load(machine);
        try (RunContext cx = machine.newContext()) {
            assertThat(half.run(cx, skb)).isEqualTo(0x1e1f);
            assertThat(indirect.run(cx, skb)).isEqualTo(0x3233_3435);
            assertThat(beyond.run(cx, skb)).isZero();
            assertThat(network.run(cx, skb)).isEqualTo(0x45);
        }
    }

    @Test
    void changesLengthHeadAndProtocol() {
        SkbBuffer skb = machine.newSkbBuffer();
        skb.load(ipv4(100), true);
        TestRun.in(machine, ProgramType.SCHED_CLS, skb, cx -> {
            long ctx = skb.context();
            assertThat(SkbHelpers.changeTail(cx, ctx, 13, 0, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(SkbHelpers.changeTail(cx, ctx, 40, 1, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(SkbHelpers.changeTail(cx, ctx, 5000, 0, 0, 0)).isZero();
            assertThat(skb.length()).isEqualTo(5000);
            assertThat(SkbHelpers.changeTail(cx, ctx, 100, 0, 0, 0)).isZero();
            assertThat(skb.toByteArray()).isEqualTo(ipv4(100));
            assertThat(SkbRoomHelpers.changeProto(cx, ctx, 0xdd86, 0, 0, 0)).isZero();
            assertThat(skb.length()).isEqualTo(120);
            byte[] now = skb.toByteArray();
            assertThat(Arrays.copyOf(now, 14)).isEqualTo(Arrays.copyOf(ipv4(100), 14));
            assertThat(Arrays.copyOfRange(now, 14, 34)).containsOnly(0);
            assertThat(Arrays.copyOfRange(now, 34, 120)).isEqualTo(Arrays.copyOfRange(ipv4(100), 14, 100));
            assertThat(SkbRoomHelpers.changeProto(cx, ctx, 8, 0, 0, 0)).isZero();
            assertThat(skb.toByteArray()).isEqualTo(ipv4(100));
            assertThat(SkbHelpers.changeHead(cx, ctx, 10, 0, 0, 0)).isZero();
            assertThat(skb.length()).isEqualTo(110);
            assertThat(skb.networkOffset()).isEqualTo(24);
        });
    }

    @Test
    void pushesAndPopsVlanTags() {
        SkbBuffer skb = machine.newSkbBuffer();
        skb.load(ipv4(100), true);
        TestRun.in(machine, ProgramType.SCHED_CLS, skb, cx -> {
            long ctx = skb.context();
            assertThat(SkbRoomHelpers.vlanPush(cx, ctx, 0x0081, 100, 0, 0)).isZero();
            assertThat(skb.contextField(SkbField.VLAN_TCI, 4)).isEqualTo(100);
            assertThat(skb.length()).isEqualTo(100);
            assertThat(SkbRoomHelpers.vlanPush(cx, ctx, 0x0081, 200, 0, 0)).isZero();
            assertThat(skb.length()).isEqualTo(104);
            assertThat(Arrays.copyOfRange(skb.toByteArray(), 12, 18)).containsExactly(0x81, 0, 0, 100, 8, 0);
            assertThat(SkbRoomHelpers.vlanPop(cx, ctx, 0, 0, 0, 0)).isZero();
            assertThat(skb.contextField(SkbField.VLAN_TCI, 4)).isEqualTo(100);
            assertThat(SkbRoomHelpers.vlanPop(cx, ctx, 0, 0, 0, 0)).isZero();
            assertThat(skb.contextField(SkbField.VLAN_PRESENT, 4)).isZero();
            assertThat(skb.toByteArray()).isEqualTo(ipv4(100));
        });
    }

    private static int checksum(byte[] b, int from, int bytes) {
        int sum = 0;
        for (int i = from; i < from + bytes; i += 2) {
            sum += (b[i] & 0xff) << 8 | b[i + 1] & 0xff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    @Test
    void keepsChecksumsRightIncrementally() {
        SkbBuffer skb = machine.newSkbBuffer();
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            byte[] packet = new byte[64];
            random.nextBytes(packet);
            packet[24] = 0;
            packet[25] = 0;
            int sum = checksum(packet, 14, 20);
            packet[24] = (byte) (sum >> 8);
            packet[25] = (byte) sum;
            skb.load(packet, true);
            TestRun.in(machine, ProgramType.SCHED_CLS, skb, cx -> {
                long ctx = skb.context();
                long at = skb.data() + 26;
                long old = SlabAccess.load32(cx.memory(), at);
                long now = random.nextInt() & 0xffff_ffffL;
                SlabAccess.store32(cx.memory(), at, now);
                assertThat(ChecksumHelpers.replaceL3(cx, ctx, 24, old, now, 4)).isZero();
                assertThat(checksum(skb.toByteArray(), 14, 20)).isIn(0, 0xffff);
                long from = cx.scratch();
                long to = from + 8;
                SlabAccess.store32(cx.memory(), from, now);
                SlabAccess.store32(cx.memory(), to, old);
                long diff = ChecksumHelpers.difference(cx, from, 4, to, 4, 0);
                SlabAccess.store32(cx.memory(), at, old);
                assertThat(ChecksumHelpers.replaceL3(cx, ctx, 24, 0, diff, 0)).isZero();
                assertThat(checksum(skb.toByteArray(), 14, 20)).isIn(0, 0xffff);
                assertThat(ChecksumHelpers.replaceL3(cx, ctx, 24, 1, 2, 3)).isEqualTo(-Errno.EINVAL);
                assertThat(ChecksumHelpers.replaceL3(cx, ctx, 25, 1, 2, 2)).isEqualTo(-Errno.EFAULT);
                assertThat(ChecksumHelpers.difference(cx, from, 3, to, 4, 0)).isEqualTo(-Errno.EINVAL);
            });
        }
    }

    @Test
    void loadsAndStoresBytesWithLinuxResults() {
        SkbBuffer skb = machine.newSkbBuffer();
        skb.load(ipv4(100), 0, 100, true, 50);
        TestRun.in(machine, ProgramType.SCHED_CLS, skb, cx -> {
            long ctx = skb.context();
            long buf = cx.scratch();
            assertThat(SkbHelpers.loadBytes(cx, ctx, 46, buf, 8, 0)).isZero();
            assertThat(SlabAccess.load64(cx.memory(), buf)).isEqualTo(0x3534_3332_3130_2f2eL);
            assertThat(SkbHelpers.loadBytes(cx, ctx, 93, buf, 8, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(SlabAccess.load64(cx.memory(), buf)).as("cleared").isZero();
            assertThat(SkbHelpers.storeBytes(cx, ctx, 93, buf, 8, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(SkbHelpers.storeBytes(cx, ctx, 0, buf, 8, 4)).isEqualTo(-Errno.EINVAL);
            assertThat(SkbHelpers.storeBytes(cx, ctx, 46, buf, 8, 1)).isZero();
            assertThat(Arrays.copyOfRange(skb.toByteArray(), 46, 54)).containsOnly(0);
            assertThat(SkbHelpers.loadBytesRelative(cx, ctx, 0, buf, 1, 1)).isZero();
            assertThat(SlabAccess.load8(cx.memory(), buf)).isEqualTo(0x45);
            assertThat(SkbHelpers.loadBytesRelative(cx, ctx, 0, buf, 60, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(SkbHelpers.pullData(cx, ctx, 101, 0, 0, 0)).isEqualTo(-Errno.ENOMEM);
            assertThat(SkbHelpers.pullData(cx, ctx, 100, 0, 0, 0)).isZero();
            assertThat(skb.linearLength()).isEqualTo(100);
            assertThat(SkbHelpers.loadBytesRelative(cx, ctx, 0, buf, 60, 0)).isZero();
        });
    }
}
