package dev.skep.runtime.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.JumpOp;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Asm;
import dev.skep.runtime.BudgetFault;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Host;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.TestRun;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HandleArrayMap;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.runtime.memory.SlabAccess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelpersTest {
    private final List<String> log = new ArrayList<>();
    private Machine machine;
    private long text;

    @BeforeEach
    void open() {
        Host host = new Host() {
            @Override
            public void trace(String line) {
                log.add(line);
            }
        };
        machine = Machine.create(
                MachineOptions.defaults().withSlabSize(64 << 20).withHost(host).withCpus(2));
        text = machine.slab().allocate(4096);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void run(Consumer<RunContext> body) {
        TestRun.in(machine, ProgramType.SYSCALL, null, body);
    }

    private long put(long at, String s) {
        byte[] b = (s + "\0").getBytes(StandardCharsets.ISO_8859_1);
        SlabAccess.put(machine.slab().memory(), at, b, 0, b.length);
        return b.length;
    }

    private String string(long at) {
        StringBuilder s = new StringBuilder();
        for (long c; (c = SlabAccess.load8(machine.slab().memory(), at++)) != 0; ) {
            s.append((char) c);
        }
        return s.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "%d %u|-5|7|-5 7",
                "%x %X|255|255|ff FF",
                "%#x|255|0|0xff",
                "%5d.|42|0|   42.",
                "%05d|-42|0|-0042",
                "%-4d.|7|0|7   .",
                "%ld|-1|0|-1",
                "%llu|-1|0|18446744073709551615",
                "%lx|-1|0|ffffffffffffffff",
                "%i%%|3|0|3%",
                "%c%c|72|105|Hi",
                "%p|4096|0|0000000000001000"
            })
    void formatsAsTheKernelDoes(String format, long a, long b, String expected) {
        run(cx -> {
            put(text, format);
            SlabAccess.store64(cx.memory(), text + 256, a);
            SlabAccess.store64(cx.memory(), text + 264, b);
            assertThat(TextHelpers.snprintf(cx, text + 512, 100, text, text + 256, 16))
                    .isEqualTo(expected.length() + 1);
            assertThat(string(text + 512)).isEqualTo(expected);
        });
    }

    @Test
    void formatsStringsAndAddressesByPointer() {
        run(cx -> {
            put(text, "%s is %pI4 at %pi6");
            put(text + 100, "host");
            SlabAccess.store32(cx.memory(), text + 120, 0x0100_000aL);
            SlabAccess.store64(cx.memory(), text + 128, 0x0000_0000_0000_00feL);
            SlabAccess.store64(cx.memory(), text + 256, text + 100);
            SlabAccess.store64(cx.memory(), text + 264, text + 120);
            SlabAccess.store64(cx.memory(), text + 272, text + 128);
            TextHelpers.snprintf(cx, text + 512, 200, text, text + 256, 24);
            assertThat(string(text + 512)).isEqualTo("host is 10.0.0.1 at fe000000000000000000000000000000");
            assertThat(TextHelpers.snprintf(cx, text + 512, 5, text, text + 256, 24))
                    .isGreaterThan(30);
            assertThat(string(text + 512)).as("cut").isEqualTo("host");
        });
    }

    @ParameterizedTest
    @CsvSource({"%", "%q", "%hd", "%d%d%d", "%pZ", "%lls", "'%  '", "caf\u00e9"})
    void refusesBadFormats(String format) {
        run(cx -> {
            put(text, format);
            assertThat(TextHelpers.snprintf(cx, text + 512, 100, text, text + 256, 16))
                    .isEqualTo(-Errno.EINVAL);
        });
    }

    @Test
    void printsToTheHost() {
        run(cx -> {
            long size = put(text, "n=%d\n");
            assertThat(TextHelpers.tracePrintk(cx, text, size, 12, 0, 0)).isEqualTo(5);
            assertThat(TextHelpers.tracePrintk(cx, text, size - 1, 12, 0, 0))
                    .as("no NUL")
                    .isEqualTo(-Errno.EINVAL);
        });
        assertThat(log).containsExactly("n=12");
    }

    @ParameterizedTest
    @CsvSource({
        "10,10,10,2",
        "'  -42x',10,-42,5",
        "0x1f,0,31,4",
        "017,0,15,3",
        "0x1f,16,31,4",
        "ff,16,255,2",
        "0,0,0,1",
        "9223372036854775807,10,9223372036854775807,19",
        "-9223372036854775808,10,-9223372036854775808,20"
    })
    void parsesNumbers(String s, int base, long value, long used) {
        run(cx -> {
            long size = put(text, s) - 1;
            assertThat(TextHelpers.strtol(cx, text, size, base, text + 512, 0)).isEqualTo(used);
            assertThat(SlabAccess.load64(cx.memory(), text + 512)).isEqualTo(value);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "abc,10,22",
        "'',10,22",
        "-,10,22",
        "12,7,22",
        "12,42,22",
        "9223372036854775808,10,34",
        "99999999999999999999,10,34",
        "8,8,22"
    })
    void refusesBadNumbers(String s, int base, int errno) {
        run(cx -> {
            long size = put(text, s) - 1;
            assertThat(TextHelpers.strtol(cx, text, size, base, text + 512, 0)).isEqualTo(-errno);
        });
    }

    @Test
    void parsesUnsignedNumbersWithoutSign() {
        run(cx -> {
            long size = put(text, "18446744073709551615") - 1;
            assertThat(TextHelpers.strtoul(cx, text, size, 10, text + 512, 0)).isEqualTo(20);
            assertThat(SlabAccess.load64(cx.memory(), text + 512)).isEqualTo(-1);
            put(text, "-1");
            assertThat(TextHelpers.strtoul(cx, text, 2, 10, text + 512, 0)).isEqualTo(-Errno.EINVAL);
        });
    }

    @Test
    void comparesStrings() {
        run(cx -> {
            put(text, "abc");
            put(text + 100, "abd");
            assertThat(TextHelpers.strncmp(cx, text, 3, text + 100, 0, 0)).isEqualTo(-1);
            assertThat(TextHelpers.strncmp(cx, text, 2, text + 100, 0, 0)).isZero();
            assertThat(TextHelpers.strncmp(cx, text + 100, 10, text, 0, 0)).isEqualTo(1);
        });
    }

    @Test
    void probesMemoryThatMayNotBeThere() {
        run(cx -> {
            put(text, "hello");
            long out = text + 512;
            assertThat(ProbeHelpers.readKernel(cx, out, 5, text, 0, 0)).isZero();
            SlabAccess.store64(cx.memory(), out, -1);
            assertThat(ProbeHelpers.readKernel(cx, out, 8, 0, 0, 0)).isEqualTo(-Errno.ERANGE);
            assertThat(SlabAccess.load64(cx.memory(), out)).isZero();
            assertThat(ProbeHelpers.readKernel(cx, out, 8, -4096, 0, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(ProbeHelpers.readUser(cx, out, 8, 1, 0, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(ProbeHelpers.readKernelString(cx, out, 100, text, 0, 0)).isEqualTo(6);
            assertThat(string(out)).isEqualTo("hello");
            assertThat(ProbeHelpers.readKernelString(cx, out, 3, text, 0, 0)).isEqualTo(3);
            assertThat(string(out)).isEqualTo("he");
        });
    }

    /** R0 = what bpf_loop gives; the callback adds its index to *ctx and stops at {@code stop}. */
    private LoadedProgram loop(int rounds, int stop) {
        return Asm.start()
                .storeImm(8, 10, -8, 0)
                .mov(1, rounds)
                .func(2, "cb")
                .movReg(3, 10)
                .add(3, -8)
                .mov(4, 0)
                .helper(181)
                .load(8, 1, 10, -8)
                .alu(AluOp.LSH, 1, 32)
                .aluReg(AluOp.OR, 0, 1)
                .exit()
                .label("cb")
                .load(8, 3, 2, 0)
                .aluReg(AluOp.ADD, 3, 1)
                .store(8, 2, 0, 3)
                .mov(0, 0)
                .jumpIf(JumpOp.NE, 1, stop, "on")
                .mov(0, 1)
                .label("on")
                .exit()
                .load(machine);
    }

    @Test
    void loopsThroughACallback() {
        try (RunContext cx = machine.newContext()) {
            assertThat(loop(5, -1).run(cx, 0)).isEqualTo(5 | 10L << 32);
            assertThat(loop(5, 2).run(cx, 0)).isEqualTo(3 | 3L << 32);
            assertThat(loop(0, -1).run(cx, 0)).isZero();
            assertThat(LoopHelpers.loop(cx, (8 << 20) + 1, 0, 0, 0, 0)).isEqualTo(0xffff_fff9L);
            assertThat(LoopHelpers.loop(cx, 2L << 48, 0, 0, 0, 0)).isEqualTo(0xffff_fff9L);
            cx.limitBackEdges(1000);
            assertThatThrownBy(() -> loop(100_000, -1).run(cx, 0)).isInstanceOf(BudgetFault.class);
        }
    }

    @Test
    void visitsEveryElement() {
        BpfMap map = machine.createMap(MapSpec.of("h", MapType.HASH, 4, 8, 100));
        long sum = 0;
        for (int i = 1; i <= 50; i++) {
            map.put(new byte[] {(byte) i, 0, 0, 0}, new byte[] {(byte) (i * 2), 0, 0, 0, 0, 0, 0, 0}, 0);
            sum += i * 3;
        }
        long result = Asm.start()
                .storeImm(8, 10, -8, 0)
                .map(1, map)
                .func(2, "cb")
                .movReg(3, 10)
                .add(3, -8)
                .mov(4, 0)
                .helper(164)
                .load(8, 1, 10, -8)
                .alu(AluOp.LSH, 1, 32)
                .aluReg(AluOp.OR, 0, 1)
                .exit()
                .label("cb")
                .load(4, 2, 2, 0)
                .load(8, 3, 3, 0)
                .aluReg(AluOp.ADD, 2, 3)
                .load(8, 1, 4, 0)
                .aluReg(AluOp.ADD, 1, 2)
                .store(8, 4, 0, 1)
                .mov(0, 0)
                .exit()
                .run(machine);
        assertThat(result).isEqualTo(50 | sum << 32);
    }

    @Test
    void drainsAUserRingThroughACallback() {
        UserRingBufferMap ring =
                (UserRingBufferMap) machine.createMap(MapSpec.of("u", MapType.USER_RINGBUF, 0, 0, 4096));
        ring.ring().offer(new byte[] {1, 0, 0, 0});
        ring.ring().offer(new byte[] {2, 0, 0, 0});
        long result = Asm.start()
                .storeImm(8, 10, -8, 0)
                .map(1, ring)
                .func(2, "cb")
                .movReg(3, 10)
                .add(3, -8)
                .mov(4, 0)
                .helper(209)
                .load(8, 1, 10, -8)
                .alu(AluOp.LSH, 1, 32)
                .aluReg(AluOp.OR, 0, 1)
                .exit()
                .label("cb")
                .movReg(6, 2)
                .mov(2, 0)
                .mov(3, 4)
                .helper(203)
                .jumpIf(JumpOp.EQ, 0, 0, "out")
                .load(4, 1, 0, 0)
                .load(8, 2, 6, 0)
                .aluReg(AluOp.ADD, 2, 1)
                .store(8, 6, 0, 2)
                .label("out")
                .mov(0, 0)
                .exit()
                .run(machine);
        assertThat(result).isEqualTo(2 | 3L << 32);
    }

    @Test
    void tailCallsAtMost33TimesAndKeepsTheCallersFrame() {
        HandleArrayMap slots = (HandleArrayMap) machine.createMap(MapSpec.of("p", MapType.PROG_ARRAY, 4, 4, 2));
        ArrayMap count = (ArrayMap) machine.createMap(MapSpec.of("c", MapType.ARRAY, 4, 8, 1));
        LoadedProgram again = Asm.start()
                .mapValue(2, count, 0)
                .mov(3, 1)
                .atomic(8, 2, 0, 3, 0)
                .map(2, slots)
                .mov(3, 0)
                .helper(12)
                .mov(0, 42)
                .exit()
                .load(machine);
        assertThat(slots.set(0, again.id())).isZero();
        assertThat(slots.set(0, 9999)).isEqualTo(-Errno.EBADF);
        long result = Asm.start()
                .storeImm(8, 10, -8, 100)
                .call("sub")
                .load(8, 1, 10, -8)
                .aluReg(AluOp.ADD, 0, 1)
                .exit()
                .label("sub")
                .map(2, slots)
                .mov(3, 0)
                .helper(12)
                .mov(0, 7)
                .exit()
                .run(machine);
        assertThat(result).isEqualTo(142);
        assertThat(SlabAccess.load64(machine.slab().memory(), count.base())).isEqualTo(33);
        assertThat(Asm.start()
                        .map(2, slots)
                        .mov(3, 1)
                        .helper(12)
                        .mov(0, 5)
                        .exit()
                        .run(machine))
                .isEqualTo(5);
        assertThat(Asm.start()
                        .map(2, slots)
                        .mov(3, 2)
                        .helper(12)
                        .mov(0, 6)
                        .exit()
                        .run(machine))
                .isEqualTo(6);
    }

    @Test
    void throwsOutOfNestedCalls() {
        long cookie = Asm.start()
                .mov(1, 1)
                .func(2, "cb")
                .mov(3, 0)
                .mov(4, 0)
                .helper(181)
                .mov(0, 1)
                .exit()
                .label("cb")
                .call("deep")
                .mov(0, 0)
                .exit()
                .label("deep")
                .mov(1, 77)
                .kfunc("bpf_throw")
                .exit()
                .run(machine);
        assertThat(cookie).isEqualTo(77);
    }

    @Test
    void discardsRecordsThatAFaultLeavesOpen() {
        RingBufferMap ring = (RingBufferMap) machine.createMap(MapSpec.of("r", MapType.RINGBUF, 0, 0, 4096));
        LoadedProgram faulty = Asm.start()
                .map(1, ring)
                .mov(2, 8)
                .mov(3, 0)
                .helper(131)
                .mov(1, 0)
                .load(8, 0, 1, 0)
                .exit()
                .load(machine);
        try (RunContext cx = machine.newContext()) {
            assertThatThrownBy(() -> faulty.run(cx, 0)).isInstanceOf(dev.skep.runtime.memory.MemoryFault.class);
        }
        assertThat(ring.ring().offer(new byte[] {1})).isTrue();
        assertThat(ring.ring().consume(_ -> 0)).as("the ring goes on").isEqualTo(1);
    }

    @Test
    void givesLocksBackWhenARunFaults() {
        ArrayMap map = (ArrayMap) machine.createMap(MapSpec.of("c", MapType.ARRAY, 4, 8, 1));
        LoadedProgram faulty = Asm.start()
                .mapValue(1, map, 0)
                .helper(93)
                .mov(1, 0)
                .load(8, 0, 1, 0)
                .exit()
                .load(machine);
        try (RunContext cx = machine.newContext()) {
            assertThatThrownBy(() -> faulty.run(cx, 0)).isInstanceOf(dev.skep.runtime.memory.MemoryFault.class);
        }
        assertThat(Asm.start()
                        .mapValue(1, map, 0)
                        .helper(93)
                        .mapValue(1, map, 0)
                        .helper(94)
                        .mov(0, 3)
                        .exit()
                        .run(machine))
                .isEqualTo(3);
    }

    @Test
    void runsTimersOnTheMachinesThread() throws Exception {
        ArrayMap map = (ArrayMap) machine.createMap(MapSpec.of("t", MapType.ARRAY, 4, 32, 2));
        LoadedProgram start = Asm.start()
                .mapValue(6, map, 32 + 8)
                .movReg(1, 6)
                .map(2, map)
                .mov(3, 1)
                .helper(169)
                .movReg(1, 6)
                .func(2, "cb")
                .helper(170)
                .movReg(1, 6)
                .mov(2, 1000)
                .mov(3, 0)
                .helper(171)
                .exit()
                .label("cb")
                .load(4, 4, 2, 0)
                .mapValue(5, map, 0)
                .add(4, 1)
                .store(8, 5, 0, 4)
                .mov(0, 0)
                .exit()
                .load(machine);
        try (RunContext cx = machine.newContext()) {
            assertThat(start.run(cx, 0)).isZero();
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (SlabAccess.loadAcquire64(machine.slab().memory(), map.base()) == 0 && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        assertThat(SlabAccess.load64(machine.slab().memory(), map.base())).isEqualTo(2);
        assertThat(machine.timers().lastFault()).isNull();
        assertThat(machine.timers().init(map, map.base() + 40, map.base() + 32)).isEqualTo(-Errno.EBUSY);
        assertThat(machine.timers().cancel(map.base() + 40)).isZero();
        assertThat(machine.timers().start(map.base() + 8, 0)).isEqualTo(-Errno.EINVAL);
    }
}
