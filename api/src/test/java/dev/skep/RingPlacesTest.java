package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.linux.LinuxKernel;
import dev.skep.runtime.ring.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same Java code on rings of the interpreter, of generated code and of the running kernel: nothing below knows
 * which it has.
 */
class RingPlacesTest {
    /** Where the program runs. */
    enum Place {
        INTERPRETER,
        JIT,
        KERNEL
    }

    record Answer(int id, int status, long value) {}

    /** What a test needs of a place. */
    private record Program(UserRingBuffer commands, RingBuffer answers, Run drain, Run end) implements AutoCloseable {
        interface Run {
            long run() throws Exception;
        }

        @Override
        public void close() throws Exception {
            end.run();
        }
    }

    private static final Path OBJECT = example();

    private static Path example() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("examples"))) {
            at = at.getParent();
        }
        return at.resolve("examples/commands/commands.bpf.o");
    }

    private static Program open(Place place) throws Exception {
        if (place == Place.KERNEL) {
            assumeTrue(
                    LinuxKernel.available().yes(), () -> LinuxKernel.available().reason());
            LinuxObject object = Linux.load(OBJECT);
            return new Program(
                    object.userRingBuffer("commands"),
                    object.ringBuffer("answers"),
                    () -> object.run("drain", new byte[0]),
                    () -> {
                        object.close();
                        return 0;
                    });
        }
        Skep skep = Skep.create();
        BpfObject object = skep.load(OBJECT, o -> o.engine(place == Place.JIT ? Engine.JIT : Engine.INTERPRETER));
        return new Program(
                object.userRingBuffer("commands"),
                object.ringBuffer("answers"),
                () -> object.syscall("drain").run(),
                () -> {
                    skep.close();
                    return 0;
                });
    }

    private static byte[] command(int id, int op, long key, long value) {
        return ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(id)
                .putInt(op)
                .putLong(key)
                .putLong(value)
                .array();
    }

    @ParameterizedTest
    @EnumSource
    void answersComeBackInOrder(Place place) throws Exception {
        try (Program program = open(place)) {
            assertThat(program.commands.offer(command(1, 1, 20, 22))).isTrue();
            assertThat(program.commands.offer(command(2, 2, 7, 700))).isTrue();
            program.commands.reserve(24).close();
            try (Sample sample = program.commands.reserve(24)) {
                sample.segment().copyFrom(java.lang.foreign.MemorySegment.ofArray(command(3, 3, 7, 0)));
                sample.submit();
            }
            assertThat(program.commands.offer(new byte[3])).isTrue();
            assertThat(program.drain.run()).isEqualTo(4);
            List<Answer> answers = new ArrayList<>();
            assertThat(program.answers.poll(Duration.ofSeconds(5), Answer.class, answers::add))
                    .isEqualTo(4);
            assertThat(answers)
                    .containsExactly(
                            new Answer(1, 0, 42), new Answer(2, 0, 0), new Answer(3, 0, 700), new Answer(0, 1, 0));
            assertThat(program.answers.poll(Duration.ofMillis(5), Answer.class, answers::add))
                    .isZero();
            assertThat(program.commands.consumerPosition()).isEqualTo(4 * 32 + 16);
            assertThat(program.answers.available()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostWhenHandlersFailAndRingsFill(Place place) throws Exception {
        try (Program program = open(place)) {
            int sent = 0;
            int drained = 0;
            List<Integer> ids = new ArrayList<>();
            for (int round = 0; round < 6; round++) {
                while (program.commands.offer(command(sent, 1, sent, 1))) {
                    sent++;
                }
                drained += (int) program.drain.run();
                int fail = ids.size() + 100;
                assertThatThrownBy(() -> program.answers.consume(Answer.class, a -> {
                            if (a.id() == fail) {
                                throw new IllegalArgumentException("no");
                            }
                            ids.add(a.id());
                        }))
                        .hasMessage("no");
                assertThat(ids).hasSize(fail);
                assertThat(program.answers.consume(10, r -> ids.add(r.getInt(0))))
                        .isEqualTo(10);
                program.answers.consume(r -> ids.add(r.getInt(0)));
            }
            assertThat(drained).isEqualTo(sent).isEqualTo(6 * 64 * 4096 / 32);
            for (int i = 0; i < sent; i++) {
                assertThat(ids.get(i)).isEqualTo(i);
            }
            assertThat(ids).hasSize(sent);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingEndsWithARecordOrWithRoom(Place place) throws Exception {
        try (Program program = open(place)) {
            Thread later = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(60);
                    program.commands.offer(command(9, 1, 1, 1));
                    program.drain.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(program.answers.poll(Duration.ofSeconds(20), _ -> {})).isEqualTo(1);
            later.join();
            while (program.commands.offer(command(1, 9, 0, 0))) {}
            assertThat(program.commands.reserve(24, Duration.ofMillis(20))).isNull();
            Thread drainer = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(60);
                    program.drain.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            try (Sample sample = program.commands.reserve(24, Duration.ofSeconds(20))) {
                assertThat(sample).isNotNull();
            }
            drainer.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void misuseIsAClearException(Place place) throws Exception {
        Program program = open(place);
        UserRingBuffer commands = program.commands;
        assertThatThrownBy(() -> commands.reserve(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> commands.reserve(64 * 4096))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sample must fit the ring: size=262144 ring=262144");
        assertThatThrownBy(() -> commands.reserve(1 << 30)).isInstanceOf(IllegalArgumentException.class);
        Sample sample = commands.reserve(24);
        sample.submit();
        assertThatThrownBy(sample::submit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("sample must be submitted or discarded once");
        assertThatThrownBy(sample::discard).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sample::segment)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("sample must not be used after submit or discard");
        sample.close();
        program.drain.run();
        assertThatThrownBy(() -> program.answers.consume(_ -> program.answers.consume(_ -> {})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("handler must not consume the ring that called it");
        assertThatThrownBy(() -> program.answers.consume(_ -> {
                    try {
                        program.close();
                    } catch (Exception e) {
                        throw e instanceof RuntimeException r ? r : new IllegalStateException(e);
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("handler must not close the ring that called it");
        Sample open = place == Place.KERNEL ? commands.reserve(8) : null;
        program.close();
        if (open != null) {
            assertThatThrownBy(open::submit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("ring must be open");
            open.close();
        }
        assertThatThrownBy(() -> commands.offer(new byte[8]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ring must be open");
        assertThatThrownBy(() -> commands.reserve(8))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ring must be open");
        assertThatThrownBy(() -> program.answers.consume(_ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ring must be open");
        assertThatThrownBy(() -> program.answers.poll(Duration.ofSeconds(1), _ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ring must be open");
    }

    @ParameterizedTest
    @EnumSource
    void publishersTakeOnlyWhatIsAskedFor(Place place) throws Exception {
        try (Program program = open(place)) {
            for (int i = 0; i < 10; i++) {
                program.commands.offer(command(i, 1, i, i));
            }
            program.drain.run();
            List<Integer> ids = new ArrayList<>();
            CountDownLatch three = new CountDownLatch(3);
            Flow.Subscription[] subscription = new Flow.Subscription[1];
            program.answers.publisher().subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription s) {
                    subscription[0] = s;
                    s.request(3);
                }

                @Override
                public void onNext(byte[] item) {
                    ids.add(ByteBuffer.wrap(item).order(ByteOrder.LITTLE_ENDIAN).getInt());
                    three.countDown();
                }

                @Override
                public void onError(Throwable e) {}

                @Override
                public void onComplete() {}
            });
            assertThat(three.await(20, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(20);
            subscription[0].cancel();
            assertThat(ids).containsExactly(0, 1, 2);
            assertThat(program.answers.consume(_ -> {})).isEqualTo(7);
        }
    }

    @Test
    void anObjectWhoseProgramRunsIsNotClosed() throws Exception {
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(OBJECT);
            UserRingBuffer commands = object.userRingBuffer("commands");
            SyscallProgram drain = object.syscall("drain");
            int refused = 0;
            while (refused < 3) {
                while (commands.offer(command(1, 1, 1, 1))) {}
                Thread runner = Thread.ofPlatform().start(drain::run);
                while (runner.isAlive() && refused < 3) {
                    if (commands.consumerPosition() % commands.size() != 0 && runner.isAlive()) {
                        try {
                            object.close();
                            return; // the run ended just now: the object closed cleanly
                        } catch (IllegalStateException e) {
                            assertThat(e)
                                    .hasMessageStartingWith(
                                            "object must be idle to be closed: object=commands.bpf.o runs=");
                            refused++;
                        }
                    }
                }
                runner.join();
                assertThat(drain.run()).as("the object stays as it was").isNotNegative();
            }
            object.close();
            assertThatThrownBy(drain::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("object must be open");
        }
    }

    @Test
    void aPollerIsForOneThreadAndForOnePlace() throws Exception {
        try (Program program = open(Place.JIT)) {
            RingPoller poller = RingPoller.of(program.answers);
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    poller.poll(Duration.ofSeconds(20), (_, _) -> {});
                } catch (IllegalStateException _) {
                    // closed below
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (other.getState() != Thread.State.TIMED_WAITING) {
                Thread.sleep(1);
            }
            assertThatThrownBy(() -> poller.consume((_, _) -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("poller must be used by one thread at a time");
            poller.close();
            other.join(10_000);
            assertThat(other.isAlive()).isFalse();
            assertThatThrownBy(() -> poller.consume((_, _) -> {})).hasMessage("poller must be open");
            if (LinuxKernel.available().yes()) {
                try (LinuxObject live = Linux.load(OBJECT)) {
                    RingBuffer there = live.ringBuffer("answers");
                    assertThatThrownBy(() -> RingPoller.of(program.answers, there))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith("rings must live all in Skep or all in the kernel");
                    live.userRingBuffer("commands").offer(command(1, 1, 1, 1));
                    live.run("drain", new byte[0]);
                    try (RingPoller both = RingPoller.of(there)) {
                        assertThat(both.poll(Duration.ofSeconds(5), (_, _) -> {}))
                                .isEqualTo(1);
                        assertThat(both.poll(Duration.ofMillis(5), (_, _) -> {}))
                                .isZero();
                    }
                }
            }
        }
    }
}
