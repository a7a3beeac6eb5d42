package dev.skep;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.linux.LinuxKernel;
import dev.skep.linux.LinuxProgram;
import dev.skep.linux.LinuxRingPages;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.runtime.memory.SlabAccess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One place where {@code ring_rules.bpf.c} runs: its helper calls, and the pages of its two rings as a hostile process
 * sees them.
 */
abstract class RulePlace implements AutoCloseable {
    /** What a call answered. */
    record Answer(long result, long extra) {}

    /** The calls, in the order of the program's own list. */
    enum Op {
        OUTPUT,
        QUERY,
        RESERVE,
        DISCARD,
        RESERVE_DYNPTR,
        DISCARD_DYNPTR,
        SWAPPED,
        DRAIN,
        NESTED
    }

    static final int PAGE = 4096;
    static final int DATA = 2 * PAGE;

    /** Consumer page, producer page, data, data again. */
    MemorySegment userPages;

    MemorySegment ringPages;
    RingBuffer ring;
    UserRingBuffer user;

    abstract void run(byte[] context) throws IOException;

    /** Moves the consumer of the kernel-producer ring. */
    abstract void forgeConsumer(long position);

    Answer call(Op op, int commitFlags, long size, long flags) throws IOException {
        ByteBuffer call = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        call.putInt(op.ordinal()).putInt(commitFlags).putLong(size).putLong(flags);
        run(call.array());
        return new Answer(call.getLong(24), call.getLong(32));
    }

    long result(Op op, long size, long flags) throws IOException {
        return call(op, 0, size, flags).result();
    }

    /** Sets the user ring's producer position. */
    void forgeProducer(long position) {
        userPages.set(ValueLayout.JAVA_LONG, PAGE, position);
    }

    /** Sets the header of the user ring's sample at a position. */
    void forgeHeader(long position, int word) {
        userPages.set(ValueLayout.JAVA_INT, DATA + (position & PAGE - 1), word);
    }

    /** Header words of the kernel-producer ring's record at a position. */
    long headerOf(long position) {
        return ringPages.get(ValueLayout.JAVA_LONG, DATA + (position & PAGE - 1));
    }

    private static byte[] object() {
        try (InputStream in = RulePlace.class.getResourceAsStream("/ring_rules.bpf.o")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RulePlace open(RingPlacesTest.Place place) throws Exception {
        return switch (place) {
            case KERNEL -> new InKernel();
            case JIT -> new InSkep(Engine.JIT);
            case INTERPRETER -> new InSkep(Engine.INTERPRETER);
        };
    }

    private static final class InSkep extends RulePlace {
        private final Skep skep = Skep.create();
        private final SyscallProgram program;
        private final dev.skep.runtime.ring.RingBuffer raw;

        InSkep(Engine engine) throws Exception {
            BpfObject object = skep.load("ring_rules.bpf.o", object(), o -> o.engine(engine));
            program = object.syscall("rule");
            ring = object.ringBuffer("ring");
            user = object.userRingBuffer("user");
            raw = ((RingBufferMap) object.rawMap("ring")).ring();
            MemorySegment slab = skep.machine().slab().memory();
            ringPages = SlabAccess.slice(slab, raw.block() + PAGE, DATA + 2 * PAGE);
            userPages = SlabAccess.slice(
                    slab, ((UserRingBufferMap) object.rawMap("user")).ring().block() + PAGE, DATA + 2 * PAGE);
        }

        @Override
        void run(byte[] context) {
            program.run(context);
        }

        @Override
        void forgeConsumer(long position) {
            raw.consumerPosition(position);
        }

        @Override
        public void close() {
            skep.close();
        }
    }

    private static final class InKernel extends RulePlace {
        private final LinuxObject object;
        private final LinuxProgram program;
        private final LinuxRingPages ringMapping;
        private final LinuxRingPages userMapping;

        InKernel() throws Exception {
            assumeTrue(
                    LinuxKernel.available().yes(), () -> LinuxKernel.available().reason());
            object = Linux.load("ring_rules.bpf.o", object());
            program = object.program("rule");
            ring = object.ringBuffer("ring");
            user = object.userRingBuffer("user");
            ringMapping = new LinuxRingPages(object.map("ring"));
            userMapping = new LinuxRingPages(object.map("user"));
            ringPages = ringMapping.shared();
            userPages = userMapping.shared();
        }

        @Override
        void run(byte[] context) throws IOException {
            byte[] after = program.testRun(new byte[0], context, 0, 0).context();
            System.arraycopy(after, 0, context, 0, context.length);
        }

        @Override
        void forgeConsumer(long position) {
            ringPages.set(ValueLayout.JAVA_LONG, 0, position);
        }

        @Override
        public void close() {
            ringMapping.close();
            userMapping.close();
            object.close();
        }
    }
}
