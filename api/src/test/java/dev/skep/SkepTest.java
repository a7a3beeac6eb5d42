package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.MemoryLimitException;
import dev.skep.verifier.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SkepTest {
    private static final Path OBJECT = root().resolve("examples/tcp-options/tcp_options.bpf.o");

    record Syn(
            int version,
            boolean isAck,
            int srcPort,
            int dstPort,
            int mss,
            int windowScale,
            int optionCount,
            long optionsLength,
            byte[] options) {}

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mvnw"))) {
            at = at.getParent();
        }
        return at;
    }

    /** An Ethernet, IPv4 and TCP header with SYN set, and these bytes as options. */
    private static byte[] syn(int... options) {
        byte[] packet = new byte[54 + options.length];
        packet[12] = 8;
        packet[14] = 0x45;
        packet[23] = 6;
        packet[34] = 0x30;
        packet[35] = 0x39;
        packet[46] = (byte) ((20 + options.length) / 4 << 4);
        packet[47] = 2;
        for (int i = 0; i < options.length; i++) {
            packet[54 + i] = (byte) options[i];
        }
        return packet;
    }

    @Test
    void judgesAProgramWithoutLoadingIt() throws Exception {
        assertThat(Skep.verify(OBJECT, "tcp_options")).isInstanceOf(Verdict.Accepted.class);
        assertThatThrownBy(() -> Skep.verify(OBJECT, "absent"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("tcp_options");
    }

    @Test
    void runsAProgramAndSharesItsMapsRingsAndVariables() throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(OBJECT)) {
            XdpResult result = object.xdp("tcp_options").run(syn(2, 4, 5, 0xb4, 1, 3, 3, 7));
            assertThat(result.action()).isEqualTo(XdpResult.Action.PASS);
            assertThat(result.packet()).isEqualTo(syn(2, 4, 5, 0xb4, 1, 3, 3, 7));

            BpfMap<Integer, Long> kinds = object.map("option_kinds", Integer.class, Long.class);
            assertThat(kinds.get(2)).contains(1L);
            List<Integer> seen = new ArrayList<>();
            kinds.forEach((k, v) -> {
                if (v > 0) {
                    seen.add(k);
                }
            });
            assertThat(seen).containsExactly(1, 2, 3);
            kinds.put(2, 41L);
            assertThat(kinds.get(2)).contains(41L);
            assertThatThrownBy(() -> kinds.put(256, 1L))
                    .isInstanceOf(MapException.class)
                    .hasMessageContaining("errno=7");

            GlobalVariable segments = object.global("segments");
            assertThat(segments.asLong()).isEqualTo(1);
            segments.set(100);
            object.xdp("tcp_options").run(syn());
            assertThat(segments.asLong()).isEqualTo(101);
        }
    }

    @Test
    void decodesRecordsIntoJavaRecords() throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(OBJECT, o -> o.engine(Engine.INTERPRETER))) {
            object.xdp("tcp_options").run(syn(2, 4, 5, 0xb4));
            List<Syn> records = new ArrayList<>();
            assertThat(object.ringBuffer("events").poll(Duration.ofSeconds(1), Syn.class, records::add))
                    .isEqualTo(1);
            assertThat(records.getFirst().mss()).isEqualTo(1460);
            assertThat(records.getFirst().srcPort()).isEqualTo(12345);
            assertThat(records.getFirst().options()).containsExactly(2, 4, 5, 0xb4);
            assertThat(object.ringBuffer("events").poll(Duration.ofMillis(5), Syn.class, records::add))
                    .isZero();
        }
    }

    @Test
    void deliversARecordAgainWhenItsHandlerThrew() throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(OBJECT)) {
            object.xdp("tcp_options").run(syn(2, 4, 5, 0xb4));
            RingBuffer ring = object.ringBuffer("events");
            assertThatThrownBy(() -> ring.consume(_ -> {
                        throw new IllegalStateException("busy");
                    }))
                    .hasMessage("busy");
            assertThat(ring.consume(r -> assertThat(r.size()).isEqualTo(20))).isEqualTo(1);
        }
    }

    @Test
    void publishesRecordsAsTheyAreAskedFor() throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(OBJECT)) {
            CountDownLatch two = new CountDownLatch(2);
            List<Integer> sizes = new ArrayList<>();
            object.ringBuffer("events").publisher().subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription s) {
                    s.request(2);
                }

                @Override
                public void onNext(byte[] record) {
                    sizes.add(record.length);
                    two.countDown();
                }

                @Override
                public void onError(Throwable fault) {}

                @Override
                public void onComplete() {}
            });
            for (int i = 0; i < 3; i++) {
                object.xdp("tcp_options").run(syn(2, 4, 5, 0xb4));
            }
            assertThat(two.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(sizes).containsExactly(20, 20);
            Thread.sleep(20);
            assertThat(object.ringBuffer("events").consume(_ -> {})).isEqualTo(1);
        }
    }

    @Test
    void chargesEachObjectToItsOwnAccountAndFreesToTheByte() throws Exception {
        MemoryAccount root = MemoryAccount.unlimited("root");
        try (Skep skep = Skep.create(s -> s.account(root))) {
            MemoryAccount a = root.child("a", 64 << 20);
            MemoryAccount b = root.child("b", 64 << 20);
            BpfObject first = skep.load(OBJECT, o -> o.account(a));
            long used = a.used();
            assertThat(used).isGreaterThan(256 * 8 + 64 * 4096);
            assertThat(b.used()).isZero();
            BpfObject second = skep.load(OBJECT, o -> o.account(b));
            assertThat(a.used()).isEqualTo(used);
            assertThat(b.used()).isEqualTo(used);
            first.xdp("tcp_options").run(syn());
            first.close();
            assertThat(a.used()).isZero();
            assertThat(b.used()).isEqualTo(used);
            second.close();
            assertThat(root.used()).isZero();
        }
    }

    @Test
    void refusesAnObjectThatItsAccountCannotPayFor() throws Exception {
        MemoryAccount root = MemoryAccount.unlimited("root");
        try (Skep skep = Skep.create(s -> s.account(root))) {
            MemoryAccount poor = root.child("poor", 1000);
            assertThatThrownBy(() -> skep.load(OBJECT, o -> o.account(poor))).isInstanceOf(MemoryLimitException.class);
            assertThat(root.used()).isZero();
        }
    }

    @Test
    void runsOnManyThreadsAtOnce() throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(OBJECT)) {
            XdpProgram program = object.xdp("tcp_options");
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        program.run(syn(1, 1, 1, 1));
                    }
                }));
            }
            for (Thread t : threads) {
                t.join();
            }
            assertThat(object.global("segments").asLong()).isEqualTo(20_000);
            assertThat(object.map("option_kinds", Integer.class, Long.class).get(1))
                    .contains(80_000L);
        }
    }

    @Test
    void runsWithoutAllocatingOnceWarm() throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(OBJECT);
                XdpProgram.Runner runner = object.xdp("tcp_options").runner()) {
            byte[] packet = syn(1, 1, 1, 1);
            packet[47] = 0;
            var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 40 && allocated > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 5_000; i++) {
                    runner.packet().load(packet);
                    runner.run();
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).isZero();
        }
    }

    @Test
    void saysWhatIsWrongWithMisuse() throws Exception {
        Skep skep = Skep.create();
        BpfObject object = skep.load(OBJECT);
        assertThatThrownBy(() -> object.skb("tcp_options"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("xdp");
        assertThatThrownBy(() -> object.rawMap("absent"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("option_kinds");
        assertThatThrownBy(() -> object.ringBuffer("option_kinds"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("array");
        assertThatThrownBy(() -> object.global("absent")).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> skep.load(OBJECT, o -> o.global("absent", 1)))
                .isInstanceOf(IllegalArgumentException.class);
        XdpProgram program = object.xdp("tcp_options");
        object.close();
        object.close();
        assertThatThrownBy(() -> program.run(syn())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> object.xdp("tcp_options")).isInstanceOf(IllegalStateException.class);
        skep.close();
        assertThatThrownBy(() -> skep.load(OBJECT)).isInstanceOf(IllegalStateException.class);
    }
}
