package dev.skep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.Feature;
import dev.skep.ProvidedFile;
import dev.skep.RejectedException;
import dev.skep.Skep;
import dev.skep.XdpResult;
import dev.skep.runtime.HostFile;
import dev.skep.runtime.memory.MemoryAccount;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the example programs compute, on both engines. */
class ExampleProgramsTest {
    record Answer(int id, int status, long value) {}

    record Seen(long items, long bytes) {}

    private static final Path MALLOC = Repository.example("malloc-dynptr/malloc_dynptr.bpf.o");

    private static ByteBuffer block(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {taken, error, checksum} of one request. */
    private static int[] collect(BpfObject object, int size) {
        byte[] request = block(16).putInt(size).array();
        object.syscall("collect").run(request);
        ByteBuffer answer = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN);
        return new int[] {answer.getInt(4), answer.getInt(8), answer.getInt(12)};
    }

    @ParameterizedTest
    @EnumSource
    void allocatedMemoryIsTakenInFullInPartOrNotAtAll(Engine engine) throws Exception {
        try (Skep skep = Skep.create()) {
            MemoryAccount account = skep.rootAccount().child("tenant", Long.MAX_VALUE);
            BpfObject object =
                    skep.load(MALLOC, o -> o.engine(engine).account(account).features(Feature.MALLOC_DYNPTR));
            collect(object, 1);
            long before = account.used();
            account.limit(before + 8192);
            assertThat(collect(object, 8192)).containsExactly(8192, 0, 2);
            assertThat(collect(object, 8193)).containsExactly(2048, 0, 2);
            assertThat(collect(object, 40_000)).containsExactly(0, -12, 0);
            assertThat(collect(object, 1 << 24)).containsExactly(0, -7, 0);
            assertThat(account.used()).isEqualTo(before);
            assertThat(object.global("taken_in_part").asLong()).isEqualTo(1);
            assertThat(object.global("refused").asLong()).isEqualTo(2);
        }
    }

    @Test
    void missingFeatureIsNamed() {
        try (Skep skep = Skep.create()) {
            assertThatThrownBy(() -> skep.load(MALLOC, o -> {}))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("bpf_dynptr_alloc is not allowed without --features malloc-dynptr");
        }
    }

    @Test
    void objectsNeverPayForEachOther() throws Exception {
        try (Skep skep = Skep.create()) {
            MemoryAccount rich = skep.rootAccount().child("rich", Long.MAX_VALUE);
            MemoryAccount poor = skep.rootAccount().child("poor", Long.MAX_VALUE);
            BpfObject a = skep.load(MALLOC, o -> o.account(rich).features(Feature.MALLOC_DYNPTR));
            BpfObject b = skep.load(MALLOC, o -> o.account(poor).features(Feature.MALLOC_DYNPTR));
            collect(b, 1);
            poor.limit(poor.used());
            long peak = poor.peak();
            assertThat(collect(a, 1 << 20)).containsExactly(1 << 20, 0, 2);
            assertThat(collect(b, 1 << 20)[1]).isEqualTo(-12);
            assertThat(poor.peak()).isEqualTo(peak);
            a.close();
            b.close();
            assertThat(rich.used()).isZero();
            assertThat(poor.used()).isZero();
        }
    }

    @Test
    void manyThreadsAllocateUpToTheLimitAndNoFurther() throws Exception {
        try (Skep skep = Skep.create()) {
            MemoryAccount account = skep.rootAccount().child("tenant", Long.MAX_VALUE);
            BpfObject object = skep.load(MALLOC, o -> o.account(account).features(Feature.MALLOC_DYNPTR));
            List<Thread> threads = new ArrayList<>();
            collect(object, 1);
            long limit = account.used() + 300_000;
            account.limit(limit);
            for (int t = 0; t < 8; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 200; i++) {
                        collect(object, 100_000);
                    }
                }));
            }
            for (Thread t : threads) {
                t.join();
            }
            assertThat(account.peak()).isLessThanOrEqualTo(limit);
            long runs = object.global("taken_in_full").asLong()
                    + object.global("taken_in_part").asLong()
                    + object.global("refused").asLong();
            assertThat(runs).isEqualTo(1601);
            object.close();
            assertThat(account.used()).isZero();
        }
    }

    private static byte[] command(int id, int op, long key, long value) {
        return block(24).putInt(id).putInt(op).putLong(key).putLong(value).array();
    }

    @ParameterizedTest
    @EnumSource
    void commandsAreAnsweredInOrder(Engine engine) throws Exception {
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(Repository.example("commands/commands.bpf.o"), o -> o.engine(engine));
            var commands = object.userRingBuffer("commands");
            assertThat(commands.offer(command(1, 1, 20, 22))).isTrue();
            assertThat(commands.offer(command(2, 2, 7, 700))).isTrue();
            assertThat(commands.offer(command(3, 3, 7, 0))).isTrue();
            assertThat(commands.offer(command(4, 3, 8, 0))).isTrue();
            assertThat(commands.offer(new byte[3])).isTrue();
            assertThat(object.syscall("drain").run()).isEqualTo(5);
            List<Answer> answers = new ArrayList<>();
            object.ringBuffer("answers").consume(Answer.class, answers::add);
            assertThat(answers)
                    .containsExactly(
                            new Answer(1, 0, 42),
                            new Answer(2, 0, 0),
                            new Answer(3, 0, 700),
                            new Answer(4, 2, 0),
                            new Answer(0, 1, 0));
        }
    }

    /** A UDP packet with one item of each length given; type is its index. */
    private static byte[] packet(int... lengths) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] head = new byte[42];
        head[12] = 8;
        head[14] = 0x45;
        head[23] = 17;
        head[36] = (byte) (7000 >> 8);
        head[37] = (byte) 7000;
        out.writeBytes(head);
        for (int i = 0; i < lengths.length; i++) {
            out.writeBytes(new byte[] {(byte) i, 0, (byte) (lengths[i] >> 8), (byte) lengths[i]});
            out.writeBytes(new byte[lengths[i]]);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void itemsAreFoundAcrossFragments(Engine engine) throws Exception {
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(Repository.example("tlv/tlv.bpf.o"), o -> o.engine(engine));
            // The first fragment ends after 3520 bytes: inside the head of item 1.
            assertThat(object.xdp("walk")
                            .run(packet(3520 - 42 - 4 - 2, 5000, 9, 0))
                            .action())
                    .isEqualTo(XdpResult.Action.PASS);
            assertThat(object.global("longest").asLong()).isEqualTo(5000);
            assertThat(object.global("malformed").asLong()).isZero();
            assertThat(object.xdp("walk")
                            .run(java.util.Arrays.copyOf(packet(100, 200), 200))
                            .action())
                    .isEqualTo(XdpResult.Action.DROP);
            assertThat(object.global("malformed").asLong()).isEqualTo(1);
            assertThat(object.map("types", Integer.class, Seen.class).get(1)).contains(new Seen(1, 5000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void filesAreKnownByTheirFirstBytes(Engine engine) throws Exception {
        ByteBuffer elf =
                block(200).put(new byte[] {0x7f, 'E', 'L', 'F'}).putLong(40, 72).putShort(60, (short) 2);
        elf.put(72, (byte) 200).put(72 + 127, (byte) 100);
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(
                    Repository.example("file-magic/file_magic.bpf.o"),
                    o -> o.engine(engine).features(Feature.LINUX_619));
            long before = skep.rootAccount().used();
            for (byte[] bytes : List.of(elf.array(), new byte[100], new byte[10])) {
                try (ProvidedFile file = skep.provide(HostFile.of(bytes))) {
                    assertThat(object.traced("look").run(file.address())).isZero();
                }
            }
            assertThat(object.global("elves").asLong()).isEqualTo(1);
            assertThat(object.global("others").asLong()).isEqualTo(1);
            assertThat(object.global("unread").asLong()).isEqualTo(1);
            assertThat(object.global("table_bytes").asLong()).isEqualTo(128);
            assertThat(object.global("table_sum").asLong()).isEqualTo(300);
            ProvidedFile closed = skep.provide(HostFile.of(elf.array()));
            closed.close();
            object.traced("look").run(closed.address());
            assertThat(object.global("unread").asLong())
                    .as("a file that was closed cannot be read")
                    .isEqualTo(2);
            object.close();
            assertThat(skep.rootAccount().used()).isLessThanOrEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eventsAreAsLongAsTheirText(Engine engine) throws Exception {
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(Repository.example("events/events.bpf.o"), o -> o.engine(engine));
            List<String> seen = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            for (String text : List.of("up", "a much longer line", "")) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                object.global("text").set(java.util.Arrays.copyOf(bytes, 4096));
                assertThat(object.syscall("log_line")
                                .run(block(8).putInt(3).putInt(bytes.length).array()))
                        .isZero();
            }
            object.ringBuffer("events").consume(record -> {
                byte[] bytes = record.toByteArray();
                sizes.add(bytes.length);
                seen.add(new String(bytes, 16, bytes.length - 16, StandardCharsets.UTF_8));
            });
            assertThat(seen).containsExactly("up", "a much longer line", "");
            assertThat(sizes).containsExactly(18, 34, 16);
        }
    }
}
